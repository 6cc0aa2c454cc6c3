from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistryConfig(AppConfig):
    """Regions, parks, enterprises."""

    name = "yuanheng.registry"
    label = "registry"
    verbose_name = _("Registers")
