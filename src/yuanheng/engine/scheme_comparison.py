"""Two different schemes on the same figures: what each item is in either, and who stands where."""

from __future__ import annotations

import csv
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from yuanheng.calc.scheme.comparing import ASPECTS, ItemPair, compare_schemes
from yuanheng.engine.run_directory import RunDirectory
from yuanheng.engine.runs import evaluate_files, read_scheme_file


@dataclass(frozen=True, slots=True)
class Stand:
    """One subject under both schemes; ``places`` are gained (+) or lost under the second. A rank
    is within the scheme's own ranking: only where both rank it in one is a move told."""

    id: str
    name: str
    score_one: float | None
    score_other: float | None
    rank_one: int | None
    rank_other: int | None
    grade_one: str
    grade_other: str
    places: int | None


@dataclass(frozen=True, slots=True)
class SchemesCompared:
    """Items of both schemes, and where figures were given, every subject under both."""

    titles: tuple[str, str]
    items: list[ItemPair]
    subjects: list[Stand]

    @property
    def ranked(self) -> list[Stand]:
        """Those that both schemes rank, the furthest movers first."""
        found = [one for one in self.subjects if one.places is not None]
        return sorted(found, key=lambda one: (-abs(one.places or 0), one.id))

    @property
    def agreement(self) -> float | None:
        """Spearman's correlation of the ranks that both give; None where there is nothing to
        correlate."""
        both = self.ranked
        if len(both) < 3:
            return None
        ranks = np.array([[one.rank_one, one.rank_other] for one in both], dtype=float)
        if (ranks.std(axis=0) == 0).any():
            return None
        from yuanheng.calc.composite.analysis import correlation

        return float(correlation(ranks, kind="spearman")[0, 1])

    @property
    def sentences(self) -> list[tuple[str, str]]:
        """What it comes to, Chinese and English."""
        both = sum(1 for one in self.items if one.one and one.other)
        same = sum(1 for one in self.items if one.same)
        first = sum(1 for one in self.items if one.other is None)
        second = sum(1 for one in self.items if one.one is None)
        found = [
            (
                f"两个方案都有的指标 {both} 项，其中完全相同 {same} 项；只在前一个的 {first} 项，"
                f"只在后一个的 {second} 项。",
                f"{both} items are in both schemes, {same} of them alike; {first} only in the "
                f"first, {second} only in the second.",
            )
        ]
        return found + self._moves()

    def _moves(self) -> list[tuple[str, str]]:
        ranked = self.ranked
        if not ranked:
            return []
        moved = sum(1 for one in ranked if one.places)
        grades = sum(1 for one in ranked if one.grade_one != one.grade_other)
        agreement = self.agreement
        zh = "" if agreement is None else f"名次的等级相关系数 {agreement:.3f}。"
        en = "" if agreement is None else f" The ranks correlate by {agreement:.3f} (Spearman)."
        furthest = abs(ranked[0].places or 0)
        return [
            (
                f"同一份数据下，两边都排名的 {len(ranked)} 家中，名次不同的 {moved} 家，"
                f"最多差 {furthest} 位；等级不同的 {grades} 家。{zh}",
                f"On the same figures, of {len(ranked)} ranked by both, {moved} stand elsewhere "
                f"(by {furthest} places at most) and {grades} have another grade.{en}",
            )
        ]

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "schemes": list(self.titles),
            "items": [
                {
                    "group": one.group,
                    "name": one.name,
                    "share_one": one.weight_one,
                    "share_other": one.weight_other,
                    "differences": [
                        {"what": key, "one": mine, "other": theirs}
                        for key, mine, theirs in one.differences
                    ],
                }
                for one in self.items
            ],
            "agreement": self.agreement,
            "subjects": [
                {key: getattr(one, key) for key in Stand.__slots__} for one in self.subjects
            ],
        }


def compare_scheme_files(
    one: Path | str,
    other: Path | str,
    data: Path | str | None = None,
    *,
    period: str | None = None,
    sheet: str | None = None,
) -> SchemesCompared:
    """Compare two scheme files; with ``data`` both are run on it, in folders that are gone
    afterwards. Raises FaultyInput where a scheme or its run has faults."""
    texts = [read_scheme_file(Path(path)) for path in (one, other)]
    first, second = (text.scheme for text in texts)
    subjects: list[Stand] = []
    if data is not None:
        with tempfile.TemporaryDirectory(prefix="compare-") as folder:
            stands = []
            for number, path in enumerate((one, other)):
                out = Path(folder) / str(number)
                evaluate_files(Path(path), Path(data), out, period=period, sheet=sheet)
                stands.append(_stands(out))
        subjects = _joined(*stands)
    return SchemesCompared((first.title, second.title), compare_schemes(first, second), subjects)


def _stands(out: Path) -> dict[str, tuple[Any, ...]]:
    with RunDirectory(out) as run:
        groups = run.built.program.group_names
    with (out / "results.csv").open(encoding="utf-8", newline="") as stream:
        return {
            row["id"]: (
                row["name"],
                _number(row["score"]),
                _number(row["rank"]),
                row["grade"],
                groups.get(row["group"], row["group"]),
            )
            for row in csv.DictReader(stream)
        }


def _number(text: str) -> float | None:
    return float(text) if text else None


def _joined(one: dict[str, tuple[Any, ...]], other: dict[str, tuple[Any, ...]]) -> list[Stand]:
    found = []
    alone = len({row[4] for row in one.values()}) <= 1 and len({r[4] for r in other.values()}) <= 1
    nothing = (None, None, None, None, None)
    for subject in dict.fromkeys([*one, *other]):
        mine, theirs = one.get(subject, nothing), other.get(subject, nothing)
        comparable = mine[2] is not None and theirs[2] is not None
        places = None
        if comparable and (alone or mine[4] == theirs[4]):
            places = int(mine[2]) - int(theirs[2])
        found.append(
            Stand(
                subject,
                mine[0] or theirs[0] or subject,
                mine[1],
                theirs[1],
                None if mine[2] is None else int(mine[2]),
                None if theirs[2] is None else int(theirs[2]),
                mine[3] or "",
                theirs[3] or "",
                places,
            )
        )
    return found


__all__ = ["ASPECTS", "SchemesCompared", "Stand", "compare_scheme_files"]
