"""One subject item by item against another, the mean, the best, an ideal or its own last year.

A gap is told in the item's own unit, in points, and in places: the rank that the subject would
have if this gap alone were closed and every other figure, its own and the others', stayed. That
rank comes from the program itself, so a benchmark that moves with the subject's figure moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from yuanheng.calc.evaluation.build import BuiltScheme
from yuanheng.calc.evaluation.program import GROUP, RANK, RATED, SCORE, ItemColumns
from yuanheng.calc.evaluation.replicates import ReplicateRun
from yuanheng.calc.faults import Fault, FaultyInput

Array = npt.NDArray[Any]
Against = Literal["mean", "best", "subject", "previous", "ideal"]


@dataclass(frozen=True, slots=True)
class Reference:
    """What the subject is held against: for each item's code a value and points (None where there
    is none), and a name in both languages. ``row``: the rival's row, if it is one."""

    against: Against
    zh: str
    en: str
    values: Mapping[str, float | None]
    points: Mapping[str, float | None]
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """One item. ``gap`` is value − reference in the item's own unit; ``ahead`` says whether that
    is for the better (None: equal or unknown). ``points_gap``: points − the reference's, or the
    other way round where points of the item lower the score (``item.turned``).
    ``score_if_closed``, ``rank_if_closed``, ``places``: with the reference's value in place of the
    subject's own; places are positive for places won."""

    item: ItemColumns
    value: float | None
    reference: float | None
    gap: float | None
    share: float | None
    ahead: bool | None
    points: float
    reference_points: float | None
    points_gap: float | None
    score_if_closed: float | None
    rank_if_closed: int | None
    places: int | None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All gaps, in the order of the scheme; the strengths and weaknesses among them."""

    reference: Reference
    score: float | None
    rank: int | None
    count: int
    gaps: list[Gap]

    @property
    def strengths(self) -> list[Gap]:
        """Items that earn more than the reference, the largest lead first."""
        ahead = [gap for gap in self.gaps if (gap.points_gap or 0) > 1e-9]
        return sorted(ahead, key=lambda gap: -(gap.points_gap or 0))

    @property
    def weaknesses(self) -> list[Gap]:
        """Items that earn less than the reference, the largest loss first."""
        behind = [gap for gap in self.gaps if (gap.points_gap or 0) < -1e-9]
        return sorted(behind, key=lambda gap: (gap.points_gap or 0, -(gap.places or 0)))


def diagnose(
    built: BuiltScheme, columns: Mapping[str, Array], rows: int, row: int, reference: Reference
) -> Diagnosis:
    """Hold the subject of ``row`` against a reference."""
    items = [i for i in built.program.items if i.group == columns[GROUP][row]]
    closed = _closed(built, columns, rows, row, items, reference)
    gaps = [_gap(item, columns, row, reference, closed.get(item.item)) for item in items]
    codes = ReplicateRun(built.program, columns, rows).base.codes(built.program.rank_by)[0]
    beside = (codes == codes[row]) & (np.asarray(columns[RATED]) == 1)
    rank = columns[RANK][row]
    return Diagnosis(
        reference,
        _known(columns[SCORE][row]),
        None if np.isnan(rank) else int(rank),
        int(beside.sum()),
        gaps,
    )


def _closed(
    built: BuiltScheme,
    columns: Mapping[str, Array],
    rows: int,
    row: int,
    items: list[ItemColumns],
    reference: Reference,
) -> dict[str, tuple[float | None, float]]:
    """For each item with a reference the score and rank with that value in place of its own."""
    run = ReplicateRun(built.program, columns, rows)
    found = {}
    for item in items:
        value = reference.values.get(item.item)
        if value is None:
            continue
        changed = np.asarray(columns[item.value], dtype=float)[None, :].copy()
        changed[0, row] = value
        result = run.run({item.value: changed}, [SCORE, RANK])
        score, rank = (np.atleast_2d(result[name])[0, row] for name in (SCORE, RANK))
        found[item.item] = (_known(score), float(rank))
    return found


def _gap(
    item: ItemColumns,
    columns: Mapping[str, Array],
    row: int,
    reference: Reference,
    closed: tuple[float | None, float] | None,
) -> Gap:
    value, points = _known(columns[item.value][row]), float(columns[item.points][row])
    other, other_points = reference.values.get(item.item), reference.points.get(item.item)
    gap = None if value is None or other is None else value - other
    better = None if not gap else (gap > 0) == item.rise_gains
    rank, then = float(columns[RANK][row]), closed[1] if closed else np.nan
    places = None if np.isnan(rank) or np.isnan(then) else int(rank - then)
    return Gap(
        item, value, other, gap,
        None if gap is None or not other else gap / abs(other),
        better, points, other_points,
        None if other_points is None else item.gained(points - other_points),
        closed[0] if closed else None,
        None if np.isnan(then) else int(then),
        places,
    )  # fmt: skip


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


# --- references --------------------------------------------------------------------------------


def reference_in(
    built: BuiltScheme,
    columns: Mapping[str, Array],
    row: int,
    against: Against,
    rival: int | None = None,
    name: str = "",
) -> Reference:
    """The mean of the rated of the subject's group; its best-ranked other (``best``); a chosen
    ``rival``; or an ideal that has each item's best figure of the group. Raises FaultyInput where
    there is nobody to compare with, or the rival is evaluated by other items."""
    group = columns[GROUP][row]
    peers = np.flatnonzero((columns[GROUP] == group) & (np.asarray(columns[RATED]) == 1))
    items = [i for i in built.program.items if i.group == group]
    if against == "subject":
        assert rival is not None
        if columns[GROUP][rival] != group:
            raise FaultyInput([_other_group(built, columns, row, rival, name)])
        return _of_row(items, columns, rival, "subject", name, name)
    others = peers[peers != row]
    if not len(others):
        raise FaultyInput(
            [
                Fault(
                    "no_peers",
                    "同组没有别的参评对象，没有可比的平均和先进；可与本单位上期比。",
                    "Nobody else is rated in the group: there is no mean and no best. Compare "
                    "with its own previous figures.",
                )
            ]
        )
    if against == "best":
        first = others[np.argmin(np.nan_to_num(columns[RANK][others], nan=np.inf))]
        zh, en = (f"（{name}）", f" ({name})") if name else ("", "")
        return _of_row(items, columns, int(first), "best", f"第一名{zh}", f"the best{en}")
    statistic = _mean if against == "mean" else _best
    values, points = {}, {}
    for item in items:
        own = np.asarray(columns[item.value], dtype=float)[peers]
        known = own[~np.isnan(own)]
        values[item.item] = statistic(known, item) if len(known) else None
        earned = np.asarray(columns[item.points], dtype=float)[peers]
        points[item.item] = _earned(earned, item, against)
    zh, en = ("同类平均", "the mean of its class") if against == "mean" else (
        "各项最好水平", "the best of each item")  # fmt: skip
    return Reference(against, zh, en, values, points)


def _mean(values: Array, item: ItemColumns) -> float:
    return float(values.mean())


def _earned(points: Array, item: ItemColumns, against: Against) -> float:
    if against == "mean":
        return float(points.mean())
    return float(points.min() if item.turned else points.max())


def _best(values: Array, item: ItemColumns) -> float:
    return float(values.max() if item.rise_gains else values.min())


def _of_row(
    items: list[ItemColumns],
    columns: Mapping[str, Array],
    row: int,
    against: Against,
    zh: str,
    en: str,
) -> Reference:
    return Reference(
        against,
        zh,
        en,
        {item.item: _known(columns[item.value][row]) for item in items},
        {item.item: float(columns[item.points][row]) for item in items},
        row,
    )


def _other_group(
    built: BuiltScheme, columns: Mapping[str, Array], row: int, rival: int, name: str
) -> Fault:
    names = built.program.group_names
    own, other = (names.get(columns[GROUP][at], "—") for at in (row, rival))
    return Fault(
        "other_group",
        f"“{name}”在“{other}”组，与本单位所在的“{own}”组指标不同，不能逐项比。",
        f"“{name}” is in group “{other}”, this subject in “{own}”: their items differ.",
    )
