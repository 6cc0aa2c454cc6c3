from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class KernelConfig(AppConfig):
    """What every room stands on; no domain word."""

    name = "yuanheng.kernel"
    label = "kernel"
    verbose_name = _("Kernel")

    def ready(self) -> None:
        # Every installed room says who may do what, what its screens show and what it imports.
        autodiscover_modules("authz", "resources", "importers", "navigation", "jobs")
        import_module("yuanheng.kernel.jobs.standard")
