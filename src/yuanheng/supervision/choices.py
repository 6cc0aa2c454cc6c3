from django.db import models
from django.utils.translation import gettext_lazy as _


class SourceKind(models.TextChoices):
    """Where a task comes from."""

    MEETING = "meeting", _("Meeting")
    SPEECH = "speech", _("Speech")
    NOTE = "note", _("Leader's note")
    PLAN = "plan", _("Plan")
    GAP = "gap", _("Evaluation gap")
    VISIT = "visit", _("Visit or inspection")
    PETITION = "petition", _("Petition")
    CONSULTATION = "consult", _("Consultation")
    OTHER = "other", _("Other")


class ReportFrequency(models.TextChoices):
    """How often progress is to be reported."""

    ONCE = "once", _("only at the end")
    WEEK = "week", _("each week")
    FORTNIGHT = "fortnight", _("every two weeks")
    MONTH = "month", _("each month")
    QUARTER = "quarter", _("each quarter")
