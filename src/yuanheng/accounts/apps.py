from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Organisations, users, grants."""

    name = "yuanheng.accounts"
    label = "accounts"
    verbose_name = _("Organisations and users")

    def ready(self) -> None:
        from yuanheng.accounts import token_authz  # noqa: F401  # its policy
        from yuanheng.accounts.directory import GrantDirectory
        from yuanheng.accounts.tokens import bearer_of
        from yuanheng.kernel import directory
        from yuanheng.kernel.actions.labels import name_action
        from yuanheng.kernel.rest.identity import use_tokens

        directory.use(GrantDirectory())
        use_tokens(bearer_of)

        name_action("accounts.set_password", _("Password set"))
        name_action("accounts.grant_role", _("Role given"))
        name_action("accounts.end_grant", _("Grant ended"))
        name_action("accounts.create_token", _("API token made"))
        name_action("accounts.revoke_token", _("API token revoked"))
        name_action("accounts.deputise", _("Deputy appointed"))
        name_action("accounts.take_up_post", _("Post taken up"))
        name_action("accounts.leave_post", _("Post left"))
        name_action("accounts.create_first_user", _("Created by command"))
