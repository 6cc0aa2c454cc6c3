"""The date functions in portable SQL; a date is a double, days since 1970-01-01."""

from __future__ import annotations

from collections.abc import Sequence

from yuanheng.calc.expression.sql_literals import DOUBLE_ONE


def date_call(function: str, args: Sequence[str]) -> str:
    """The SQL of ``year``, ``month``, ``days_between`` or ``months_between``."""
    match function:
        case "year" | "month":
            return _part(function, args[0])
        case "days_between":
            return f"({args[1]} - {args[0]})"
        case "months_between":
            return _full_months(*args)
        case _:
            raise TypeError(f"no SQL for the function {function}")


def _part(part: str, days: str) -> str:
    # EXTRACT gives an integer or a decimal, depending on the engine; times 1.0 it is a double.
    date = f"DATE '1970-01-01' + CAST({days} AS INTEGER)"
    return f"(EXTRACT({part.upper()} FROM ({date})) * {DOUBLE_ONE})"


def _full_months(start: str, end: str) -> str:
    years = f"({_part('year', end)} - {_part('year', start)})"
    months = f"({_part('month', end)} - {_part('month', start)})"
    first, last = _part("day", start), _part("day", end)
    early = f"CASE WHEN {last} < {first} THEN 1e0 ELSE 0e0 END"
    late = f"CASE WHEN {last} > {first} THEN 1e0 ELSE 0e0 END"
    total = f"{years} * 12e0 + {months}"
    return (
        f"CASE WHEN {end} >= {start} THEN {total} - {early} "
        f"WHEN {end} < {start} THEN {total} + {late} END"
    )
