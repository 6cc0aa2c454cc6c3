"""Upload, preview, decide, commit, undo."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
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
    decide_match,
    discard_upload,
    keep_file,
    keep_upload,
    plan_path,
    plan_upload,
    require_import,
    said_of,
    upload_path,
)
from yuanheng.kernel.actions.undo import may_undo, undo_days, undo_upload
from yuanheng.kernel.components import Tab
from yuanheng.kernel.downloads import workbook_bytes, workbook_response
from yuanheng.kernel.exporting.blank import write_blank
from yuanheng.kernel.exporting.mending import write_faulty
from yuanheng.kernel.figures import moment
from yuanheng.kernel.forms import ReasonForm, UploadForm, prepare_form
from yuanheng.kernel.importing import (
    ExchangeField,
    Importer,
    ImportWords,
    Outcome,
    all_importers,
    importer_for,
)
from yuanheng.kernel.importing.plan import head_of, lines_of
from yuanheng.kernel.importing.reading import language
from yuanheng.kernel.jobs import enqueue
from yuanheng.kernel.jobs.standard import COMMIT, PLAN, UNDO
from yuanheng.kernel.models import Job, Upload
from yuanheng.kernel.models.exchange import Decision
from yuanheng.kernel.models.job import ENDED
from yuanheng.kernel.models.upload import UploadStage
from yuanheng.kernel.tables import Badge, Column, build_table

LARGE_FILE = 2 * 1024 * 1024
"""A larger file is read by a job."""
_LINES = 50

_TONES = {
    UploadStage.READING: "blue",
    UploadStage.PREVIEWED: "orange",
    UploadStage.COMMITTED: "green",
    UploadStage.DISCARDED: "secondary",
    UploadStage.UNDONE: "secondary",
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
        path("imports/<uuid:token>/faulty/", faulty_rows, name="upload-faulty"),
        path("imports/<uuid:token>/decide/", decide, name="upload-decide"),
        path("imports/<uuid:token>/commit/", commit, name="upload-commit"),
        path("imports/<uuid:token>/undo/", undo, name="upload-undo"),
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
    kind = importer.form_kind or UploadForm
    initial = {name: request.GET[name] for name in kind.base_fields if name in request.GET}
    form = prepare_form(kind(*data, user=request.user, initial=initial), request.user)
    faults: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            importer = importer.chosen(form.options, request.user)
            return redirect(_receive(request, importer, form.cleaned_data["table"]))
        except FaultyInput as error:
            faults = [fault.text(language()) for fault in error.faults]
        except CannotImport as error:
            faults = [str(error)]
    context = {
        "importer": importer,
        "form": form,
        "faults": faults,
        "not_yet": importer.not_yet(request.user),
        "columns": _columns(request, importer),
        "shaping": _shaping(request, kind, initial),
        "query": request.GET.urlencode(),
        "trail": _trail(),
    }
    status = 422 if faults or form.errors else 200
    return render(request, "kernel/upload.html", context, status=status)


def _columns(request: HttpRequest, importer: Importer) -> list[ExchangeField]:
    """What the file holds; nothing as long as that hangs on an answer that is not given yet."""
    try:
        return list(importer.chosen(request.GET.dict(), request.user).fields)
    except CannotImport:
        return []


def _shaping(
    request: HttpRequest, kind: type[UploadForm], initial: Mapping[str, str]
) -> list[Any]:
    """The fields on which the columns hang, for a form of their own."""
    form = kind(user=request.user, initial=initial, auto_id="shape_%s")
    return [prepare_form(form, request.user)[name] for name in kind.shaping]


def _receive(request: HttpRequest, importer: Importer, table: Any) -> str:
    """Where to go on: the preview, or the job that makes it."""
    given: dict[str, Any] = {
        "acting_user": request.user,
        "importer": importer,
        "file_name": table.name,
        "content": table.chunks(),
    }
    if table.size <= LARGE_FILE:
        return _link(keep_upload(**given))
    kept = keep_file(**given)
    title = _("Read: %(file)s") % {"file": kept.file_name}
    return _job_link(enqueue(PLAN, acting_user=request.user, title=title, upload=str(kept.token)))


@require_safe
def blank_table(request: HttpRequest, code: str) -> HttpResponse:
    """An empty workbook with the right headings, lists and notes."""
    try:
        importer = _allowed(request, code).chosen(request.GET.dict(), request.user)
    except CannotImport as error:
        messages.error(request, str(error))
        return redirect("upload-create", code)
    content = workbook_bytes(lambda path: write_blank(path, importer, request.user))
    return workbook_response(f"{importer.code}.xlsx", content)


@require_safe
def preview(request: HttpRequest, token: UUID) -> HttpResponse:
    """What the file would change, row by row, and what is wrong with it."""
    kept = _visible(request, token)
    if kept.stage == UploadStage.READING:
        return _still_reading(request, kept)
    counts = {one.value: 0 for one in Outcome} | kept.summary.get("counts", {})
    importer = importer_for(kept.importer_code)
    says = importer.says if importer else ImportWords()
    has_rows = plan_path(kept).is_file()
    chosen = _chosen_section(request, counts) if has_rows else ""
    context = {
        "upload": kept,
        "importer": importer,
        "says": says,
        "title": _title(kept),
        "counts": counts,
        "tiles": importer.tiles(counts, kept.summary.get("about", {})) if importer else (),
        "panels": importer.panels(kept, request.user) if importer else (),
        "finished_at": says.finished_at
        % {"at": moment(kept.committed_at), "by": kept.committed_by or "—"},
        "notes": kept.summary.get("notes", ()),
        "tabs": _tabs(counts, chosen, says) if has_rows else (),
        "chosen": chosen,
        "page": _page(request, kept, chosen, counts) if chosen else None,
        "decisions": Decision.choices,
        "is_waiting": kept.stage == UploadStage.PREVIEWED,
        "has_work": bool(counts["new"] + counts["changed"]),
        "done_url": importer.done_url(kept) if importer else "",
        "may_undo": may_undo(request.user, kept),
        "undo_days": undo_days(),
        "trail": _trail(),
    }
    return render(request, "kernel/preview.html", context)


def _titles(says: ImportWords) -> dict[Outcome, str]:
    return {
        Outcome.FAULTY: _("Rows that can't be used"),
        Outcome.ASKING: _("Perhaps in the register already"),
        Outcome.CHANGED: _("Rows that change something"),
        Outcome.NEW: says.new_rows,
        Outcome.SKIPPED: _("Left out by decision"),
        Outcome.UNCHANGED: _("Unchanged rows"),
    }


def _chosen_section(request: HttpRequest, counts: dict[str, int]) -> str:
    """What was asked for, or the first with rows, what is wrong before what is right."""
    there = [outcome.value for outcome in _titles(ImportWords()) if counts[outcome.value]]
    asked = request.GET.get("rows", "")
    return asked if asked in there else there[0] if there else ""


def _tabs(counts: dict[str, int], chosen: str, says: ImportWords) -> list[Tab]:
    return [
        Tab(title, f"?rows={outcome.value}", counts[outcome.value], outcome.value == chosen)
        for outcome, title in _titles(says).items()
        if counts[outcome.value]
    ]


class _Lines:
    """The rows of one section, read a page at a time from the kept plan."""

    def __init__(self, kept: Upload, outcome: str, count: int) -> None:
        self.path, self.outcome, self.count_ = plan_path(kept), Outcome(outcome), count

    def __len__(self) -> int:
        return self.count_ if self.path.is_file() else 0

    def __getitem__(self, some: slice) -> list[Any]:
        start, stop = some.start or 0, some.stop or self.count_
        return lines_of(self.path, self.outcome, start, stop - start)


def _page(request: HttpRequest, kept: Upload, chosen: str, counts: dict[str, int]) -> Any:
    lines = _Lines(kept, chosen, counts[chosen])
    return Paginator(lines, _LINES).get_page(request.GET.get("page"))  # type: ignore[arg-type]


def _still_reading(request: HttpRequest, kept: Upload) -> HttpResponse:
    """The job that reads it says how far it is."""
    jobs = Job.objects.visible_to(request.user).filter(code=PLAN)
    job = jobs.filter(arguments__upload=str(kept.token)).first()
    return redirect(_job_link(job)) if job else redirect("upload-list")


@require_safe
def faulty_rows(request: HttpRequest, token: UUID) -> HttpResponse:
    """The rows that can't be used, to be mended and sent again."""
    kept = _visible(request, token)
    count = kept.summary.get("counts", {}).get("faulty", 0)
    if not count or not plan_path(kept).is_file() or not upload_path(kept).is_file():
        raise Http404
    lines = lines_of(plan_path(kept), Outcome.FAULTY, 0, count)
    source = head_of(plan_path(kept))["source"]
    importer = importer_for(kept.importer_code)
    whole = importer is not None and importer.mends_whole

    def write(path: Path) -> None:
        write_faulty(path, upload_path(kept), source, lines, whole=whole)

    content = workbook_bytes(write)
    stem = kept.file_name.rpartition(".")[0] or kept.file_name
    return workbook_response(_("%(file)s-to mend.xlsx") % {"file": stem}, content)


