"""How the list of results can be narrowed; options are those that occur in the run."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yuanheng.evaluation.models import Result, Run
from yuanheng.evaluation.queries import results_of
from yuanheng.evaluation.remarks import KINDS, kind_words
from yuanheng.kernel.resources.filters import Filter, Option


class _OfRun(Filter):
    def __init__(self, name: str, label: Any, run: Run) -> None:
        super().__init__(name, label)
        self.run = run


_PLACES = ("region", "park")


def _places(run: Run, user: Any) -> dict[str, list[tuple[str, str]]]:
    """(code, name) of the counties and parks that occur in what the person sees of the run; one
    query for both filters of a page."""
    kept: dict[int, dict[str, list[tuple[str, str]]]] = run.__dict__.setdefault("_places", {})
    if user.pk not in kept:
        columns = [f"{place}__{part}" for place in _PLACES for part in ("code", "name")]
        rows = set(results_of(run, user).order_by().values_list(*columns).distinct())
        kept[user.pk] = {
            place: sorted({row[at : at + 2] for row in rows if row[at] is not None})
            for place, at in zip(_PLACES, (0, 2), strict=True)
        }
    return kept[user.pk]


class PlaceFilter(_OfRun):
    """A park or a county, by its code."""

    def options(self, user: Any, value: str) -> list[Option]:
        return [Option(*pair) for pair in _places(self.run, user)[self.name]]

    def apply(self, queryset: QuerySet, value: str, user: Any) -> QuerySet:
        return queryset.filter(**{f"{self.name}__code": value})


class GradeFilter(_OfRun):
    """One of the scheme's grades."""

    def options(self, user: Any, value: str) -> list[Option]:
        return [Option(grade, grade) for grade in self.run.summary["grades"]]

    def apply(self, queryset: QuerySet, value: str, user: Any) -> QuerySet:
        return queryset.filter(grade=value)


class RemarkFilter(_OfRun):
    """One kind of remark, or any, or none."""

    def options(self, user: Any, value: str) -> list[Option]:
        words = kind_words()
        listed = [Option(kind, words[kind]) for kind in KINDS]
        return [Option("any", _("with a remark")), Option("none", _("without")), *listed]

    def apply(self, queryset: QuerySet, value: str, user: Any) -> QuerySet:
        if value == "none":
            return queryset.filter(flags="")
        if value == "any":
            return queryset.exclude(flags="")
        return queryset.filter(flags__contains=f"{value}:") if value in KINDS else queryset.none()


class MovementFilter(_OfRun):
    """Who rose, fell, or is new."""

    def options(self, user: Any, value: str) -> list[Option]:
        return [
            Option("up", _("rose")),
            Option("down", _("fell")),
            Option("same", _("unchanged")),
            Option("new", _("new")),
        ]

    def apply(self, queryset: QuerySet, value: str, user: Any) -> QuerySet:
        kinds = {
            "up": {"places__gt": 0},
            "down": {"places__lt": 0},
            "same": {"places": 0},
            "new": {"rank__isnull": False, "rank_before__isnull": True},
        }
        return queryset.filter(**kinds[value]) if value in kinds else queryset.none()


def filters_of(run: Run, kind: str) -> list[Filter]:
    """Those that make sense for a run."""
    filters: list[Filter] = []
    if kind == "enterprise":
        filters.append(PlaceFilter("park", Result._meta.get_field("park").verbose_name, run))
    filters.append(PlaceFilter("region", Result._meta.get_field("region").verbose_name, run))
    if run.summary["grades"]:
        filters.append(GradeFilter("grade", _("Grade"), run))
    if run.summary["has_movement"]:
        filters.append(MovementFilter("moved", _("Movement"), run))
    filters.append(RemarkFilter("remark", _("Remarks"), run))
    return filters


def narrowed_by(rows: Any, filters: list[Any], query: Any, user: Any) -> Any:
    """Results as the search and the filters of an address say."""
    for one in filters:
        value = query.get(one.name, "")
        if value:
            rows = one.apply(rows, value, user)
    for word in query.get("q", "").split()[:5]:
        rows = rows.filter(name__icontains=word) | rows.filter(subject_id__icontains=word)
    return rows
