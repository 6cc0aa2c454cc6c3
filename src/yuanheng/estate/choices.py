from django.db import models
from django.utils.translation import gettext_lazy as _


class AreaKind(models.TextChoices):
    """As what a piece of land or floor counts; see ``calc.land.area``."""

    OWN = "own", _("Own land")
    LEASED_IN = "leased_in", _("Land leased in")
    LEASED_OUT = "leased_out", _("Land leased out")
    FLOOR_IN = "floor_in", _("Floors only, leased in")
    FLOOR_OUT = "floor_out", _("Floors only, leased out")
    UNTITLED = "untitled", _("Occupied without title")
    EXEMPT = "exempt", _("Exempt land")


FLOORS = (AreaKind.FLOOR_IN, AreaKind.FLOOR_OUT)


class Counting(models.TextChoices):
    """How the dates of an item make it count in a year."""

    YEAR_END = "year_end", _("What is in force on 31 December")
    BY_DAYS = "by_days", _("Each item by its days of the year")
