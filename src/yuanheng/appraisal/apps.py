from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AppraisalConfig(AppConfig):
    """1+N: parks, bureaus and towns appraised together, and what each point comes from."""

    name = "yuanheng.appraisal"
    label = "appraisal"
    verbose_name = _("1+N appraisal")