@require_POST
def decide(request: HttpRequest, token: UUID) -> HttpResponse:
    """Takes a person's word on rows that are like rows of the register."""
    kept = _visible(request, token)
    answers = _answers(request, kept)
    try:
        if answers:
            decide_match(acting_user=request.user, upload=kept, answers=answers)
            plan_upload(acting_user=request.user, upload=kept)
            messages.success(
                request, _("%(count)d decisions were kept.") % {"count": len(answers)}
            )
        else:
            messages.warning(request, _("Choose an answer for at least one row."))
    except CannotImport as error:
        messages.error(request, str(error))
    return redirect(_link(kept))


def _answers(request: HttpRequest, kept: Upload) -> dict[str, tuple[str, str, str, float | None]]:
    """By subject, from fields ``answer-<subject>`` = new, skip or same:<primary key>. Only what
    the preview asks for is taken."""
    count = kept.summary.get("counts", {}).get("asking", 0)
    if not count or not plan_path(kept).is_file():
        return {}
    for_all = request.POST.get("answer-all", "")
    found = {}
    for line in lines_of(plan_path(kept), Outcome.ASKING, 0, count):
        said = request.POST.get(f"answer-{line.subject}", "") or for_all
        word, _colon, target = said.partition(":")
        offered = {str(one["pk"]): one["score"] for one in line.candidates}
        if word in (Decision.NEW, Decision.SKIP):
            found[line.subject] = (word, "", line.label, None)
        elif word == Decision.SAME and target in offered:
            found[line.subject] = (word, target, line.label, offered[target])
    return found


