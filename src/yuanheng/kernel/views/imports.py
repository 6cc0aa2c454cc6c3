"""Upload, preview, commit."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

import xlsxwriter
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yuanheng.calc.faults import FaultyInput
from yuanheng.kernel.actions.imports import (
    CannotImport,
    PreviewOutdated,
    commit_upload,
    discard_upload,
    keep_upload,
    refresh_upload,
    require_import,
)
from yuanheng.kernel.forms import UploadForm, prepare_form
from yuanheng.kernel.importing import Importer, all_importers, importer_for
from yuanheng.kernel.importing.reading import language
from yuanheng.kernel.models import Upload
from yuanheng.kernel.models.upload import UploadStage
from yuanheng.kernel.tables import Badge, Column, build_table

_TONES = {
    UploadStage.PREVIEWED: "orange",
    UploadStage.COMMITTED: "green",
    UploadStage.DISCARDED: "secondary",
}


def _title(upload: Upload) -> Any:
    importer = importer_for(upload.importer_code)
    return importer.title if importer else upload.importer_code


COLUMNS = [
    Column("file_name", link=True, sort=False),
    Column("importer_code", value=_title, sort=False),
    Column(
        "stage",
        kind="badges",
        value=lambda one: [Badge(one.get_stage_display(), _TONES[one.stage])],
        sort=False,
    ),
    Column("uploaded_at", kind="moment", sort=False),
    Column("uploaded_by", sort=False, phone=False),
]


def addresses() -> list[URLPattern]:
    return [
        path("imports/", list_uploads, name="upload-list"),
        path("imports/new/<str:code>/", upload, name="upload-create"),
        path("imports/new/<str:code>/template/", blank_table, name="upload-template"),
        path("imports/<uuid:token>/", preview, name="upload-detail"),
        path("imports/<uuid:token>/commit/", commit, name="upload-commit"),
        path("imports/<uuid:token>/discard/", discard, name="upload-discard"),
    ]


@require_safe
def list_uploads(request: HttpRequest) -> HttpResponse:
    """What may be imported, and what this person has uploaded."""
    uploads = Upload.objects.visible_to(request.user).select_related("uploaded_by")
    page = Paginator(uploads, 20).get_page(request.GET.get("page"))
    context = {
        "importers": [one for one in all_importers() if one.may(request.user)],
        "page": page,
        "table": build_table(COLUMNS, page.object_list, model=Upload, link=_link),
    }
    return render(request, "kernel/uploads.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, code: str) -> HttpResponse:
    """Takes a file, reads it, and goes on to its preview."""
    importer = _allowed(request, code)
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = prepare_form(UploadForm(*data), request.user)
    faults: list[str] = []
    if request.method == "POST" and form.is_valid():
        table = form.cleaned_data["table"]
        try:
            kept = keep_upload(
                acting_user=request.user,
                importer=importer,
                file_name=table.name,
                content=table.chunks(),
            )
            return redirect(_link(kept))
        except FaultyInput as error:
            faults = [fault.text(language()) for fault in error.faults]
    context = {"importer": importer, "form": form, "faults": faults, "trail": _trail()}
    status = 422 if faults or form.errors else 200
    return render(request, "kernel/upload.html", context, status=status)


@require_safe
def blank_table(request: HttpRequest, code: str) -> HttpResponse:
    """An empty workbook with the right headings."""
    importer = _allowed(request, code)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        text = book.add_format({"num_format": "@"})
        head = book.add_format({"bold": True, "bg_color": "#DCE8F2", "border": 1})
        for at, spec in enumerate(one for one in importer.fields if one.columns):
            label = f"{spec.columns[0]}({spec.unit})" if spec.unit else spec.columns[0]
            width = max(12, 2 * len(label) + 2)
            sheet.set_column(at, at, width, text if spec.kind == "text" else None)
            sheet.write(0, at, label, head)
        sheet.freeze_panes(1, 0)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = HttpResponse(buffer.getvalue(), content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{importer.code}.xlsx"'
    return response


@require_safe
def preview(request: HttpRequest, token: UUID) -> HttpResponse:
    """What the file would change, row by row, and what is wrong with it."""
    kept = _visible(request, token)
    summary = kept.summary
    sections = [
        {"code": code, "title": title, "count": summary["counts"][code], "lines": summary[code]}
        for code, title in (
            ("faulty", _("Rows that can't be used")),
            ("changed", _("Rows that change something")),
            ("new", _("New rows")),
        )
        if summary["counts"][code]
    ]
    importer = importer_for(kept.importer_code)
    counts = summary["counts"]
    context = {
        "upload": kept,
        "importer": importer,
        "title": _title(kept),
        "counts": counts,
        "notes": summary["notes"],
        "limit": summary["limit"],
        "sections": sections,
        "is_waiting": kept.stage == UploadStage.PREVIEWED,
        "has_work": bool(counts["new"] + counts["changed"]),
        "done_url": reverse(importer.done_url_name) if importer else "",
        "trail": _trail(),
    }
    return render(request, "kernel/preview.html", context)


@require_POST
def commit(request: HttpRequest, token: UUID) -> HttpResponse:
    """Writes what the preview showed."""
    kept = _visible(request, token)
    leave_out = request.POST.get("leave_out_faulty") == "1"
    try:
        report = commit_upload(acting_user=request.user, upload=kept, leave_out_faulty=leave_out)
    except PreviewOutdated as error:
        refresh_upload(acting_user=request.user, upload=kept)
        messages.warning(request, str(error))
    except CannotImport as error:
        messages.error(request, str(error))
    except FaultyInput as error:  # the file is gone, or can no longer be read
        for fault in error.faults:
            messages.error(request, fault.text(language()))
    else:
        said = _("Imported: %(new)d new, %(changed)d changed, %(faulty)d left out.")
        messages.success(request, said % report.counts)
    return redirect(_link(kept))


@require_POST
def discard(request: HttpRequest, token: UUID) -> HttpResponse:
    """Throws a waiting file away."""
    kept = _visible(request, token)
    try:
        discard_upload(acting_user=request.user, upload=kept)
        messages.info(request, _("The file was discarded; nothing has changed."))
    except CannotImport as error:
        messages.error(request, str(error))
    return redirect("upload-list")


def _link(kept: Upload) -> str:
    return reverse("upload-detail", args=[kept.token])


def _visible(request: HttpRequest, token: UUID) -> Upload:
    return get_object_or_404(Upload.objects.visible_to(request.user), token=token)


def _allowed(request: HttpRequest, code: str) -> Importer:
    importer = importer_for(code)
    if importer is None:
        raise Http404
    require_import(request.user, importer)
    return importer


def _trail() -> list[tuple[str, str]]:
    return [(_("Data import"), reverse("upload-list"))]
