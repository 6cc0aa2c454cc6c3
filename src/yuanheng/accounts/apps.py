from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Organisations, users, grants."""

    name = "yuanheng.accounts"
    label = "accounts"
    verbose_name = _("Organisations and users")
