from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EstateConfig(AppConfig):
    """Land and tax of enterprises by the mu: area items, tax paid, tenants, what counts."""

    name = "yuanheng.estate"
    label = "estate"
    verbose_name = _("Land and tax by the mu")
