"""Settings with dates: rows with ``valid_from``, ``valid_until`` and an ``org_unit`` or none."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from yuanheng.kernel.directory import directory
from yuanheng.kernel.policies import EXPORT, VIEW, Policy


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


class SettingPolicy(Policy):
    """Everybody may look; an organisation's administrators set what counts in it and below."""

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        if action in (VIEW, EXPORT):
            return queryset
        mine = directory().administered(user, "org_unit")
        if directory().administers(user, None):
            mine |= Q(org_unit__isnull=True)
        return queryset.filter(mine)

    def anywhere(self, user: Any, action: str) -> bool:
        if action in (VIEW, EXPORT):
            return True
        return user.is_superuser or directory().administers_somewhere(user)

    def refusal(self, action: str) -> str:
        return _("You may look at this setting; an administrator of its organisation changes it.")
