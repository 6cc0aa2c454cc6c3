from django.db import models
from django.utils.translation import gettext_lazy as _


class DivisionKind(models.TextChoices):
    """Rank of an administrative division; its code's length says which."""

    PROVINCE = "province", _("Province")
    PREFECTURE = "prefecture", _("City (prefecture)")
    COUNTY = "county", _("County or district")
    TOWNSHIP = "township", _("Township or street")


class ParkRank(models.TextChoices):
    """Who approved a park."""

    NATIONAL = "national", _("National")
    PROVINCIAL = "provincial", _("Provincial")
    OTHER = "other", _("Other")


class LandHolding(models.TextChoices):
    """How an enterprise holds the land it uses."""

    OWNED = "owned", _("Owned land")
    RENTED = "rented", _("Rented land")
