"""The tree of targets: city, county, park, enterprise, with lights; and the same as a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yuanheng.kernel import clock
from yuanheng.kernel.actions import record_export
from yuanheng.kernel.downloads import workbook_bytes, workbook_response
from yuanheng.kernel.figures import measure_words
from yuanheng.kernel.policies import CREATE, VIEW, can, require
from yuanheng.ledger import store
from yuanheng.ledger.models import Target
from yuanheng.ledger.queries.targets import Standing, standings, tree
from yuanheng.ledger.views.target_panels import shown, sum_sentence
from yuanheng.tabular import Sheet, write_xlsx


@require_safe
def target_tree(request: HttpRequest) -> HttpResponse:
    """``/target-tree/?year=2024``"""
    require(request.user, VIEW, Target)
    years, year = _years(request)
    nodes = [_node(one, request.user) for one in _tops(request.user, year)]
    every = list(_flat(nodes))
    lights: dict[str, int] = {}
    for one in every:
        if one["light"]:
            lights[one["light"]["colour"]] = lights.get(one["light"]["colour"], 0) + 1
    order = ("red", "orange", "yellow", "blue", "green", "grey")
    context = {
        "nodes": nodes,
        "count": len(every),
        "lights": [(colour, lights[colour]) for colour in order if colour in lights],
        "year": year,
        "years": years,
        "may_create": can(request.user, CREATE, Target),
    }
    return render(request, "ledger/target_tree.html", context)


@require_safe
def target_workbook(request: HttpRequest) -> HttpResponse:
    """The same address as .xlsx."""
    require(request.user, VIEW, Target)
    _all, year = _years(request)
    nodes = list(_flat([_node(one, request.user) for one in _tops(request.user, year)]))
    content = workbook_bytes(lambda path: _write(path, year, nodes))
    record_export(
        acting_user=request.user, resource=Target, query=request.GET.urlencode(),
        rows=len(nodes), sha256=store.hash_of_bytes(content), format="xlsx",
    )  # fmt: skip
    return workbook_response(f"{_('Targets')}-{year}.xlsx", content)


def _years(request: HttpRequest) -> tuple[list[int], int]:
    rows = Target.objects.visible_to(request.user).current()
    years = sorted(set(rows.values_list("year", flat=True)), reverse=True)
    asked = request.GET.get("year", "")
    if asked.isdecimal() and int(asked) in years:
        return years, int(asked)
    this = clock.today().year
    return years, this if this in years or not years else years[0]


def _tops(user: Any, year: int) -> list[Standing]:
    rows = Target.objects.visible_to(user).current().filter(year=year)
    related = ("indicator", "region", "park", "enterprise", "owner", "parent")
    targets = list(rows.select_related(*related).order_by("position", "code"))
    return tree(standings(targets, user))


def _node(
    standing: Standing, user: Any, depth: int = 0, above: Target | None = None
) -> dict[str, Any]:
    """A target as the tree shows it: under one of the same name, whose it is says more."""
    target, words = standing.target, shown(standing, user)
    is_same = above is not None and above.shown_name == target.shown_name and words["whose"]
    deeper = standing.children if depth < 12 else []
    together = standing.children_sum
    is_other = together is not None and abs(together - (target.aim or 0)) > 1e-9 * abs(together)
    return {
        **words,
        "depth": depth,
        "head": words["whose"] if is_same else target.shown_name,
        "beside": target.shown_name if is_same else words["whose"],
        "children": [_node(one, user, depth + 1, target) for one in deeper],
        "sum": sum_sentence(target, [one.target for one in deeper]) if is_other else "",
    }


def _flat(nodes: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for one in nodes:
        yield one
        yield from _flat(one["children"])


def _write(path: Path, year: int, nodes: list[dict[str, Any]]) -> None:
    headers = [
        _("Target"), _("Whose"), _("Indicator"), _("Aim"), _("Unit"), _("Actual"), _("As of"),
        _("Done (%)"), _("Due by plan (%)"), _("Gap (points)"), _("Forecast"), _("Low"), _("High"),
        _("Traffic light"),
    ]  # fmt: skip
    rows = [_row(one) for one in nodes]
    widths = [36, 22, 20, 12, 10, 12, 12, 10, 12, 12, 12, 12, 12, 8]
    write_xlsx(path, [Sheet(f"{_('Targets')} {year}", headers, rows, widths=widths)])


def _row(one: dict[str, Any]) -> list[Any]:
    standing: Standing = one["standing"]
    found, hides = standing.forecast, one["hides"]
    numbers = [standing.actual, found.value if found else None, found.low if found else None,
               found.high if found else None]  # fmt: skip
    actual, value, low, high = (
        None if hides or number is None or number == float("inf") else round(number, 6)
        for number in numbers
    )
    return [
        "　" * one["depth"] + standing.target.shown_name, one["whose"],
        standing.target.indicator.shown_name if standing.target.indicator else "",
        standing.target.aim, measure_words(one["unit"]), actual,
        standing.day.isoformat() if standing.day else None,
        _share(standing.done), _share(standing.due), standing.gap, value, low, high,
        str(one["light"]["words"]) if one["light"] else "",
    ]  # fmt: skip


def _share(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 2)
