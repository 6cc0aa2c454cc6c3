"""The table that a scheme reads, made from frozen figures: one row a subject and period.

Columns are headed by indicators' names with their units, as offices head them; for a scheme, by
the names under which the scheme looks for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from yuanheng.calc.evaluation import build_program
from yuanheng.calc.periods import Period
from yuanheng.calc.scheme import read_scheme_text
from yuanheng.calc.units import conversion_factor
from yuanheng.engine.table import ID, NAME, PERIOD, specs_of
from yuanheng.engine.writing import quote
from yuanheng.ledger.choices import BearerKind, Theme
from yuanheng.ledger.frozen import Frozen
from yuanheng.ledger.mirror import FORMAT, connect
from yuanheng.ledger.models import Indicator
from yuanheng.ledger.queries.catalogue import Catalogue
from yuanheng.ledger.queries.figures import Reading
from yuanheng.ledger.queries.scopes import Member

_KEYS = {
    BearerKind.PARK: ("园区代码", "园区名称"),
    BearerKind.ENTERPRISE: ("统一社会信用代码", "企业名称"),
    BearerKind.DEPARTMENT: ("单位代码", "单位名称"),
}
# What a scheme calls a fact of the register → the register's own word.
_FACTS = {
    "园区级别": "级别", "所在县区": "县区", "规上企业": "规上", "规模以上": "规上",
    "行业": "行业代码",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column: its heading, the indicator, and the unit in which it is written."""

    heading: str
    indicator: Indicator
    measure: str


@dataclass(frozen=True, slots=True)
class TablePlan:
    """What a table will hold; ``absent`` are fields of the scheme that no indicator fills."""

    key: str
    name: str
    period: str
    columns: tuple[TableColumn, ...]
    absent: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()  # (heading, the register's word)


def plan_of(
    kind: str, catalogue: Catalogue, known_facts: Sequence[str], scheme_text: str = ""
) -> TablePlan:
    """Which columns: every indicator of this kind of subject, or what a scheme asks for.
    ``known_facts`` are what the register says of these subjects."""
    key, name = _KEYS.get(BearerKind(kind), ("代码", "名称"))
    if not scheme_text:
        flag = "for_enterprises" if kind == BearerKind.ENTERPRISE else "for_parks"
        columns = [
            _own(one)
            for one in catalogue.by_id.values()
            if (_of_units(one) if kind == BearerKind.DEPARTMENT else getattr(one, flag))
        ]
        facts = tuple((one, one) for one in known_facts)
        return TablePlan(key, name, "年度", tuple(columns), facts=facts)
    return _plan_for(scheme_text, catalogue, known_facts, key, name)


def _of_units(one: Indicator) -> bool:
    """Whether it is a figure of bureaus and towns, and of nothing else."""
    return one.theme == Theme.APPRAISAL and not one.for_parks


def _own(one: Indicator) -> TableColumn:
    return TableColumn(_heading(one.name, one.unit_shown), one, one.unit_shown)


def _plan_for(
    text: str, catalogue: Catalogue, known_facts: Sequence[str], key: str, name: str
) -> TablePlan:
    specs = {spec.code: spec for spec in specs_of(build_program(read_scheme_text(text)))}
    columns, absent, facts = [], [], []
    for code, spec in specs.items():
        if code in {ID, NAME, PERIOD} or "__" in code:
            continue
        names = [spec.label, *spec.columns, code]
        found = next((one for one in map(catalogue.find, names) if one), None)
        words = [_FACTS.get(one, one) for one in names]
        fact = next((one for one in words if one in known_facts), "")
        if found is not None and spec.kind == "number":
            measure = spec.unit if _fits(found.measure, spec.unit) else found.unit_shown
            columns.append(TableColumn(_heading(spec.label, measure), found, measure))
        elif fact:
            facts.append((spec.label, fact))
        else:
            absent.append(spec.label)
    label = {code: specs[code].label for code in (ID, NAME, PERIOD) if code in specs}
    return TablePlan(
        label.get(ID, key), label.get(NAME, name), label.get(PERIOD, "年度"),
        tuple(columns), tuple(absent), tuple(facts),
    )  # fmt: skip


def _heading(name: str, measure: str) -> str:
    return f"{name}（{measure}）" if measure else name


def _fits(kept: str, wanted: str) -> bool:
    try:
        conversion_factor(kept, wanted)
    except ValueError:
        return False
    return True


def write_table(path: Path, frozen: Frozen, plan: TablePlan) -> int:
    """Write the table as Parquet; how many rows. A subject without any figure in a period has no
    row there, and a figure that isn't known is empty."""
    reading, period = frozen.reading(), frozen.period
    rows = [
        row
        for at in (period.last_year(), period)
        for member in frozen.members
        if (row := _row(reading, member, at, plan)) is not None
    ]
    columns = _as_columns(rows, plan)
    with connect() as con:
        con.execute("SET threads = 1")
        con.register("made", columns)
        listed = ", ".join(
            f'CASE WHEN isnan("c{at}") THEN NULL ELSE "c{at}" END AS {_quoted(one.heading)}'
            for at, one in enumerate(plan.columns)
        )
        texts = [plan.period, plan.key, plan.name, *(heading for heading, _fact in plan.facts)]
        shown = ", ".join(f'"t{at}" AS {_quoted(text)}' for at, text in enumerate(texts))
        parts = ", ".join(part for part in (shown, listed) if part)
        con.execute(f"COPY (SELECT {parts} FROM made) TO {quote(str(path))} {FORMAT}")
    return len(rows)


def _row(reading: Reading, member: Member, at: Period, plan: TablePlan) -> list[Any] | None:
    assert member.subject_id is not None
    values = []
    for one in plan.columns:
        figure = reading.figure(member.subject_id, one.indicator, at)
        known = figure.value if figure.is_complete else None
        factor = conversion_factor(one.indicator.measure, one.measure)
        values.append(float("nan") if known is None else known * factor)
    if all(value != value for value in values):
        return None
    own = [member.facts.get(fact, "") for _heading, fact in plan.facts]
    return [at.label, member.code, member.name, *own, *values]


def _as_columns(rows: Sequence[list[Any]], plan: TablePlan) -> dict[str, np.ndarray]:
    texts = 3 + len(plan.facts)
    columns: dict[str, np.ndarray] = {}
    for at in range(texts):
        columns[f"t{at}"] = np.array([row[at] for row in rows], dtype=object)
    for at in range(len(plan.columns)):
        columns[f"c{at}"] = np.array([row[texts + at] for row in rows], dtype=np.float64)
    return columns


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
