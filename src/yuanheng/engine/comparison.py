"""Compare two runs: who moved, and how much of the move came from what.

Four things can differ between two runs: the population (who takes part), the data, the benchmarks
and the rest of the scheme. The evaluation is repeated for every mixture of the two runs' parts,
and each part's share is its mean effect over all orders in which the parts could have changed
(the Shapley value, Shapley 1953). The shares add up to the move exactly, and no order is
favoured. Parts that are the same in both runs have no share.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import duckdb
import numpy as np

from yuanheng.calc.evaluation import BuiltScheme, build_program
from yuanheng.calc.evaluation.program import RANK, SCORE
from yuanheng.calc.faults import Fault, FaultyInput
from yuanheng.calc.scheme import SchemeText
from yuanheng.engine.execute import execute
from yuanheng.engine.mixing import with_benchmarks_of
from yuanheng.engine.run_directory import RunDirectory
from yuanheng.engine.runs import connect
from yuanheng.engine.table import SUBJECTS, drop_relation, load_table

Part = Literal["population", "data", "benchmark", "scheme"]
PARTS: tuple[Part, ...] = ("population", "data", "benchmark", "scheme")
PART_NAMES = {
    "population": ("参评范围", "population"),
    "data": ("数据", "data"),
    "benchmark": ("标杆值", "benchmark"),
    "scheme": ("方案", "scheme"),
}


@dataclass(frozen=True, slots=True)
class Move:
    """One subject in both runs. ``places`` is positive for places won; ``score_by`` and
    ``places_by`` say what each part contributed and add up to the whole change. Who changed the
    group has no places: ranks of two groups do not compare."""

    id: str
    name: str | None
    group_before: str | None
    group_after: str | None
    score_before: float | None
    score_after: float | None
    rank_before: int | None
    rank_after: int | None
    grade_before: str | None
    grade_after: str | None
    score_by: dict[str, float] = field(default_factory=dict)
    places_by: dict[str, float] = field(default_factory=dict)

    @property
    def places(self) -> int | None:
        if self.rank_before is None or self.rank_after is None or self.regrouped:
            return None
        return self.rank_before - self.rank_after

    @property
    def regrouped(self) -> bool:
        return self.group_before != self.group_after

    @property
    def change(self) -> float | None:
        if self.score_before is None or self.score_after is None:
            return None
        return self.score_after - self.score_before


@dataclass(frozen=True, slots=True)
class Comparison:
    """All moves, who joined and who left, and which parts differ between the runs."""

    differing: list[str]
    moves: list[Move]
    joined: list[tuple[str, str | None]]
    left: list[tuple[str, str | None]]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """One flat row a subject, for a table."""
        rows = []
        for move in self.moves:
            row: dict[str, Any] = {
                "id": move.id,
                "name": move.name,
                "group_before": move.group_before,
                "group": move.group_after,
                "rank_before": move.rank_before,
                "rank_after": move.rank_after,
                "places": move.places,
                "score_before": move.score_before,
                "score_after": move.score_after,
                "change": _rounded(move.change),
                "grade_before": move.grade_before,
                "grade_after": move.grade_after,
            }
            for part in PARTS:
                row[f"score_by_{part}"] = _rounded(move.score_by.get(part))
                row[f"places_by_{part}"] = _rounded(move.places_by.get(part))
            rows.append(row)
        return rows

    @property
    def sentences(self) -> list[tuple[str, str]]:
        """The comparison in a few sentences, Chinese and English."""
        return list(_sentences(self))

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "differing": self.differing,
            "moves": self.rows,
            "joined": [{"id": i, "name": n} for i, n in self.joined],
            "left": [{"id": i, "name": n} for i, n in self.left],
            "sentences": [{"zh": zh, "en": en} for zh, en in self.sentences],
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6) + 0.0


def compare_runs(before: Path | str, after: Path | str) -> Comparison:
    """Compare two run directories.

    Raises FaultyInput if one is no run, if they evaluate different kinds of subject, or if a
    table lacks what the other run's scheme needs.
    """
    with RunDirectory(before) as old, RunDirectory(after) as new:
        kinds = (old.built.scheme.subject, new.built.scheme.subject)
        if kinds[0] != kinds[1]:
            raise FaultyInput([_different_subjects(*kinds)])
        return _Comparer(old, new).compare()


def _different_subjects(before: str, after: str) -> Fault:
    return Fault(
        "different_subjects",
        f"两次评价的对象不同（{before} 与 {after}），不能比较。",
        f"The runs evaluate different kinds of subject ({before}, {after}).",
    )


class _Comparer:
    def __init__(self, old: RunDirectory, new: RunDirectory) -> None:
        self.runs = {"old": old, "new": new}
        self.con: duckdb.DuckDBPyConnection = connect()
        self.schemes: dict[tuple[str, str], BuiltScheme] = {}
        self.loaded: set[tuple[str, str]] = set()

    def compare(self) -> Comparison:
        try:
            differing = self._differing()
            scores, ranks = self._mixtures(differing)
            return self._result(differing, scores, ranks)
        finally:
            self.con.close()

    # --- what differs ------------------------------------------------------------------------

    def _differing(self) -> list[Part]:
        old, new = self.runs["old"], self.runs["new"]
        parts: list[Part] = []
        same_period = old.record["period"] == new.record["period"]
        if old.record["data_hash"] != new.record["data_hash"] or not same_period:
            parts += ["population", "data"]
        mixed = with_benchmarks_of(old.built.text, new.built.text)
        if mixed.scheme.groups != old.built.scheme.groups:
            parts.append("benchmark")
        neutral = {"period": new.built.scheme.period, "id": new.built.scheme.id}
        if mixed.scheme.model_copy(update=neutral).model_dump(
            exclude={"title", "title_en", "sources", "assumptions", "place", "nature"}
        ) != new.built.scheme.model_dump(
            exclude={"title", "title_en", "sources", "assumptions", "place", "nature"}
        ):
            parts.append("scheme")
        return parts

    # --- mixtures ------------------------------------------------------------------------------

    def _mixtures(
        self, differing: list[Part]
    ) -> tuple[dict[frozenset[Part], dict[str, float]], dict[frozenset[Part], dict[str, float]]]:
        """Score and rank of every subject in every mixture; the set names the new parts."""
        scores: dict[frozenset[Part], dict[str, float]] = {}
        ranks: dict[frozenset[Part], dict[str, float]] = {}
        for size in range(len(differing) + 1):
            for chosen in itertools.combinations(differing, size):
                key = frozenset(chosen)
                scores[key], ranks[key] = self._evaluate(key)
        return scores, ranks

    def _evaluate(self, new_parts: frozenset[Part]) -> tuple[dict[str, float], dict[str, float]]:
        def of(part: Part) -> str:
            return "new" if part in new_parts else "old"

        built = self._built(of("scheme"), of("benchmark"))
        data, population = of("data"), of("population")
        self._subjects(built, of("scheme"), of("benchmark"), data, population)
        executed = execute(self.con, built, [SCORE, RANK], ordered=False)
        score, rank = executed.sql(SCORE), executed.sql(RANK)
        rows = self.con.execute(f"SELECT subject_id, {score}, {rank} FROM result").fetchall()
        return (
            {row[0]: row[1] for row in rows if row[1] is not None},
            {row[0]: row[2] for row in rows if row[2] is not None},
        )

    def _built(self, scheme: str, benchmark: str) -> BuiltScheme:
        key = (scheme, benchmark)
        if key not in self.schemes:
            text: SchemeText = self.runs[scheme].built.text
            if scheme != benchmark:
                text = with_benchmarks_of(text, self.runs[benchmark].built.text)
            self.schemes[key] = build_program(text)
        return self.schemes[key]

    def _subjects(
        self, built: BuiltScheme, scheme: str, benchmark: str, data: str, population: str
    ) -> None:
        """The relation of subjects: the population of one run with the data of one run; who has
        no row in the data keeps the row that it has."""
        for source in {data, population}:
            self._load(built, scheme, benchmark, source)
        chosen, others = (
            f"subjects_{data}_{scheme}_{benchmark}",
            f"subjects_{population}_{scheme}_{benchmark}",
        )
        if data == population:
            sql = f"SELECT * FROM {chosen}"
        else:
            sql = (
                f"SELECT * FROM {chosen} WHERE subject_id IN (SELECT subject_id FROM {others}) "
                f"UNION ALL BY NAME SELECT * FROM {others} "
                f"WHERE subject_id NOT IN (SELECT subject_id FROM {chosen})"
            )
        drop_relation(self.con, SUBJECTS)
        self.con.execute(
            f"CREATE TEMP TABLE {SUBJECTS} AS SELECT row_number() OVER () AS "
            f"subject_no, * EXCLUDE (subject_no) FROM ({sql})"
        )

    def _load(self, built: BuiltScheme, scheme: str, benchmark: str, source: str) -> None:
        table = f"subjects_{source}_{scheme}_{benchmark}"
        if (table, source) in self.loaded:
            return
        run = self.runs[source]
        period = run.record["period"]
        of_source = replace(
            built,
            text=replace(built.text, scheme=built.scheme.model_copy(update={"period": period})),
        )
        load_table(self.con, of_source, run.input, previous=run.previous_input)
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM {SUBJECTS}")
        self.loaded.add((table, source))

    # --- shares ----------------------------------------------------------------------------------

    def _result(
        self,
        differing: list[Part],
        scores: dict[frozenset[Part], dict[str, float]],
        ranks: dict[frozenset[Part], dict[str, float]],
    ) -> Comparison:
        old = _results_of(self.con, self.runs["old"])
        new = _results_of(self.con, self.runs["new"])
        both = [subject for subject in new if subject in old]
        score_by = shapley(differing, scores, both)
        rank_by = shapley(differing, ranks, both)
        moves = []
        for number, subject in enumerate(both):
            before, after = old[subject], new[subject]
            moves.append(
                Move(
                    subject,
                    after["name"],
                    before["group"],
                    after["group"],
                    before["score"],
                    after["score"],
                    before["rank"],
                    after["rank"],
                    before["grade"],
                    after["grade"],
                    {p: float(v[number]) for p, v in score_by.items() if v[number] == v[number]},
                    {
                        p: -float(v[number])
                        for p, v in rank_by.items()
                        if v[number] == v[number] and before["group"] == after["group"]
                    },
                )
            )
        joined = [(i, new[i]["name"]) for i in new if i not in old]
        left = [(i, old[i]["name"]) for i in old if i not in new]
        return Comparison([str(p) for p in differing], moves, joined, left)


def shapley(
    parts: list[Part],
    outcomes: dict[frozenset[Part], dict[str, float]],
    subjects: list[str],
) -> dict[Part, Any]:
    """Each part's mean effect over all orders of change; NaN where a mixture has no outcome.

    ``outcomes`` maps every set of changed parts to each subject's figure. The shares of a subject
    add up to the figure with all parts changed minus the figure with none.
    """
    values = {
        chosen: np.array([found.get(subject, np.nan) for subject in subjects], dtype=float)
        for chosen, found in outcomes.items()
    }
    shares: dict[Part, Any] = {}
    count = len(parts)
    for part in parts:
        others = [p for p in parts if p != part]
        total = np.zeros(len(subjects))
        for size in range(count):
            weight = math.factorial(size) * math.factorial(count - size - 1)
            for chosen in itertools.combinations(others, size):
                without = frozenset(chosen)
                total += weight * (values[without | {part}] - values[without])
        shares[part] = total / math.factorial(count)
    return shares


def _results_of(con: duckdb.DuckDBPyConnection, run: RunDirectory) -> dict[str, dict[str, Any]]:
    """results.csv of a run by id."""
    rows = con.execute(
        'SELECT id, name, "group", CAST(score AS DOUBLE), CAST(rank AS BIGINT), grade '
        "FROM read_csv(?, header = true, all_varchar = true)",
        [str(run.path / "results.csv")],
    ).fetchall()
    names = ("name", "group", "score", "rank", "grade")
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}


def _sentences(it: Comparison) -> Iterable[tuple[str, str]]:
    if not it.differing:
        yield ("两次评价的方案、数据和参评范围都相同。", "Nothing differs between the two runs.")
        return
    zh = "、".join(PART_NAMES[p][0] for p in it.differing)
    en = ", ".join(PART_NAMES[p][1] for p in it.differing)
    yield (f"两次评价不同的是：{zh}。", f"What differs: {en}.")
    moved = [m for m in it.moves if m.places]
    regrouped = sum(1 for m in it.moves if m.regrouped)
    yield (
        f"共有 {len(it.moves)} 家两次都在，其中 {len(moved)} 家名次变动，{regrouped} 家换了分组；"
        f"新参评 {len(it.joined)} 家，不再参评 {len(it.left)} 家。",
        f"{len(it.moves)} are in both, {len(moved)} of them moved, {regrouped} changed the group; "
        f"{len(it.joined)} joined, "
        f"{len(it.left)} left.",
    )
    for move in sorted(moved, key=lambda m: (-abs(m.places or 0), m.id))[:5]:
        places = move.places or 0
        why = sorted(move.places_by.items(), key=lambda p: -abs(p[1]))
        zh_why = "、".join(f"{PART_NAMES[p][0]}{v:+.2f} 位" for p, v in why if abs(v) >= 0.005)
        en_why = ", ".join(f"{PART_NAMES[p][1]} {v:+.2f}" for p, v in why if abs(v) >= 0.005)
        word, word_en = ("上升", "up") if places > 0 else ("下降", "down")
        yield (
            f"{move.name or move.id}由第 {move.rank_before} 位到第 {move.rank_after} 位，"
            f"{word} {abs(places)} 位" + (f"（其中：{zh_why}）。" if zh_why else "。"),
            f"{move.name or move.id} went from {move.rank_before} to {move.rank_after}, "
            f"{word_en} {abs(places)}" + (f" ({en_why})." if en_why else "."),
        )
