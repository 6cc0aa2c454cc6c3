from django.db import models
from django.utils.translation import gettext_lazy as _


class Mark(models.TextChoices):
    """What the asking office makes of an answer."""

    ADOPT = "adopt", _("to be adopted")
    REFER = "refer", _("kept for reference")
    DROP = "drop", _("not taken up")


class Decision(models.TextChoices):
    """What became of a comment on a draft."""

    ADOPTED = "adopted", _("adopted")
    PARTLY = "partly", _("adopted in part")
    NOT = "not", _("not adopted")


class Fate(models.TextChoices):
    """What is done with a point learned on a study visit."""

    TASK = "task", _("made a task")
    NOT = "not", _("not taken up")
