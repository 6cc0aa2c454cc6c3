"""The clocks of many cases in one query.

A clock names its subject by words, so that it can be about a row of any model. ``case_clocks``
lets Django's ``prefetch_related`` find them all the same.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import CharField, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Cast

from yuanheng.kernel.clocks import clocks_of
from yuanheng.kernel.flow.declaration import flow_of
from yuanheng.kernel.gathering import gathered
from yuanheng.kernel.models import Case, Clock, CoUnit
from yuanheng.kernel.models.clocks import ClockState

_READ = "clocks_read"


class _CaseClocks:
    """A descriptor that ``prefetch_related`` takes for a relation."""

    def __get__(self, row: Any, owner: type) -> Any:
        return self if row is None else clocks_kept(row)

    def is_cached(self, row: Any) -> bool:
        return _READ in row.__dict__

    def get_prefetch_querysets(
        self, instances: Sequence[Any], querysets: Sequence[QuerySet] | None = None
    ) -> tuple[QuerySet, Callable[[Any], Any], Callable[[Any], Any], bool, str, bool]:
        rows = querysets[0] if querysets else Clock.objects.all()
        return (
            _fitting(rows, [_subject(one) for one in instances]),
            lambda found: (found.subject_model, found.subject_pk),
            _subject,
            False,
            "case_clocks",
            False,
        )


def _fitting(rows: QuerySet, subjects: Sequence[tuple[str, str]]) -> QuerySet:
    wanted: dict[str, list[str]] = defaultdict(list)
    for label, key in subjects:
        wanted[label].append(key)
    fits = Q(pk__in=())
    for label, keys in wanted.items():
        fits |= Q(subject_model=label, subject_pk__in=keys)
    return rows.filter(fits).order_by("due_on", "pk")


def _subject(row: Any) -> tuple[str, str]:
    """A row that was read as a plain case stands for that of its type."""
    model = flow_of(row).model if type(row) is Case else type(row)
    return model._meta.label, str(row.pk)


def with_clocks(*, open_only: bool = True) -> Prefetch:
    """For ``prefetch_related`` of cases or of co-units: their clocks."""
    rows = Clock.objects.all()
    if open_only:
        rows = rows.filter(state__in=[ClockState.RUNNING, ClockState.PAUSED])
    else:
        rows = rows.select_related("responsible", "holder")
    return Prefetch("case_clocks", rows, to_attr=_READ)


def clocks_kept(row: Any) -> list[Clock]:
    """The clocks of a case or of a co-unit's part: as they were read with it, else read now."""
    kept = _read_with_the_case(row)
    if kept is not None:
        ended = sorted((one for one in kept if not one.is_open), key=lambda one: -one.pk)
        return [one for one in kept if one.is_open] + ended
    if type(row) is Case:
        row = flow_of(row).model(pk=row.pk)
    return clocks_of(row)


def read_clocks(rows: Sequence[Any], *, open_only: bool = True) -> None:
    """The clocks of cases and of co-units' parts, all of them in one query."""
    found: dict[tuple[str, str], list[Clock]] = {_subject(one): [] for one in rows}
    if not found:
        return
    clocks = with_clocks(open_only=open_only).queryset
    for one in _fitting(clocks, list(found)):
        found[one.subject_model, one.subject_pk].append(one)
    for row in rows:
        row.__dict__[_READ] = found[_subject(row)]


def _read_with_the_case(row: Any) -> list[Clock] | None:
    """Of a page's case, whose co-units were read with it: the clocks of all of them at once."""
    case = row._state.fields_cache.get("case") if isinstance(row, CoUnit) else row
    if case is None or "co_units" not in getattr(case, "_prefetched_objects_cache", {}):
        return row.__dict__.get(_READ)
    if row.__dict__.get(_READ) is None:
        read_clocks([case, *case.co_units.all()], open_only=False)
    return row.__dict__.get(_READ)


for _kind in (Case, CoUnit):
    _kind.case_clocks = _CaseClocks()  # type: ignore[union-attr]


_FOR_A_LIGHT = ("state", "counting", "due_on", "paused_at", "ended_at", "rule")


def with_clocks_inside(rows: QuerySet) -> QuerySet:
    """Cases of one type with what their lights need of their open clocks, in the same query;
    ``keep_clocks`` then takes them out."""
    here = Clock.objects.filter(
        subject_model=rows.model._meta.label,
        subject_pk=Cast(OuterRef("pk"), CharField(max_length=64)),
        state__in=[ClockState.RUNNING, ClockState.PAUSED],
    )
    fields = {name: name for name in _FOR_A_LIGHT}
    return rows.annotate(clocks_inside=Subquery(gathered(here, "subject_pk", **fields)))


def keep_clocks(row: Any) -> Any:
    """The case itself, its clocks ready for a light: for nothing else, they are not whole."""
    found = [_clock(one) for one in row.clocks_inside or ()]
    row.__dict__[_READ] = sorted(found, key=lambda one: one.due_on)
    return row


def _clock(told: dict[str, Any]) -> Clock:
    rule = told["rule"]
    kept = {name: Clock._meta.get_field(name).to_python(told[name]) for name in _FOR_A_LIGHT[:-1]}
    # A JSON column inside a JSON object is text on one database and an object on the other.
    return Clock(**kept, rule=json.loads(rule) if isinstance(rule, str) else rule)
