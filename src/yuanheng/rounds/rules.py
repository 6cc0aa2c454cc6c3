"""The rule of procedure that a round keeps."""

from __future__ import annotations

from datetime import date
from typing import Any

from yuanheng.kernel.dated import nearest_in_force
from yuanheng.rounds.models import ProcedureRule

_NAMES = (
    "silence",
    "checked_by_another",
    "published_by_another",
    "again_if_changed",
    "areas_first",
)


def rule_for(org_unit_id: int | None, on: date) -> dict[str, Any]:
    """What the office has laid down for that day; without anything, the defaults of the software,
    which are called so (``token`` is empty)."""
    found = nearest_in_force(ProcedureRule.objects.all(), org_unit_id, on)
    rule = found or ProcedureRule()
    return {
        "token": str(found.token) if found else "",
        "name": found.name if found else "",
        "clause": found.clause if found else "",
        **{name: getattr(rule, name) for name in _NAMES},
    }
