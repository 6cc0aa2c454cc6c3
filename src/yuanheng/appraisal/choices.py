from django.db import models
from django.utils.translation import gettext_lazy as _


class ListKind(models.TextChoices):
    """As what a matter counts for its unit."""

    CONTRIBUTION = "contribution", _("Contribution")
    BONUS = "bonus", _("Bonus")
    DEDUCTION = "deduction", _("Deduction")
    RED = "red", _("Red list")
    BLACK = "black", _("Black list")


POINTED = (ListKind.CONTRIBUTION, ListKind.BONUS, ListKind.DEDUCTION)
"""Kinds that carry points; the lists are counted."""
