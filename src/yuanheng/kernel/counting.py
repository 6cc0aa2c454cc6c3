"""Several counts, or several short lists, in one round to the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Func, IntegerField, QuerySet


@dataclass(frozen=True)
class Different:
    """The different values of one column, to be counted without the rows they point to."""

    rows: QuerySet
    column: str


def count_together(wanted: Mapping[str, QuerySet | Different | None]) -> dict[str, int]:
    """How many rows each query has, in one round to the database.

    Every page counts so. Each count is written out by itself and the texts are put side by side:
    nested in a query of the framework's they take three times as long to write as to run.
    """
    names, texts, given = [], [], []
    for name, asked in wanted.items():
        rows = asked.rows if isinstance(asked, Different) else asked
        if rows is None:
            continue
        try:
            text, values = rows.order_by().values(n=_count_of(asked)).query.sql_with_params()
        except EmptyResultSet:
            continue
        names.append(name)
        texts.append(f"({text})")
        given.extend(values)
    if not names:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(texts)}", given)
        numbers = cursor.fetchone()
    return {name: number or 0 for name, number in zip(names, numbers, strict=True)}


def _count_of(asked: QuerySet | Different | None) -> Func:
    # An aggregate of Django's would group, and let the rows be counted from outside.
    if isinstance(asked, Different):
        template = "%(function)s(DISTINCT %(expressions)s)"
        column, more = F(asked.column), {"template": template}
    else:
        column, more = F("pk"), {}
    return Func(column, function="COUNT", output_field=IntegerField(), **more)


def read_together(parts: Iterable[tuple[str, QuerySet]]) -> list[tuple[Any, ...]]:
    """(name of the part, …its values) of short lists that have nothing to do with one another.

    Each part is a query of values, as many and of the same types as in the others; one may be
    ordered and cut off. The rows come in any order.
    """
    texts: list[str] = []
    given: list[Any] = []
    for name, rows in parts:
        try:
            text, values = rows.query.sql_with_params()
        except EmptyResultSet:
            continue
        texts.append(f"SELECT %s, part_{len(texts)}.* FROM ({text}) part_{len(texts)}")
        given.extend([name, *values])
    if not texts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(texts), given)
        return list(cursor.fetchall())
