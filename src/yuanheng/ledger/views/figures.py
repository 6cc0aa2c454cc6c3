"""Upload a table of figures, look at how it is read, freeze it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yuanheng.calc.faults import FaultyInput
from yuanheng.kernel.actions import record_export
from yuanheng.kernel.downloads import workbook_bytes, workbook_response
from yuanheng.kernel.forms import prepare_form
from yuanheng.kernel.importing.reading import language
from yuanheng.kernel.policies import EDIT, require
from yuanheng.ledger import store
from yuanheng.ledger.actions import (
    CannotFreeze,
    commit_draft,
    discard_draft,
    draft_path,
    keep_draft,
)
from yuanheng.ledger.choices import DraftStage
from yuanheng.ledger.faulty_rows import write_faulty_rows
from yuanheng.ledger.forms import FigureForm
from yuanheng.ledger.layouts import layout_for, layouts_for
from yuanheng.ledger.models import FigureDraft, PublishedFigure, Snapshot
from yuanheng.ledger.reading import read_figures


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Takes a table, reads it for the chosen scheme, and goes on to its preview."""
    require(request.user, EDIT, Snapshot)
    layouts = layouts_for(request.user)
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    initial = {"layout": request.GET.get("scheme", "")}
    form = prepare_form(FigureForm(*data, layouts=layouts, initial=initial), request.user)
    faults: list[Any] = []
    if request.method == "POST" and form.is_valid():
        table = form.cleaned_data["table"]
        try:
            draft = keep_draft(
                acting_user=request.user,
                layout=form.layouts[form.cleaned_data["layout"]],
                title=form.cleaned_data["title"],
                file_name=table.name,
                content=table.chunks(),
            )
            return redirect("figure-draft", draft.token)
        except FaultyInput as error:
            faults = [fault.text(language()) for fault in error.faults]
    context = {"form": form, "layouts": layouts, "faults": faults, "trail": _trail()}
    status = 422 if faults or form.errors else 200
    return render(request, "ledger/upload.html", context, status=status)


@require_safe
def preview(request: HttpRequest, token: UUID) -> HttpResponse:
    """What the reader found: columns, notes, rows that can't be used, the first rows."""
    draft = _visible(request, token)
    reading = draft.reading
    context = {
        "draft": draft,
        "reading": reading,
        "total": reading["rows_usable"] + reading["rows_rejected"],
        "is_waiting": draft.stage == DraftStage.PREVIEWED,
        "is_frozen": draft.stage == DraftStage.COMMITTED,
        "frozen_before": _same_table(draft, request.user),
        "lang": language(),
        "trail": _trail(),
    }
    return render(request, "ledger/preview.html", context)


@require_safe
def faulty_rows(request: HttpRequest, token: UUID) -> HttpResponse:
    """The rows that can't be used, as a workbook."""
    draft = _visible(request, token)
    layout = layout_for(request.user, draft.layout_code)
    if layout is None or draft.stage != DraftStage.PREVIEWED:
        messages.error(request, _("The file is no longer kept. Upload it again to see its rows."))
        return redirect("figure-draft", draft.token)
    with store.under_own_name(draft_path(draft), draft.file_name) as named:
        table = read_figures(named, layout.scheme_text)
        content = workbook_bytes(lambda path: write_faulty_rows(path, table, named))
    mended = _("rows to mend")
    name = f"{Path(draft.file_name).stem}-{mended}.xlsx"
    return workbook_response(name, content)


@require_POST
def commit(request: HttpRequest, token: UUID) -> HttpResponse:
    """Freezes what the preview showed."""
    draft = _visible(request, token)
    try:
        snapshot, is_new = commit_draft(acting_user=request.user, draft=draft)
    except CannotFreeze as error:
        messages.error(request, str(error))
        return redirect("figure-draft", draft.token)
    if is_new:
        messages.success(request, _("Frozen. From now on this table can't change any more."))
    else:
        messages.info(
            request,
            _("The same table had been frozen before; it is kept once and shown here."),
        )
    return redirect("snapshot-detail", snapshot.code)


@require_POST
def discard(request: HttpRequest, token: UUID) -> HttpResponse:
    """Throws a waiting table away."""
    draft = _visible(request, token)
    try:
        discard_draft(acting_user=request.user, draft=draft)
        messages.info(request, _("The file was discarded; nothing was stored."))
    except CannotFreeze as error:
        messages.error(request, str(error))
    return redirect("snapshot-list")


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


def _visible(request: HttpRequest, token: UUID) -> FigureDraft:
    rows = FigureDraft.objects.visible_to(request.user).select_related("snapshot")
    return get_object_or_404(rows, token=token)


def _same_table(draft: FigureDraft, user: Any) -> Snapshot | None:
    if draft.stage != DraftStage.PREVIEWED:
        return None
    same = Snapshot.objects.visible_to(user).filter(
        sha256=draft.sha256, sheet=draft.reading["sheet"], subject_kind=draft.subject_kind
    )
    return same.first()


def _trail() -> list[tuple[str, str]]:
    return [(_("Figures"), reverse("snapshot-list"))]
