from django.db import models
from django.utils.translation import gettext_lazy as _


class Purpose(models.TextChoices):
    """What a round brings about."""

    EVALUATION = "evaluation", _("Evaluation")
    AREAS = "areas", _("Area list put up for objection")


class Silence(models.TextChoices):
    """What it means that a subject says nothing about its figures within the term."""

    AGREED = "agreed", _("Counts as agreed")
    UNANSWERED = "unanswered", _("Evaluated as given, marked as not answered")
    WAITS = "waits", _("Waits until each is answered or released with a reason")


class Answer(models.TextChoices):
    """What a subject has said of its sheet."""

    WAITING = "waiting", _("Waiting for a reply")
    CONFIRMED = "confirmed", _("Confirmed")
    OBJECTED = "objected", _("Objected")
    AGREED = "agreed", _("Silent, counts as agreed")
    UNANSWERED = "unanswered", _("Not answered")
    RELEASED = "released", _("Released by the office")


class AnsweredAs(models.TextChoices):
    """On whose word an answer rests."""

    SELF = "self", _("the subject itself")
    PARK = "park", _("its park, on its behalf")
    OFFICE = "office", _("the office, from paper")


class Shows(models.TextChoices):
    """What a publicity shows."""

    NAMES = "names", _("Names only, in no particular order")
    GRADES = "grades", _("Grades without ranks, in no particular order")
    RANKS = "ranks", _("Ranks, scores and grades")


class About(models.TextChoices):
    """What an objection is about."""

    FIGURES = "figures", _("Figures on the sheet")
    RESULT = "result", _("The result in publicity")


class Outcome(models.TextChoices):
    """How an objection was decided."""

    UPHELD = "upheld", _("Upheld")
    PARTLY = "partly", _("Upheld in part")
    REFUSED = "refused", _("Not upheld")


class Tail(models.TextChoices):
    """By what a period counts for a rule of dynamic management."""

    LAST = "last", _("among the last of its class")
    FIRST = "first", _("among the first of its class")
    GRADE = "grade", _("has one of these grades")


class Effect(models.TextChoices):
    """What follows."""

    WARNING = "warning", _("Warning")
    EXIT = "exit", _("Exit")
    PROMOTION = "promotion", _("Promotion")


class Resource(models.TextChoices):
    """What a measure by grade is charged or relieved on."""

    POWER = "power", _("Electricity")
    GAS = "gas", _("Gas")
    WATER = "water", _("Water")
    SEWAGE = "sewage", _("Sewage")
    LAND_TAX = "land_tax", _("Urban land-use tax")
    OTHER = "other", _("Other")


class Stacking(models.TextChoices):
    """What counts where several measures fall on one resource."""

    HIGHEST = "highest", _("Only the highest")
    SUM = "sum", _("All added up")
