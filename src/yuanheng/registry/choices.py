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


class EnterpriseType(models.TextChoices):
    """The legal form in which an enterprise is registered, as far as offices tell them apart."""

    LIMITED = "limited", _("Limited liability company")
    JOINT_STOCK = "joint_stock", _("Joint-stock company")
    STATE_OWNED = "state_owned", _("State-owned enterprise")
    FOREIGN = "foreign", _("Foreign-invested enterprise")
    OVERSEAS_CHINESE = "hmt", _("Hong Kong, Macao or Taiwan-invested enterprise")
    PARTNERSHIP = "partnership", _("Partnership")
    SOLE = "sole", _("Sole proprietorship")
    BRANCH = "branch", _("Branch")
    OTHER = "other", _("Other")


class EnterpriseScale(models.TextChoices):
    """Size class in the office's own register; 规上 is another question."""

    LARGE = "large", _("Large")
    MEDIUM = "medium", _("Medium")
    SMALL = "small", _("Small")
    MICRO = "micro", _("Micro")


class OperatingState(models.TextChoices):
    """Whether an enterprise works, as its park's office last saw it."""

    BUILDING = "building", _("Under construction")
    OPERATING = "operating", _("Operating")
    SUSPENDED = "suspended", _("Production suspended")
    CLOSED = "closed", _("Closed")
