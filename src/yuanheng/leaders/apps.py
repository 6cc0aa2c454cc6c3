from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LeadersConfig(AppConfig):
    """Leaders linked to parks, enterprises, projects and chains; their visits."""

    name = "yuanheng.leaders"
    label = "leaders"
    verbose_name = _("Leaders and their links")
