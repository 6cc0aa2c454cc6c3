"""Settings with dates: rows with ``valid_from``, ``valid_until`` and an ``org_unit`` or none."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q

from yuanheng.kernel.directory import directory


def nearest_in_force(rules: Any, org_unit_id: int | None, on: date) -> Any:
    """Of dated rows with ``org_unit``: that of the nearest organisation upward, the latest of
    several; ``None`` if there is none. One query where nothing is set."""
    living = Q(valid_until__isnull=True) | Q(valid_until__gte=on)
    found: dict[int | None, Any] = {}
    for rule in rules.filter(living, valid_from__lte=on).order_by("valid_from", "pk"):
        found[rule.org_unit_id] = rule
    if not found:
        return None
    for place in line_of(org_unit_id):
        if place in found:
            return found[place]
    return found.get(None)


def line_of(org_unit_id: int | None) -> list[int]:
    """An organisation and those above it, nearest first."""
    line: list[int] = []
    while org_unit_id is not None and org_unit_id not in line:
        line.append(org_unit_id)
        org_unit_id = directory().superior(org_unit_id)
    return line
