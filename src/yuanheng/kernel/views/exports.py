"""The page on which a list becomes a file."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yuanheng.kernel.actions.exporting import export_register
from yuanheng.kernel.exporting.selection import ExportRequest
from yuanheng.kernel.exporting.writing import FORMATS, MOST_ROWS, file_name
from yuanheng.kernel.importing.base import CannotImport
from yuanheng.kernel.jobs import enqueue
from yuanheng.kernel.jobs.standard import EXPORT
from yuanheng.kernel.lists.address import PLACES, SIZE, canonical
from yuanheng.kernel.policies import VIEW, require
from yuanheng.kernel.resources import Resource

AT_ONCE = 5000
"""More rows than this are written by a job."""


def pages(resource: Resource) -> list[URLPattern]:
    """The address of the export, for a register that has one."""
    if not resource.exportable:
        return []
    given = {"resource": resource}
    return [path(f"{resource.path}/export/", export, given, name=f"{resource.name}-export")]


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest, resource: Resource) -> HttpResponse:
    """Asks for the format, then hands over the file, or the job that writes it."""
    require(request.user, VIEW, resource.model)
    query = canonical(request.GET, (*PLACES, SIZE))
    narrow = request.POST.get("columns") == "shown"
    wanted = ExportRequest(resource, request.user, query, narrow)
    count = wanted.count()
    if request.method == "POST":
        kind = request.POST.get("format", "xlsx")
        if kind not in FORMATS:
            raise Http404
        try:
            return _deliver(request, wanted, kind, count)
        except CannotImport as error:
            messages.error(request, str(error))
    context: dict[str, Any] = {
        "resource": resource,
        "count": count,
        "too_many": count > MOST_ROWS,
        "is_long": count > AT_ONCE,
        "formats": FORMATS.items(),
        "fields": wanted.fields,
        "narrowed": wanted.chosen.address.narrows,
        "query": query,
        "trail": [(resource.title, f"{resource.url('list')}?{query}".rstrip("?"))],
    }
    return render(request, "kernel/export.html", context)


def _deliver(
    request: HttpRequest, wanted: ExportRequest, kind: str, count: int
) -> HttpResponse | FileResponse:
    name = file_name(wanted, kind)
    if count > AT_ONCE:
        job = enqueue(
            EXPORT,
            acting_user=request.user,
            title=_("Export: %(what)s") % {"what": wanted.resource.title},
            resource=wanted.resource.name,
            query=wanted.query,
            format=kind,
            narrow=wanted.narrow,
        )
        return redirect(reverse("job-detail", args=[job.token]))
    with tempfile.TemporaryDirectory(prefix="export-") as folder:
        target = Path(folder) / f"export{Path(name).suffix}"
        export_register(acting_user=request.user, request=wanted, path=target, format=kind)
        content = io.BytesIO(target.read_bytes())  # the folder goes before the answer is sent
        return FileResponse(content, as_attachment=True, filename=name)
