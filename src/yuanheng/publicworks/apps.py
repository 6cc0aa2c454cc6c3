from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublicWorksConfig(AppConfig):
    """Infrastructure and public projects: a list that orders itself by a rule."""

    name = "yuanheng.publicworks"
    label = "publicworks"
    verbose_name = _("Infrastructure and public projects")
