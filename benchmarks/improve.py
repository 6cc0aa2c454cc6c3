"""The shortest way up for each of 144 parks with 40 indicators: ten places further up.

Two schemes: points that run straight between two fixed figures and are capped, and points against
the class's best figure, which the park's own change may move. Missing figures earn the class's
mean, so each change moves others too. Every answer is checked here by evaluating the whole table
again with the park's figures changed. Seconds are processor time of the one thread that works, so
that a busy machine does not count.
"""

from __future__ import annotations

import statistics
import time
from typing import Any

from benchmarks.harness import Row, absolute
from benchmarks.parks import PARKS, make_columns, scheme_text
from yuanheng.calc.evaluation import ArrayRun, BuiltScheme, build_program
from yuanheng.calc.improvement import Goal, Improvement, improve
from yuanheng.calc.scheme import read_scheme_text

PLACES = 10
CLASS_BEST = "normalise: {method: floored_range, base: 0}, cap: none, floor: none"
FIXED = (
    "normalise: {{method: efficacy, satisfactory: {good}, not_allowed: {bad}, c: 40, d: 60}}, "
    "cap: {{times_weight: 1.2}}, floor: {{points: 0}}"
)
ENDS = {"higher": {"good": 4, "bad": 0.2}, "lower": {"good": 0.2, "bad": 4}}
MISSED = 1e-9


def fixed_text() -> str:
    """The same scheme with fixed ends instead of the class's best."""
    lines, better = [], "higher"
    for line in scheme_text().splitlines():
        if "better: " in line:
            better = "lower" if "better: lower" in line else "higher"
        lines.append(line.replace(CLASS_BEST, FIXED.format(**ENDS[better])))
    return "\n".join(lines)


class Class:
    """One scheme evaluated over the parks, and the way up of each."""

    def __init__(self, text: str) -> None:
        self.built: BuiltScheme = build_program(read_scheme_text(text))
        self.given = make_columns()
        self.columns: dict[str, Any] = ArrayRun(self.given, PARKS).run(self.built.program)

    def way_up(self, row: int) -> Improvement:
        """Ten places further up; for the first ten, the first place."""
        rank = max(1, int(self.columns["_rank"][row]) - PLACES)
        return improve(self.built, self.columns, PARKS, row, Goal(rank=rank))

    def confirm(self, row: int, found: Improvement) -> None:
        """Evaluate the whole table with the figures changed; each item has a field of its own."""
        if found.figures is None:
            raise AssertionError(f"park {row}: the figures to change are not named")
        table = {key: column.copy() for key, column in self.given.items()}
        for key, figure in found.figures.items():
            table[key][row] = figure
        again = ArrayRun(table, PARKS).run(self.built.program)
        same = abs(again["_score"][row] - (found.after.score or 0.0)) <= MISSED
        if not same or again["_rank"][row] != found.after.rank:
            raise AssertionError(f"park {row}: the evaluation of the changed table differs")


def rows() -> list[Row]:
    """The lines of this benchmark."""
    return [
        *_lines("fixed ends", fixed_text(), all_exact=True),
        *_lines("class's best", scheme_text(), all_exact=False),
    ]


def _lines(name: str, text: str, *, all_exact: bool) -> list[Row]:
    parks = Class(text)
    parks.way_up(0)
    seconds, exact, reached = [], 0, 0
    for row in range(PARKS):
        start = time.process_time()
        found = parks.way_up(row)
        seconds.append(time.process_time() - start)
        parks.confirm(row, found)
        exact += found.method == "exact"
        reached += found.reached
    if all_exact and exact < PARKS:
        raise AssertionError(f"{name}: only {exact} of {PARKS} answers are exact")
    what = f"{exact} of {PARKS} exact, {reached} reached, all confirmed by a second evaluation"
    return [
        absolute(
            f"improve, {name}: one park of 144 x 40",
            statistics.median(seconds),
            bar=1.0,
            unit="s",
            what=f"median of all parks; slowest {max(seconds):.2f} s",
        ),
        absolute(f"improve, {name}: all 144 parks", sum(seconds), bar=60.0, unit="s", what=what),
    ]
