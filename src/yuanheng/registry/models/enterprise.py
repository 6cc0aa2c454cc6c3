from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.gathering import gathered
from yuanheng.kernel.models import Archivable
from yuanheng.kernel.policies import ScopedQuerySet
from yuanheng.registry.choices import EnterpriseScale, EnterpriseType, LandHolding, OperatingState
from yuanheng.registry.models.ladder import LadderStanding
from yuanheng.registry.validators import validate_credit_code

_NOT_NEGATIVE = [MinValueValidator(0)]


_CURRENT = Q(archived_at__isnull=True)


_KEPT_BY_REGION = [
    "name", "park", "industry_code", "industry_name", "above_scale", "land_holding", "founded_on",
    "enterprise_type", "scale", "operating_state", "registered_capital_yuan", "land_area_mu",
    "floor_area_m2", "moved_in_on", "production_on",
]  # fmt: skip


class EnterpriseQuerySet(ScopedQuerySet):
    def with_ladder(self) -> "EnterpriseQuerySet":
        """With the rungs on which each stands now (``rungs_of``), in the same query."""
        held = LadderStanding.objects.filter(until__isnull=True, enterprise=OuterRef("pk"))
        wanted = {name: f"rung__{name}" for name in ("order", "code", "name")}
        return self.annotate(held_now=Subquery(gathered(held, "enterprise", **wanted)))


def rungs_of(enterprise: Any) -> list[dict[str, Any]]:
    """Code and name of each rung of a row that was read ``with_ladder``, in their order."""
    held = getattr(enterprise, "held_now", None) or ()
    return sorted(held, key=lambda one: (one["order"], one["code"]))


class Enterprise(Archivable):
    """One enterprise, known by its unified social credit code."""

    credit_code = models.CharField(
        _("unified social credit code"),
        max_length=18,
        unique=True,
        validators=[validate_credit_code],
    )
    name = models.CharField(_("enterprise name"), max_length=120)
    park = models.ForeignKey(
        "registry.Park",
        verbose_name=_("in park"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="enterprises",
    )
    region = models.ForeignKey(
        "registry.Region",
        verbose_name=_("in region"),
        on_delete=models.PROTECT,
        related_name="enterprises",
    )
    industry_code = models.CharField(_("industry code (GB/T 4754)"), max_length=5, blank=True)
    industry_name = models.CharField(_("industry"), max_length=100, blank=True)
    above_scale = models.BooleanField(_("above scale"), null=True, blank=True)
    landlord = models.ForeignKey(
        "self",
        verbose_name=_("landlord"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tenants",
        db_index=False,  # "enterprise_landlord" holds the few that have one
    )
    land_holding = models.CharField(
        _("land holding"), max_length=20, choices=LandHolding, blank=True
    )
    founded_on = models.DateField(_("founded on"), null=True, blank=True)
    enterprise_type = models.CharField(
        _("enterprise type"), max_length=20, choices=EnterpriseType, blank=True
    )
    scale = models.CharField(
        _("enterprise scale"), max_length=10, choices=EnterpriseScale, blank=True
    )
    operating_state = models.CharField(
        _("operating state"), max_length=20, choices=OperatingState, blank=True
    )
    registered_capital_yuan = models.DecimalField(
        _("registered capital (yuan)"),
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
        validators=_NOT_NEGATIVE,
    )
    industrial_chain = models.CharField(_("industrial chain"), max_length=60, blank=True)
    main_products = models.CharField(_("main products"), max_length=300, blank=True)
    business_scope = models.TextField(_("business scope"), blank=True, max_length=4000)
    moved_in_on = models.DateField(_("moved into the park on"), null=True, blank=True)
    production_on = models.DateField(_("in production since"), null=True, blank=True)
    listed_code = models.CharField(
        _("securities code"),
        max_length=12,
        blank=True,
        validators=[RegexValidator(r"^[0-9A-Za-z.]+$", _("Use letters, digits and “.” only."))],
    )
    land_area_mu = models.DecimalField(
        _("land used (mu)"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=_NOT_NEGATIVE,
    )
    floor_area_m2 = models.DecimalField(
        _("floor area (m²)"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=_NOT_NEGATIVE,
    )
    address = models.CharField(_("address"), max_length=200, blank=True)
    postal_code = models.CharField(
        _("postal code"),
        max_length=6,
        blank=True,
        validators=[RegexValidator(r"^[0-9]{6}$", _("A postal code has six digits."))],
    )
    longitude = models.FloatField(
        _("longitude"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    latitude = models.FloatField(
        _("latitude"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    website = models.CharField(_("website"), max_length=200, blank=True)
    legal_representative = models.CharField(_("legal representative"), max_length=60, blank=True)
    contact_name = models.CharField(_("contact person"), max_length=60, blank=True)
    contact_phone = models.CharField(
        _("contact telephone"),
        max_length=40,
        blank=True,
        validators=[RegexValidator(r"^[0-9+() /、,;-]+$", _("This is no telephone number."))],
    )

    objects: Any = EnterpriseQuerySet.as_manager()

    class Meta:
        verbose_name = _("enterprise")
        verbose_name_plural = _("enterprises")
        ordering = ["credit_code"]
        # What the list filters by, in the list's own order and complete: a filter of a million
        # rows then reads a thousandth of the table. ``name`` and the rest are for sorting.
        indexes = [
            models.Index(fields=["name"], name="enterprise_name"),
            models.Index(fields=["park", "archived_at"], name="enterprise_park"),
            # Of all rows it would say "every row has the same": the planner then walks a county.
            models.Index(
                fields=["landlord"],
                name="enterprise_landlord",
                condition=Q(landlord__isnull=False),
            ),
            *(
                models.Index(
                    fields=[field, "credit_code", "id"], name=f"list_{field}", condition=_CURRENT
                )
                for field in ("above_scale", "land_holding", "founded_on")
            ),
            # A city's rows lie all over the table. Where a database can keep more in an index
            # (PostgreSQL), they are counted, sorted and compared without touching it.
            models.Index(
                fields=["region", "credit_code", "id"],
                include=_KEPT_BY_REGION,
                name="list_region",
                condition=_CURRENT,
            ),
            models.Index(fields=["credit_code", "id"], name="list_current", condition=_CURRENT),
            models.Index(fields=["industry_code", "id"], name="list_industry", condition=_CURRENT),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(landlord__isnull=True) | ~Q(landlord=F("id")),
                name="enterprise_not_its_own_landlord",
                violation_error_message=_("An enterprise can't be its own landlord."),
            )
        ]

    def __str__(self) -> str:
        return self.name
