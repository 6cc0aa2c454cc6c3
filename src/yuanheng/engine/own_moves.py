"""Why one subject's rank moved between two runs, its own figures told apart from the others'."""

from __future__ import annotations

import itertools

from yuanheng.calc.evaluation.program import RANK, SCORE
from yuanheng.engine.comparison import _Comparer, shapley
from yuanheng.engine.execute import execute
from yuanheng.engine.run_directory import RunDirectory
from yuanheng.engine.table import SUBJECTS, drop_relation

OWN_NAMES = {
    "own": ("本单位数据", "its own figures"),
    "others": ("其他单位数据", "the others' figures"),
    "population": ("参评范围", "population"),
    "benchmark": ("标杆值", "benchmark"),
    "scheme": ("方案", "scheme"),
}


def own_moves(
    before: RunDirectory, after: RunDirectory, subject: str
) -> tuple[dict[str, float], dict[str, float]]:
    """The subject's score and places (positive for won) by part: the Shapley shares of its own
    data, the others' data, population, benchmarks and scheme, which add up to the whole move.
    Empty where the subject is not in both."""
    comparer = _SubjectComparer(before, after, subject)
    try:
        return comparer.shares()
    finally:
        comparer.con.close()


class _SubjectComparer(_Comparer):
    """As the comparison of two runs, with the data in two parts."""

    def __init__(self, old: RunDirectory, new: RunDirectory, subject: str) -> None:
        super().__init__(old, new)
        self.subject = subject

    def shares(self) -> tuple[dict[str, float], dict[str, float]]:
        parts: list[str] = []
        for part in self._differing():
            parts += ["own", "others"] if part == "data" else [part]
        figures: list[dict[frozenset[str], dict[str, float]]] = [{}, {}]
        for size in range(len(parts) + 1):
            for chosen in itertools.combinations(parts, size):
                for found, figure in zip(figures, self._of(frozenset(chosen)), strict=True):
                    found[frozenset(chosen)] = figure
        shares = []
        for found, sign in zip(figures, (1.0, -1.0), strict=True):
            split = shapley(parts, found, [self.subject])  # type: ignore[arg-type]
            shares.append({p: sign * float(v[0]) for p, v in split.items() if v[0] == v[0]})
        return shares[0], shares[1]

    def _of(self, changed: frozenset[str]) -> tuple[dict[str, float], dict[str, float]]:
        def of(part: str) -> str:
            return "new" if part in changed else "old"

        built = self._built(of("scheme"), of("benchmark"))
        tables = {}
        for part in ("own", "others", "population"):
            source = of(part)
            self._load(built, of("scheme"), of("benchmark"), source)
            tables[part] = f"subjects_{source}_{of('scheme')}_{of('benchmark')}"
        self._mixed(tables)
        executed = execute(self.con, built, [SCORE, RANK], ordered=False)
        # Fetched to the end: an open answer would keep the connection from loading a table.
        rows = self.con.execute(
            f"SELECT {executed.sql(SCORE)}, {executed.sql(RANK)} FROM result WHERE subject_id = ?",
            [self.subject],
        ).fetchall()
        row = rows[0] if rows else (None, None)
        score, rank = ({} if value is None else {self.subject: float(value)} for value in row)
        return score, rank

    def _mixed(self, tables: dict[str, str]) -> None:
        """The population's subjects: the subject's row from one table, the others' from another,
        and who has no row there keeps the row that it has."""
        own, others, population = tables["own"], tables["others"], tables["population"]
        sql = (
            f"SELECT * FROM {own} WHERE subject_id = $id "
            f"UNION ALL BY NAME SELECT * FROM {others} WHERE subject_id <> $id "
            f"AND subject_id IN (SELECT subject_id FROM {population}) "
            f"UNION ALL BY NAME SELECT * FROM {population} WHERE subject_id <> $id "
            f"AND subject_id NOT IN (SELECT subject_id FROM {others})"
        )
        drop_relation(self.con, SUBJECTS)
        self.con.execute(
            f"CREATE TEMP TABLE {SUBJECTS} AS SELECT row_number() OVER () AS subject_no, "
            f"* EXCLUDE (subject_no) FROM ({sql})".replace(
                "$id", "'" + self.subject.replace("'", "''") + "'"
            )
        )
