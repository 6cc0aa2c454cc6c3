import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yuanheng.estate.choices import FLOORS, AreaKind, Counting
from yuanheng.kernel.models import Archivable
from yuanheng.kernel.models.setting import NamedSetting
from yuanheng.kernel.policies import ScopedQuerySet

_NOT_NEGATIVE = [MinValueValidator(0)]


class AreaItem(Archivable):
    """One piece of land or floor of an enterprise, from a day to a day.

    What it adds or takes off is reckoned (``calc.land``), never typed. A correction that somebody
    else has decided is a new row that ``replaces`` this one from a day on. Evidence is attached.
    """

    token = models.UUIDField(_("token"), default=uuid.uuid4, unique=True, editable=False)
    enterprise = models.ForeignKey(
        "registry.Enterprise",
        verbose_name=_("enterprise"),
        on_delete=models.PROTECT,
        related_name="area_items",
    )
    kind = models.CharField(_("counts as"), max_length=12, choices=AreaKind)
    title = models.CharField(
        _("parcel or building"), max_length=100, help_text=_("As people call it on the spot.")
    )
    parcel_code = models.CharField(_("parcel number"), max_length=40, blank=True)
    area_mu = models.DecimalField(
        _("land area (mu)"), max_digits=14, decimal_places=4, null=True, blank=True,
        validators=_NOT_NEGATIVE, help_text=_("Of land; empty for floors."),
    )  # fmt: skip
    floor_m2 = models.DecimalField(
        _("floor area (m²)"), max_digits=14, decimal_places=2, null=True, blank=True,
        validators=_NOT_NEGATIVE, help_text=_("Of floors only."),
    )  # fmt: skip
    floor_area_ratio = models.DecimalField(
        _("floor area ratio of the parcel"), max_digits=8, decimal_places=4, null=True,
        blank=True, validators=_NOT_NEGATIVE,
        help_text=_("Of floors only: floor area ÷ ratio ÷ 666.67 gives mu."),
    )  # fmt: skip
    partner = models.ForeignKey(
        "registry.Enterprise",
        verbose_name=_("leased from or to"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_until = models.DateField(_("until (inclusive)"), null=True, blank=True)
    basis = models.CharField(_("certificate, contract or document"), max_length=200, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    replaces = models.ForeignKey(
        "self", verbose_name=_("corrects the item"), null=True, editable=False,
        on_delete=models.PROTECT, related_name="replaced_by",
    )  # fmt: skip

    objects: Any = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("area item")
        verbose_name_plural = _("Area items")
        ordering = ["enterprise__credit_code", "kind", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="area_item_ends_after_it_begins",
                violation_error_message=_("It can't end before it begins."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.title}"

    @property
    def is_floor(self) -> bool:
        return self.kind in FLOORS

    def clean(self) -> None:
        super().clean()
        wrong: dict[str, Any] = {}
        if self.is_floor:
            if self.area_mu is not None:
                wrong["area_mu"] = _("Floors are converted; give floor area and ratio.")
            if self.floor_area_ratio is not None and self.floor_area_ratio <= 0:
                wrong["floor_area_ratio"] = _("A floor area ratio is greater than 0.")
        else:
            for name in ("floor_m2", "floor_area_ratio"):
                if getattr(self, name) is not None:
                    wrong[name] = _("Only for floors that are leased without the land.")
        if self.partner_id is not None and self.partner_id == self.enterprise_id:
            wrong["partner"] = _("An enterprise doesn't lease from itself.")
        if wrong:
            raise ValidationError(wrong)


class AreaRule(NamedSetting):
    """How an office counts area; no published text settles it for everybody."""

    counting = models.CharField(
        _("dates count"), max_length=10, choices=Counting, default=Counting.YEAR_END
    )
    untitled_counts = models.BooleanField(_("land without title is added"), default=True)
    exempt_deducts = models.BooleanField(_("exempt land is taken off"), default=True)

    class Meta:
        verbose_name = _("rule of counting area")
        verbose_name_plural = _("rules of counting area")
        ordering = ["-valid_from", "pk"]
