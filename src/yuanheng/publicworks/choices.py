from django.db import models
from django.utils.translation import gettext_lazy as _


class WorkKind(models.TextChoices):
    """What is built or made better; the first four are the “四化” of park environments."""

    BEAUTIFY = "beautify", _("Beautifying (美化)")
    GREEN = "green", _("Planting (绿化)")
    LIGHT = "light", _("Lighting (亮化)")
    CLEAN = "clean", _("Cleaning (净化)")
    ROAD = "road", _("Roads")
    PIPES = "pipes", _("Pipes and cables")
    WATER = "water", _("Water and sewage")
    ENERGY = "energy", _("Power, gas and heat")
    BUILDING = "building", _("Factory and service buildings")
    OTHER = "other", _("Other")


class Urgency(models.TextChoices):
    """轻重缓急: how urgent it is, as the office has judged it; rules ask for the number."""

    URGENT = "3", _("urgent")
    SOON = "2", _("soon")
    USUAL = "1", _("usual")


class WorkStage(models.TextChoices):
    """How far it is."""

    PLANNED = "planned", _("not begun")
    WORKING = "working", _("under way")
    DONE = "done", _("finished")
