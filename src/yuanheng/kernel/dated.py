"""Settings with dates: rows with ``valid_from``, ``valid_until`` and an ``org_unit`` or none."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q

from yuanheng.kernel.directory import directory


def nearest_in_force(rules: Any, org_unit_id: int | None, on: date) -> Any:
    """Of dated rows with ``org_unit``: that of the nearest organisation upward, the latest of
    several; ``None`` if there is none. One query where nothing is set."""
    living = Q(valid_until__isnull=True) | Q(valid_until__gte=on)
    return nearest_of(rules.filter(living, valid_from__lte=on), org_unit_id, on)


def nearest_of(
    rules: Iterable[Any],
    org_unit_id: int | None,
    on: date,
    lines: dict[int | None, list[int]] | None = None,
) -> Any:
    """The same of rows that have been read; ``lines`` keeps the organisations that were looked
    up, for the next question."""
    found: dict[int | None, Any] = {}
    for rule in sorted(rules, key=lambda one: (one.valid_from, one.pk)):
        if rule.valid_from <= on and (rule.valid_until is None or rule.valid_until >= on):
            found[rule.org_unit_id] = rule
    if not found:
        return None
    if set(found) != {None}:
        lines = {} if lines is None else lines
        if org_unit_id not in lines:
            lines[org_unit_id] = line_of(org_unit_id)
        for place in lines[org_unit_id]:
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
