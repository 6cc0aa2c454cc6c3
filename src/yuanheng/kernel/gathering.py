"""Rows that belong to a row, read with it: a few lines beside each, without a further query."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Aggregate
from django.db.models.functions import JSONObject


class _AllOf(Aggregate):
    """The values of a group as one JSON array."""

    function = "json_group_array"
    output_field = models.JSONField()

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, function="jsonb_agg", **more)


def gathered(rows: models.QuerySet, by: str, /, **fields: Any) -> models.QuerySet:
    """``rows`` for a ``Subquery``: all of them as one JSON array of objects with these fields.

    ``by`` is a field that is the same in all of them (what ``OuterRef`` compares). Days and
    moments come as text; nothing comes as null, not as an empty array.
    """
    one = JSONObject(**fields)
    return rows.order_by().values(by).annotate(gathered=_AllOf(one)).values("gathered")
