"""What this room tells the ledger: the parts of its figures, and who is counted with whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

from yuanheng.estate.actions.reckonings import AREA, TAX
from yuanheng.estate.models import Reckoning
from yuanheng.estate.reckoning import heads_on
from yuanheng.kernel.figures import exact
from yuanheng.ledger.api import AskedFigure, ToldPart, ToldParts, tell_facts, tell_parts
from yuanheng.registry.models import Enterprise

MERGED, IS_HEAD = "合并主体代码", "是否合并主体"
_COLUMNS = {AREA: ("area_parts", "亩"), TAX: ("tax_parts", "元")}


def words_of(part: Mapping[str, Any]) -> str:
    """A part in the language of the page."""
    return str(part["en"] if (get_language() or "").startswith("en") else part["zh"])


def _parts(user: Any, asked: AskedFigure) -> ToldParts | None:
    """Of a figure that a reckoning wrote, what that reckoning was made of."""
    if asked.indicator.code not in _COLUMNS or asked.subject.enterprise_id is None:
        return None
    entry = asked.rows[0].entry_id if asked.rows else None
    if entry is None or asked.rows[0].entry.source != "feed":
        return None
    rows = Reckoning.objects.visible_to(user).filter(
        enterprise=asked.subject.enterprise_id, year=asked.period.year, entry=entry
    )
    found = rows.order_by("-pk").first()
    if found is None:
        return None
    column, measure = _COLUMNS[asked.indicator.code]
    parts = [
        ToldPart(words_of(one), "—" if one["value"] is None else exact(round(one["value"], 4)))
        for one in getattr(found, column)
    ]
    return ToldParts(parts, measure, reverse("reckoning-detail", args=[found.token]))


def _merged(kind: str, on: date, codes: Sequence[str]) -> dict[str, dict[str, str]]:
    """For tenants and those with whom they are counted: the code of the one who counts, and
    whether it is the row itself. A scheme merges by it (``population.merge``)."""
    heads, _circles = heads_on(on)
    known = dict(
        Enterprise.objects.filter(pk__in={*heads, *heads.values()}).values_list(
            "pk", "credit_code"
        )
    )
    found: dict[str, dict[str, str]] = {}
    for tenant, head in heads.items():
        found[known[tenant]] = {MERGED: known[head], IS_HEAD: "0"}
        found[known[head]] = {MERGED: known[head], IS_HEAD: "1"}
    return found


tell_parts(_parts)
tell_facts("enterprise", (MERGED, IS_HEAD), _merged)
