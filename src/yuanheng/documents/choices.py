from django.db import models
from django.utils.translation import gettext_lazy as _


class DocumentStage(models.TextChoices):
    """How far a document is."""

    WAITING = "waiting", _("waiting to be read")
    READ = "read", _("read, to be checked")
    REFUSED = "refused", _("can't be read")
    DONE = "done", _("checked")


class ProposalKind(models.TextChoices):
    """What was found in a text."""

    FACT = "fact", _("Figure")
    DIRECTIVE = "directive", _("Requirement")


class Decision(models.TextChoices):
    """What a person made of a proposal."""

    OPEN = "open", _("to be decided")
    ACCEPTED = "accepted", _("taken over")
    REJECTED = "rejected", _("rejected")
    SPLIT = "split", _("split")
    MERGED = "merged", _("merged into another")
    ENTERED = "entered", _("entered")
    ASIDE = "aside", _("no figure of the ledger")


class WordKind(models.TextChoices):
    """What a word of the office's own stands for."""

    INDICATOR = "indicator", _("Indicator")
    UNIT = "unit", _("Unit")
    SUBJECT = "subject", _("Region or park")


class Noticed(models.TextChoices):
    """What became of a file that was met in a watched folder."""

    TAKEN = "taken", _("put on the desk")
    KNOWN = "known", _("on the desk already")
    REFUSED = "refused", _("not taken in")
    LATER = "later", _("to be tried again")
