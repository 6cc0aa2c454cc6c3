from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupervisionConfig(AppConfig):
    """Tasks: registered, checked, issued, signed for, reported on, verified, closed."""

    name = "yuanheng.supervision"
    label = "supervision"
    verbose_name = _("Supervision")
