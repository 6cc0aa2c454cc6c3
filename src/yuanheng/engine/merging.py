"""Several subjects on one parcel become one subject before anything is computed."""

from __future__ import annotations

import duckdb

from yuanheng.calc.evaluation import BuiltScheme
from yuanheng.calc.expression import to_sql

MEMBERS = "members"


def merge_subjects(
    con: duckdb.DuckDBPyConnection, built: BuiltScheme, table: str, columns: list[str]
) -> str:
    """Make the relation of merged subjects and the relation ``members`` (member → its leader).

    Number fields are added up, exactly and in any order; where one member's figure is unknown the
    sum is unknown. Every other field is the leader's: the member with the largest ``lead_by``,
    and among equals the first by id.
    """
    plan = built.program.merge
    assert plan is not None
    period = ", period" if "period" in columns else ""
    exempt, by = "false", f'g."{plan.by}"'
    if plan.unless is not None:
        condition = to_sql(plan.unless, lambda ref: f'g."{ref.name}"')
        exempt = f"coalesce({condition}, false)"
    # A field may well be called parcel: what is made here begins with a line.
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE parcels AS SELECT g.*, "
        f"CASE WHEN {exempt} OR {by} IS NULL THEN 'i' || g.subject_id "
        f"ELSE 'p' || {by} END AS _parcel FROM {table} g"
    )
    order = f'ORDER BY "{plan.lead_by}" DESC NULLS LAST, subject_id'
    kinds = {declared.code: declared.kind for declared in built.scheme.data.fields}
    select = []
    for column in columns:
        if column == "period":
            continue
        if kinds.get(column) == "number" and column not in plan.keep:
            fixed = f'CAST(floor("{column}" * 1e9 + 0.5) AS DECIMAL(38, 0))'
            select.append(
                f'CASE WHEN count(*) = 1 THEN first("{column}") '
                f'WHEN count("{column}") = count(*) '
                f'THEN CAST(sum({fixed}) AS DOUBLE) / 1e9 END AS "{column}"'
            )
        else:
            select.append(f'first("{column}" {order}) AS "{column}"')
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE merged AS SELECT {', '.join(select)}{period} "
        f"FROM parcels GROUP BY _parcel{period}"
    )
    latest = "" if not period else f" WHERE period = '{built.scheme.period}'"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {MEMBERS} AS SELECT subject_id, "
        f"{'subject_name' if 'subject_name' in columns else 'CAST(NULL AS VARCHAR)'} "
        f"AS subject_name, _row AS row_no, "
        f"first(subject_id) OVER (PARTITION BY _parcel {order}) AS leader FROM parcels{latest}"
    )
    return "merged"