@require_POST
def commit(request: HttpRequest, token: UUID) -> HttpResponse:
    """Writes what the preview showed."""
    kept = _visible(request, token)
    leave_out = request.POST.get("leave_out_faulty") == "1"
    if _is_large(kept) and kept.stage == UploadStage.PREVIEWED:
        title = _("Import: %(file)s") % {"file": kept.file_name}
        return redirect(_ask(request, COMMIT, kept, title, leave_out_faulty=leave_out))
    try:
        report = commit_upload(acting_user=request.user, upload=kept, leave_out_faulty=leave_out)
    except PreviewOutdated as error:
        plan_upload(acting_user=request.user, upload=kept)
        messages.warning(request, str(error))
    except CannotImport as error:
        messages.error(request, str(error))
    except FaultyInput as error:  # the file is gone, or can no longer be read
        for fault in error.faults:
            messages.error(request, fault.text(language()))
    else:
        messages.success(request, said_of(kept, report))
    return redirect(_link(kept))


def _ask(request: HttpRequest, code: str, kept: Upload, title: str, **more: Any) -> str:
    """The job that does it; sent twice, the one that is under way."""
    token = str(kept.token)
    waiting = Job.objects.visible_to(request.user).filter(code=code, arguments__upload=token)
    job = waiting.exclude(stage__in=ENDED).first()
    if job is None:
        job = enqueue(code, acting_user=request.user, title=title, upload=token, **more)
    return _job_link(job)


def _is_large(kept: Upload) -> bool:
    """Whether it is written, or taken back, by a job."""
    importer, counts = importer_for(kept.importer_code), kept.summary.get("counts", {})
    most = importer.large if importer else None
    return most is not None and counts.get("new", 0) + counts.get("changed", 0) > most


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, token: UUID) -> HttpResponse:
    """Asks why, then brings every row back as it was."""
    kept = _visible(request, token)
    form = prepare_form(ReasonForm(request.POST or None), request.user)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if _is_large(kept):
            title = _("Undo: %(file)s") % {"file": kept.file_name}
            return redirect(_ask(request, UNDO, kept, title, reason=reason))
        try:
            undo_upload(acting_user=request.user, upload=kept, reason=reason)
            messages.success(request, _("The import is undone; every row is as it was."))
            return redirect(_link(kept))
        except (CannotImport, ValidationError) as error:
            form.add_error(None, str(error))
    context = {
        "upload": kept,
        "form": form,
        "may_undo": may_undo(request.user, kept),
        "trail": [*_trail(), (kept.file_name, _link(kept))],
    }
    return render(request, "kernel/undo.html", context, status=422 if form.errors else 200)


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


def _job_link(job: Job) -> str:
    return reverse("job-detail", args=[job.token])


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
