"""The frozen file, and what others published."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from yuanheng.kernel.actions import record_export
from yuanheng.ledger import store
from yuanheng.ledger.models import PublishedFigure, Snapshot


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
    for one in PublishedFigure.objects.visible_to(request.user):
        found = documents.setdefault((one.place, one.document), {"first": one, "figures": []})
        found["figures"].append(one)
    context = {"documents": list(documents.values())}
    return render(request, "ledger/published.html", context)
