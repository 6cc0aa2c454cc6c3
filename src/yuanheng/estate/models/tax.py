import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.models import Archivable
from yuanheng.kernel.models.setting import NamedSetting
from yuanheng.kernel.policies import ScopedQuerySet


class TaxKind(NamedSetting):
    """Whether a kind of tax counts in an office's evaluation, by which share, from a day to a day.
    ``name`` is the kind as the tax bureau writes it."""

    counts = models.BooleanField(_("is counted"), default=True)
    share = models.DecimalField(
        _("share that is counted (%)"), max_digits=6, decimal_places=2, default=100,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )  # fmt: skip

    class Meta:
        verbose_name = _("kind of tax")
        verbose_name_plural = _("Kinds of tax that count")
        ordering = ["name", "-valid_from", "pk"]

    def clean(self) -> None:
        super().clean()
        others = type(self).objects.filter(name=self.name, org_unit=self.org_unit_id)
        if self.valid_until:
            others = others.filter(valid_from__lte=self.valid_until)
        living = Q(valid_until__isnull=True) | Q(valid_until__gte=self.valid_from)
        if self.valid_from and others.filter(living).exclude(pk=self.pk).exists():
            text = _("“%(name)s” is in the list for some of these days already; end that first.")
            raise ValidationError({"valid_from": text % {"name": self.name}})


class TaxPaid(Archivable):
    """What an enterprise paid of one kind of tax in a year, or an amount put in by hand."""

    token = models.UUIDField(_("token"), default=uuid.uuid4, unique=True, editable=False)
    enterprise = models.ForeignKey(
        "registry.Enterprise",
        verbose_name=_("enterprise"),
        on_delete=models.PROTECT,
        related_name="tax_paid",
    )
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(1990), MaxValueValidator(2100)]
    )
    tax_kind = models.CharField(_("kind of tax"), max_length=60)
    amount_yuan = models.DecimalField(
        _("amount (yuan)"), max_digits=18, decimal_places=2, null=True, blank=True,
        help_text=_("Empty: not known. Refunds are negative."),
    )  # fmt: skip
    is_addition = models.BooleanField(
        _("put in by hand"),
        default=False,
        help_text=_("Exemption credit of an exporter, policy relief …; counts whole."),
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects: Any = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("tax paid")
        verbose_name_plural = _("Tax paid by kind")
        ordering = ["-year", "enterprise__credit_code", "tax_kind", "pk"]
        indexes = [models.Index(fields=["year", "enterprise"], name="tax_paid_year")]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "year", "tax_kind", "is_addition"],
                condition=Q(archived_at__isnull=True),
                name="tax_paid_once",
                violation_error_message=_("This kind of tax is entered for the year already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.year} · {self.tax_kind}"

    def clean(self) -> None:
        super().clean()
        if self.is_addition and not self.note:
            raise ValidationError({"note": _("Say what the amount put in by hand rests on.")})
