from django.db import models
from django.utils.translation import gettext_lazy as _


class SchemeNature(models.TextChoices):
    """Where a scheme comes from."""

    PUBLISHED = "published", _("Published method")
    SAMPLE = "sample", _("Sample")
    OWN = "own", _("Our own method")


class RunStage(models.TextChoices):
    """Whether others than the office may see an evaluation."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
