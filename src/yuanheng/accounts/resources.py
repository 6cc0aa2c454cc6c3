"""What the generic screens show of organisations, users and grants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yuanheng.accounts import audit_log  # noqa: F401  its register
from yuanheng.accounts.actions import (
    create_org_unit,
    create_post,
    create_user,
    grant_role,
    update_org_unit,
    update_user,
)
from yuanheng.accounts.choices import OrgKind, Role
from yuanheng.accounts.forms import UserForm
from yuanheng.accounts.models import Grant, OrgUnit, Post, User
from yuanheng.kernel.navigation import ADMINISTRATION
from yuanheng.kernel.policies import ADMINISTER, EDIT, can
from yuanheng.kernel.resources import (
    Badge,
    Button,
    ChoiceFilter,
    Column,
    FieldsPanel,
    FlagFilter,
    HistoryPanel,
    RelatedPanel,
    Resource,
    register,
)


def _force_badge(grant: Grant | Post) -> list[Badge]:
    return [Badge(_("in force"), "green") if grant.is_in_force else Badge(_("not in force"))]


@register
class OrgUnitResource(Resource):
    name, path, model, icon, nav_order = "orgunit", "organisations", OrgUnit, "sitemap", 90
    nav_group, nav_action = ADMINISTRATION, ADMINISTER
    columns = [
        Column("code", kind="code", phone=False),
        Column("name", link=True),
        Column("kind"),
        Column("parent__name"),
        Column("division_code", kind="code", phone=False),
    ]
    filters = [ChoiceFilter("kind", OrgKind)]
    search = ["name", "code"]
    search_hint = _("Name or code")
    related = ["parent"]
    form_fields = ["code", "name", "kind", "parent", "division_code"]
    empty_text = _("Add the governments, bureaus and committees that use the system.")
    panels = [
        FieldsPanel(_("Particulars"), ["code", "kind", "parent__name", "division_code"]),
        RelatedPanel(
            _("Grants"),
            "grant",
            lambda row, user: Grant.objects.visible_to(user).filter(org_unit=row),
        ),
        HistoryPanel(_("History")),
    ]

    def create(self, *, acting_user: Any, values: dict[str, Any]) -> OrgUnit:
        return create_org_unit(acting_user=acting_user, values=values)

    def update(self, *, acting_user: Any, row: Any, values: dict[str, Any]) -> OrgUnit:
        return update_org_unit(acting_user=acting_user, org_unit=row, values=values)


@register
class UserResource(Resource):
    name, path, model, icon, nav_order = "user", "users", User, "users", 91
    nav_group, lookup = ADMINISTRATION, "username"
    columns = [
        Column("username", link=True),
        Column("full_name"),
        Column("org_unit__name"),
        Column("is_active", kind="flag"),
        Column("last_login", kind="moment", phone=False),
    ]
    filters = [FlagFilter("is_active")]
    search = ["username", "full_name", "org_unit__name"]
    search_hint = _("User name, name or organisation")
    related = ["org_unit"]
    form_class = UserForm
    form_fields = ["username", "full_name", "org_unit", "phone", "is_active"]
    panels = [
        FieldsPanel(
            _("Particulars"),
            ["username", "full_name", "org_unit__name", "phone", Column("is_active", kind="flag")],
        ),
        RelatedPanel(
            _("Grants"), "grant", lambda row, user: Grant.objects.visible_to(user).filter(user=row)
        ),
        RelatedPanel(
            _("Posts"), "post", lambda row, user: Post.objects.visible_to(user).filter(user=row)
        ),
        HistoryPanel(_("History")),
    ]

    def buttons(self, row: Any, user: Any) -> Sequence[Button]:
        if not can(user, EDIT, row):
            return []
        key = [row.username]
        return [
            Button(_("Give a role"), f"{reverse('grant-create')}?user={row.pk}", "shield-lock"),
            Button(_("Deputise"), reverse("user-deputise", args=key), "users"),
            Button(_("Change of post"), reverse("user-change-post", args=key), "sitemap"),
        ]

    def create(self, *, acting_user: Any, values: dict[str, Any]) -> User:
        password = values.pop("new_password")
        values.pop("is_active")
        return create_user(acting_user=acting_user, password=password, **values)

    def update(self, *, acting_user: Any, row: Any, values: dict[str, Any]) -> User:
        password = values.pop("new_password")
        return update_user(acting_user=acting_user, user=row, values=values, new_password=password)


@register
class GrantResource(Resource):
    name, path, model, icon, nav_order = "grant", "grants", Grant, "shield-lock", 92
    nav_group, lookup = ADMINISTRATION, "pk"
    columns = [
        Column("user__username", link=True, value=lambda row: row.user),
        Column("role"),
        Column("org_unit__name"),
        Column("deputising_for__full_name", phone=False, value=lambda row: row.deputising_for),
        Column("valid_from", kind="day", phone=False),
        Column("valid_until", kind="day", phone=False),
        Column("state", _("In force"), kind="badges", value=_force_badge, sort=False),
    ]
    filters = [ChoiceFilter("role", Role)]
    search = ["user__username", "user__full_name", "org_unit__name"]
    search_hint = _("User or organisation")
    related = ["user", "org_unit", "post", "deputising_for"]
    ordering = ["-valid_from", "-pk"]
    editable = False
    form_fields = ["user", "org_unit", "role", "post", "valid_from", "valid_until", "reason"]
    empty_text = _("Give people a role in an organisation; it counts for everything under it.")
    panels = [
        FieldsPanel(
            _("Particulars"),
            [
                "user__full_name",
                "role",
                "org_unit__name",
                "post__title",
                Column("deputising_for__full_name", value=lambda row: row.deputising_for),
                Column("valid_from", kind="day"),
                Column("valid_until", kind="day"),
                "reason",
            ],
        ),
        HistoryPanel(_("History")),
    ]

    def subtitle(self, row: Any) -> Any:
        return ""

    def badges(self, row: Any) -> Sequence[Badge]:
        return _force_badge(row)

    def buttons(self, row: Any, user: Any) -> Sequence[Button]:
        if not row.is_in_force or not can(user, EDIT, row):
            return []
        return [Button(_("End this grant"), reverse("grant-end", args=[row.pk]), "x")]

    def create(self, *, acting_user: Any, values: dict[str, Any]) -> Grant:
        return grant_role(acting_user=acting_user, **values)


@register
class PostResource(Resource):
    name, path, model, icon, nav_order = "post", "posts", Post, "user", 93
    nav_group, lookup = ADMINISTRATION, "pk"
    columns = [
        Column("user__username", link=True, value=lambda row: row.user),
        Column("org_unit__name"),
        Column("title"),
        Column("valid_from", kind="day", phone=False),
        Column("valid_until", kind="day", phone=False),
        Column("state", _("In force"), kind="badges", value=_force_badge, sort=False),
    ]
    search = ["user__username", "user__full_name", "org_unit__name", "title"]
    search_hint = _("User, organisation or title")
    related = ["user", "org_unit"]
    ordering = ["-valid_from", "-pk"]
    editable = False
    form_fields = ["user", "org_unit", "title", "valid_from", "valid_until"]
    empty_text = _(
        "Write down who is what in which organisation, and give the role with the post."
    )
    panels = [
        FieldsPanel(
            _("Particulars"),
            [
                "user__full_name",
                "org_unit__name",
                "title",
                Column("valid_from", kind="day"),
                Column("valid_until", kind="day"),
            ],
        ),
        RelatedPanel(
            _("Grants"), "grant", lambda row, user: Grant.objects.visible_to(user).filter(post=row)
        ),
        HistoryPanel(_("History")),
    ]

    def subtitle(self, row: Any) -> Any:
        return ""

    def badges(self, row: Any) -> Sequence[Badge]:
        return _force_badge(row)

    def create(self, *, acting_user: Any, values: dict[str, Any]) -> Post:
        return create_post(acting_user=acting_user, values=values)
