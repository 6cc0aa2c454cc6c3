"""What a problem found on a visit may become."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from yuanheng.kernel.flow.findings import case_offers

TASK = ""


def becoming() -> dict[str, Any]:
    """Code → title; the first is what it becomes unless somebody chooses."""
    return {TASK: gettext_lazy("Task of supervision")} | {
        one.code: one.title for one in case_offers()
    }


def becoming_for(user: Any) -> list[tuple[str, Any]]:
    """Those that a page offers to this person."""
    refused = {one.code for one in case_offers() if not one.may_open(user)}
    return [one for one in becoming().items() if one[0] not in refused]
