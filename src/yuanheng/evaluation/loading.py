"""From the files of a run to the rows that lists show."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import duckdb

from yuanheng.accounts.api import unit_keys
from yuanheng.calc.evaluation import BuiltScheme
from yuanheng.evaluation.files import RunFiles
from yuanheng.evaluation.models import Result, Run
from yuanheng.registry.api import subject_places

_RESULTS_SQL = """
SELECT id, name, "group", rated, score, rank, grade, flags
FROM read_csv(?, header = true, columns = {
  'id': 'VARCHAR', 'name': 'VARCHAR', 'group': 'VARCHAR', 'rated': 'BOOLEAN',
  'score': 'DOUBLE', 'rank': 'BIGINT', 'grade': 'VARCHAR', 'flags': 'VARCHAR'})
"""
_MOVED_SQL = """
SELECT id, rank_before, places, grade_before
FROM read_csv(?, header = true, columns = {
  'id': 'VARCHAR', 'name': 'VARCHAR', 'rank_before': 'BIGINT', 'rank': 'BIGINT',
  'places': 'BIGINT', 'grade_before': 'VARCHAR', 'grade': 'VARCHAR'})
"""


def result_rows(run: Run, kind: str) -> list[Result]:
    """One unsaved row a subject, in the order of results.csv."""
    places = subject_places(kind)
    units = unit_keys() if kind == "department" else {}
    return [
        Result(
            run=run,
            subject_id=row[0],
            name=(row[1] or "")[:200],
            group_code=row[2] or "",
            position=position,
            rated=bool(row[3]),
            score=row[4],
            rank=row[5],
            grade=row[6] or "",
            flags=row[7] or "",
            rank_before=row[8],
            places=row[9],
            grade_before=row[10] or "",
            park_id=places.get(row[0], (None, None))[0],
            region_id=places.get(row[0], (None, None))[1],
            org_unit_id=units.get(row[0]),
        )
        for position, row in enumerate(_rows(run.directory), 1)
    ]


def _rows(directory: Path) -> list[tuple[Any, ...]]:
    """results.csv with what movement.csv adds, in the order of the file."""
    results, moved = directory / "results.csv", directory / "movement.csv"
    before: dict[str, tuple[Any, ...]] = {}
    with duckdb.connect(":memory:") as con:
        con.execute("SET threads = 1")  # the order of the file is the order of the rows
        if moved.is_file():
            found = con.execute(_MOVED_SQL, [str(moved)]).fetchall()
            before = {row[0]: row[1:] for row in found}
        rows = con.execute(_RESULTS_SQL, [str(results)]).fetchall()
    return [(*row, *before.get(row[0], (None, None, None))) for row in rows]


def summary_of(directory: Path) -> dict[str, Any]:
    """What a page says of a run without opening its files: groups, grades, names for remarks."""
    with RunFiles(directory) as files:
        built = files.built
        counted = _counts(directory)
    return {
        "groups": [
            {"code": code, "name": name, "rated": counted[code]}
            for code, name in built.program.group_names.items()
        ],
        "grades": grade_scale(built),
        "items": {item.item: item.name for item in built.program.items},
        "dimensions": {node.dimension: node.name for node in built.program.nodes},
        "events": {one.code: one.name for one in built.program.adjustments},
        "unrated": {one.code: {"zh": one.zh, "en": one.en} for one in built.program.unrated},
        "total": built.scheme.score.total,
        "has_movement": (directory / "movement.csv").is_file(),
    }


def grade_scale(built: BuiltScheme) -> list[str]:
    """The grades, best first; of all groups if they differ."""
    scales = [built.scheme.grades, *(group.grades for group in built.scheme.groups)]
    return list(dict.fromkeys(grade for grades in scales if grades for grade in grades.scale))


def result_lines(directory: Path) -> list[tuple[Any, ...]]:
    """id, name, group, rated, score, rank, grade and remarks of each subject, in their order."""
    return _rows(directory)


def _counts(directory: Path) -> Counter[str]:
    counted: Counter[str] = Counter()
    for row in _rows(directory):
        if row[3]:
            counted[row[2] or ""] += 1
    return counted
