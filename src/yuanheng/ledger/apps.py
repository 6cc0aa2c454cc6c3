from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    """Figures: frozen tables that evaluations read, and figures that others published."""

    name = "yuanheng.ledger"
    label = "ledger"
    verbose_name = _("Figures")
