"""复核前后对照: what a computation after objections changed, subject by subject and exactly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from yuanheng.evaluation.api import Result, Run

_COLUMNS = ("subject_id", "name", "group_code", "rated", "score", "rank", "grade")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a subject stood in one run."""

    group: str
    rated: bool
    score: float | None
    rank: int | None
    grade: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One subject before and after. ``figures`` are its own corrected ones; a subject without any
    changed because others' did."""

    code: str
    name: str
    before: Standing | None
    after: Standing | None
    figures: list[dict[str, Any]] = field(default_factory=list)

    @property
    def points(self) -> float | None:
        if self.before is None or self.after is None:
            return None
        if self.before.score is None or self.after.score is None:
            return None
        return round(self.after.score - self.before.score, 6) + 0.0

    @property
    def places(self) -> int | None:
        """Places won (positive) or lost, within the same group."""
        if self.before is None or self.after is None or self.before.group != self.after.group:
            return None
        if self.before.rank is None or self.after.rank is None:
            return None
        return self.before.rank - self.after.rank

    @property
    def is_regraded(self) -> bool:
        return (self.before.grade if self.before else "") != (
            self.after.grade if self.after else ""
        )


def differences(
    before: Run, after: Run, figures: dict[str, list[dict[str, Any]]] | None = None
) -> list[Difference]:
    """Every subject whose score, rank, grade or group is another, or whose own figures were
    corrected; in the order of the later run, then who is no longer in it. Two queries."""
    figures = figures or {}
    old, new = dict(_standings(before)), dict(_standings(after))
    found = []
    for code in [*new, *(one for one in old if one not in new)]:
        was, became = old.get(code), new.get(code)
        if (was and was[1]) == (became and became[1]) and code not in figures:
            continue
        name = (became or was or ("", None))[0]
        found.append(
            Difference(
                code,
                name,
                was[1] if was else None,
                became[1] if became else None,
                figures.get(code, []),
            )
        )
    return found


def has_changed(before: Run, after: Run) -> bool:
    """Whether anybody's rank or grade is another."""
    return any(one.places or one.is_regraded or one.places is None
               for one in differences(before, after)
               if one.before != one.after)  # fmt: skip


def _standings(run: Run) -> Iterator[tuple[str, tuple[str, Standing]]]:
    rows = Result.objects.filter(run=run).order_by("position").values_list(*_COLUMNS)
    for code, name, group, rated, score, rank, grade in rows.iterator(chunk_size=5000):
        yield code, (name, Standing(group, rated, score, rank, grade))
