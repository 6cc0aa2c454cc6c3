"""The parts of a unit's figures, in the words of the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language

from yuanheng.appraisal.counting import INDICATORS
from yuanheng.appraisal.models import UnitReckoning
from yuanheng.kernel.figures import MISSING, exact
from yuanheng.ledger.api import Catalogue


def part_lines(parts: Any) -> list[dict[str, str]]:
    """Words, value and page of each part."""
    is_english = (get_language() or "").startswith("en")
    return [
        {
            "words": one["en"] if is_english else one["zh"],
            "value": MISSING if one["value"] is None else exact(one["value"]),
            "href": one["href"],
        }
        for one in parts
    ]


def part_groups(
    row: UnitReckoning, catalogue: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """By indicator, in the order of the appraisal: its figure and what that is made of."""
    catalogue = Catalogue().by_code if catalogue is None else catalogue
    found = []
    for code in INDICATORS:
        indicator = catalogue.get(code)
        value = row.values.get(code)
        found.append(
            {
                "code": code,
                "name": indicator.shown_name if indicator else code,
                "measure": indicator.unit_shown if indicator and value is not None else "",
                "value": MISSING if value is None else exact(value),
                "lines": part_lines(row.parts.get(code, ())),
            }
        )
    return found
