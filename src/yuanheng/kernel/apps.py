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
        from yuanheng.kernel import ticking
        from yuanheng.kernel.clocks import authz, importers, screens  # noqa: F401
        from yuanheng.kernel.flow import navigation
        from yuanheng.kernel.flow.checking import check_flows
        from yuanheng.kernel.lights import screens as light_screens  # noqa: F401

        autodiscover_modules(
            "authz", "resources", "registers", "importers", "navigation", "flow", "jobs"
        )
        check_flows()
        navigation.install()
        ticking.install()
        import_module("yuanheng.kernel.notices.resources")  # registers of the kernel's own
        import_module("yuanheng.kernel.jobs.standard")
