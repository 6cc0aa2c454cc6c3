import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.appraisal.choices import POINTED, ListKind
from yuanheng.kernel import clock
from yuanheng.kernel.models import Archivable
from yuanheng.kernel.policies import ScopedQuerySet


class ListedMatter(Archivable):
    """One thing that counts for or against a unit: what, on which day, on whose word. Evidence is
    attached. Points are positive; the kind says whether they are added or taken off."""

    token = models.UUIDField(_("token"), default=uuid.uuid4, unique=True, editable=False)
    org_unit = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    kind = models.CharField(_("counts for it as"), max_length=14, choices=ListKind)
    title = models.CharField(_("matter"), max_length=120)
    happened_on = models.DateField(_("day"), default=clock.today)
    points = models.DecimalField(
        _("points"), max_digits=7, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("Of contributions, bonuses and deductions; the lists are counted."),
    )  # fmt: skip
    reason = models.CharField(_("reason"), max_length=300)
    basis = models.CharField(_("document"), max_length=200, blank=True)

    objects: Any = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("bonus, deduction or list entry")
        verbose_name_plural = _("Bonuses, deductions, red and black list")
        ordering = ["-happened_on", "-pk"]
        indexes = [models.Index(fields=["happened_on", "org_unit"], name="listed_matter_day")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.title}"

    def clean(self) -> None:
        super().clean()
        if self.kind in POINTED and self.points is None:
            raise ValidationError({"points": _("Say how many points.")})
        if self.kind not in POINTED and self.points is not None:
            raise ValidationError({"points": _("A list entry is counted and has no points.")})
