"""Reads of a round: the internal check, who has answered."""

from __future__ import annotations

from typing import Any

from yuanheng.rounds.choices import Answer
from yuanheng.rounds.models import EvaluationRound, Sheet
from yuanheng.rounds.tally import Tally
from yuanheng.rounds.wording import shown_figure

JUMPS = 12
"""So many of the largest changes are shown."""
_FACTOR = 3.0
"""A figure that is more than three times (or less than a third of) the period before is looked at;
a sample of this software, not a published threshold."""


def answered_lines(case: EvaluationRound, tally: Tally) -> list[tuple[str, str, int, float]]:
    """(code, label, number, share of all) for each answer that occurs."""
    total = tally.sheets or 1
    return [
        (one.value, str(one.label), tally.answers[one], 100 * tally.answers[one] / total)
        for one in Answer
        if tally.answers.get(one)
    ]


def sheet_check(case: EvaluationRound) -> dict[str, Any]:
    """Figures that are missing, by column; the largest changes since the period before. One query
    over the sheets."""
    fields = [one for one in case.fields_given if one["kind"] == "number"]
    if case.is_area_list:  # of the kinds of area most enterprises have few
        fields = fields[:1]
    missing = dict.fromkeys((one["code"] for one in fields), 0)
    jumps: list[tuple[float, Any, dict[str, Any], float, float]] = []
    rows = Sheet.objects.filter(round=case).order_by().values_list(
        "token", "name", "subject_code", "figures", "before"
    )  # fmt: skip
    number = compared = 0
    for token, name, code, figures, before in rows.iterator(chunk_size=5000):
        number += 1
        compared += bool(before)
        for one in fields:
            value, earlier = figures.get(one["code"]), before.get(one["code"])
            if value is None:
                missing[one["code"]] += 1
            elif earlier and value / earlier > 0:
                ratio = max(value / earlier, earlier / value)
                if ratio > _FACTOR:
                    jumps.append((ratio, (token, name or code), one, earlier, value))
    jumps.sort(key=lambda one: (-one[0], str(one[1][1]), one[2]["code"]))
    return {
        "row": case,
        "number": number,
        "compared": compared,
        "rejected": case.given.get("rejected", 0),
        "missing": [(one, missing[one["code"]]) for one in fields if missing[one["code"]]],
        "jump_count": len(jumps),
        "factor": _FACTOR,
        "jumps": [
            {
                "token": who[0],
                "name": who[1],
                "field": one,
                "before": shown_figure(earlier, one),
                "now": shown_figure(value, one),
                "times": value / earlier,
            }
            for _ratio, who, one, earlier, value in jumps[:JUMPS]
        ],
    }
