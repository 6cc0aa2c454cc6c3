from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsultationConfig(AppConfig):
    """Questions put to units, comments on drafts, study visits."""

    name = "yuanheng.consultation"
    label = "consultation"
    verbose_name = _("Consultation")
