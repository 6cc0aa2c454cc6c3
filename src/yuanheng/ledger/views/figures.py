"""The frozen file, and what others published."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from yuanheng.calc.series import earlier_level
from yuanheng.kernel.actions import record_export
from yuanheng.kernel.figures import figure
from yuanheng.ledger import store
from yuanheng.ledger.models import PublishedFigure, Snapshot
from yuanheng.ledger.queries.catalogue import Catalogue


@require_safe
def download_table(request: HttpRequest, key: str) -> HttpResponse:
    """The frozen file itself, byte for byte."""
    snapshot = get_object_or_404(Snapshot.objects.visible_to(request.user), code=key)
    path = store.stored_path(snapshot.sha256, snapshot.file_name)
    record_export(
        acting_user=request.user,
        resource=Snapshot,
        subject=snapshot,
        query="",
        rows=snapshot.rows_usable,
        sha256=snapshot.sha256,
        format=path.suffix.lstrip("."),
    )
    return FileResponse(path.open("rb"), as_attachment=True, filename=snapshot.file_name)


@require_safe
def published_figures(request: HttpRequest) -> HttpResponse:
    """Real figures that places published, each document with its figures."""
    documents: dict[tuple[str, str], dict[str, Any]] = {}
    catalogue = Catalogue()
    for one in PublishedFigure.objects.visible_to(request.user):
        found = documents.setdefault((one.place, one.document), {"first": one, "figures": []})
        found["figures"].append((one, _year_before(one, catalogue)))
    context = {"documents": list(documents.values())}
    return render(request, "ledger/published.html", context)


def _year_before(one: PublishedFigure, catalogue: Catalogue) -> str:
    """Last year's level that a published level and growth imply, to the level's own decimals; not
    of a growth at comparable prices, between which and the level prices stand."""
    known = catalogue.find(one.indicator)
    rate = catalogue.growth_by_level.get(known.pk) if known is not None else None
    if rate is None or rate.is_real or not one.growth_percent:
        return ""
    try:
        now, grown = float(one.value), float(one.growth_percent)
    except ValueError:
        return ""
    before = earlier_level(now, grown / 100)
    decimals = len(one.value.partition(".")[2])
    return "" if before is None else figure(before, decimals)
