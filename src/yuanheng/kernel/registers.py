"""Registers of the kernel's own: the tags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.models import Tag
from yuanheng.kernel.models.tag import Tone
from yuanheng.kernel.navigation import ADMINISTRATION
from yuanheng.kernel.policies import EDIT
from yuanheng.kernel.resources import (
    Badge,
    ChoiceFilter,
    Column,
    FieldsPanel,
    HistoryPanel,
    Resource,
    register,
)


def _badge(tag: Tag) -> list[Badge]:
    return [Badge(tag.name, tag.tone)]


@register
class TagResource(Resource):
    name, path, model, icon, nav_order = "tag", "tags", Tag, "tag", 93
    nav_group, nav_action, lookup = ADMINISTRATION, EDIT, "pk"
    companions = False
    columns = [
        Column("name", link=True),
        Column("tone", kind="badges", value=_badge),
        Column("org_unit__name"),
        Column("meaning", sort=False, phone=False),
    ]
    filters = [ChoiceFilter("tone", Tone)]
    search = ["name", "meaning", "org_unit__name"]
    search_hint = _("Tag, meaning or organisation")
    related = ["org_unit"]
    ordering = ["name", "pk"]
    form_fields = ["name", "tone", "org_unit", "meaning"]
    empty_text = _("Tags mark records of any register; add the words that your office uses.")
    panels = [
        FieldsPanel(
            _("Particulars"),
            [Column("tone", kind="badges", value=_badge), "org_unit__name", "meaning"],
        ),
        HistoryPanel(_("History")),
    ]

    def subtitle(self, row: Any) -> Any:
        return row.meaning

    def badges(self, row: Any) -> Sequence[Badge]:
        return _badge(row)
