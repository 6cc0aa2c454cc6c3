"""What this room tells the ledger: of what a unit's figure is made."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from yuanheng.appraisal.models import UnitReckoning
from yuanheng.appraisal.parts import part_lines
from yuanheng.ledger.api import AskedFigure, ToldPart, ToldParts, tell_parts


def _parts(user: Any, asked: AskedFigure) -> ToldParts | None:
    if asked.subject.org_unit_id is None or not asked.rows:
        return None
    rows = UnitReckoning.objects.visible_to(user).filter(
        org_unit=asked.subject.org_unit_id, year=asked.period.year, entry=asked.rows[0].entry_id
    )
    found = rows.order_by("-pk").first()
    if found is None:
        return None
    lines = part_lines(found.parts.get(asked.indicator.code, ()))
    parts = [ToldPart(one["words"], one["value"], one["href"]) for one in lines]
    href = reverse("unitreckoning-detail", args=[found.token])
    return ToldParts(parts, asked.indicator.unit_shown, href)


tell_parts(_parts)
