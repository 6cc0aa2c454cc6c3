from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Organisations, users, grants."""

    name = "yuanheng.accounts"
    label = "accounts"
    verbose_name = _("Organisations and users")

    def ready(self) -> None:
        from yuanheng.accounts.directory import GrantDirectory
        from yuanheng.kernel import directory
        from yuanheng.kernel.actions.labels import name_action

        directory.use(GrantDirectory())

        name_action("accounts.set_password", _("Password set"))
        name_action("accounts.grant_role", _("Role given"))
        name_action("accounts.end_grant", _("Grant ended"))
        name_action("accounts.deputise", _("Deputy appointed"))
        name_action("accounts.take_up_post", _("Post taken up"))
        name_action("accounts.leave_post", _("Post left"))
        name_action("accounts.create_first_user", _("Created by command"))
