"""The desk: files dropped, a document beside what was found in it, decisions one by one."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yuanheng.documents import actions
from yuanheng.documents.choices import Decision, DocumentStage, ProposalKind
from yuanheng.documents.forms import DirectiveForm, DropForm, FactForm
from yuanheng.documents.mailed import EMPTY, INSIDE, MANY, UNKNOWN
from yuanheng.documents.models import Document, Proposal
from yuanheng.documents.reading import same_text
from yuanheng.documents.showing import Cards, marked, windows
from yuanheng.kernel import clock
from yuanheng.kernel.actions.attachments import stored_path
from yuanheng.kernel.forms import add_errors, prepare_form
from yuanheng.kernel.policies import EDIT, can, require
from yuanheng.kernel.resources import resource_for
from yuanheng.kernel.views.details import visible_row

_SHOWN = (Decision.OPEN, Decision.ACCEPTED, Decision.REJECTED, Decision.ENTERED, Decision.SPLIT)
_LEFT = {
    MANY: gettext_lazy("only twenty are taken"),
    UNKNOWN: gettext_lazy("no kind that can be read"),
    EMPTY: gettext_lazy("empty"),
    INSIDE: gettext_lazy("a mail inside the mail, not opened"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def drop(request: HttpRequest) -> HttpResponse:
    """Takes the files; each is kept by its content and read by a worker."""
    require(request.user, EDIT, Document)
    form = prepare_form(DropForm(request.POST or None), request.user)
    if request.method == "POST":
        try:
            files = form.chosen(request.FILES.getlist("files"))
        except ValidationError as error:
            form.is_valid()
            add_errors(form, ValidationError({"files": error.messages}))
        else:
            return _take(request, files)
    context = {"form": form, "trail": [(_("Document desk"), reverse("document-list"))],
               "limit": settings.UPLOAD_LIMIT_MB}  # fmt: skip
    return render(request, "documents/drop.html", context, status=422 if form.errors else 200)


def _take(request: HttpRequest, files: list[Any]) -> HttpResponse:
    """To the document, if it is one; else to the list."""
    taken = []
    for one in files:
        try:
            row, is_new = actions.add_document(
                acting_user=request.user, file_name=one.name, content=one.chunks(),
                limit_mb=settings.UPLOAD_LIMIT_MB,
            )  # fmt: skip
        except ValidationError as error:
            messages.error(request, f"{one.name}：{' '.join(error.messages)}")
            continue
        taken.append(row)
        if not is_new:
            said = {"name": one.name, "code": row.code, "title": str(row)}
            messages.warning(
                request,
                _("“%(name)s” lies on the desk already, as %(code)s “%(title)s”.") % said,
            )
    if len(taken) == 1:
        return redirect("document-detail", taken[0].code)
    return redirect("document-list")


@require_safe
def show(request: HttpRequest, key: str) -> HttpResponse:
    """The original with its marks on the left, the proposals on the right."""
    resource = resource_for("document")
    row = visible_row(request, resource, key)
    context: dict[str, Any] = {
        "document": row,
        "title": str(row),
        "subtitle": row.file_name,
        "trail": [(resource.title, resource.url("list"))],
        "may_edit": can(request.user, EDIT, row) and row.archived_at is None,
        "is_waiting": row.stage == DocumentStage.WAITING,
        "brought": Document.objects.visible_to(request.user).filter(came_with=row),
        "mail": Document.objects.visible_to(request.user).filter(pk=row.came_with_id).first(),
        "left": [_("%(name)s (%(why)s)") % {"name": name, "why": _LEFT.get(why, why)}
                 for name, why in row.left_in_mail],
    }  # fmt: skip
    if row.stage in (DocumentStage.READ, DocumentStage.DONE):
        context |= _read_context(request, row)
    return render(request, "documents/document.html", context)


def _read_context(request: HttpRequest, row: Document) -> dict[str, Any]:
    pages = windows(row.text)
    asked = request.GET.get("page", "1")
    at = int(asked) if asked.isdecimal() and 0 < int(asked) <= len(pages) else 1
    start, stop = pages[at - 1]
    rows = list(row.proposals.filter(decision__in=_SHOWN).order_by("start", "number"))
    kind = request.GET.get("kind", "")
    if kind in ProposalKind.values:
        rows = [one for one in rows if one.kind == kind]
    for one in rows:
        one.document = row
    here = [one for one in rows if start <= one.start < stop]
    counts = {code: sum(1 for one in rows if one.decision == code) for code in Decision.values}
    ready = [one for one in rows if one.decision == Decision.ACCEPTED]
    return {
        "pages": list(range(1, len(pages) + 1)) if len(pages) > 1 else [],
        "page": at,
        "marked": marked(row, here, start, stop),
        "cards": Cards(here).all(),
        "total": len(rows),
        "open": counts[Decision.OPEN],
        "ready_facts": sum(1 for one in ready if one.kind == ProposalKind.FACT),
        "ready_tasks": sum(1 for one in ready if one.kind == ProposalKind.DIRECTIVE),
        "open_pages": sorted({_page_of(one, pages) for one in rows if one.decision == "open"}),
        "same": same_text(row, request.user),
        "kind": kind,
    }


def _page_of(row: Proposal, pages: list[tuple[int, int]]) -> int:
    return next((at for at, (start, stop) in enumerate(pages, 1) if start <= row.start < stop), 1)


def _proposal(request: HttpRequest, key: str, number: int) -> Proposal:
    document = visible_row(request, resource_for("document"), key)
    row = document.proposals.filter(number=number).select_related("part_of").first()
    if row is None:
        raise Http404
    row.document = document
    return row


def _back(row: Proposal, number: int | None = None) -> HttpResponse:
    """To the next thing to decide, on the page of the text on which it stands."""
    document = row.document
    if number is None:
        left = document.proposals.filter(decision=Decision.OPEN).order_by("start", "number")
        after = [one for one in left if (one.start, one.number) > (row.start, row.number)]
        chosen = (after or list(left) or [row])[0]
    else:
        chosen = row
    page = _page_of(chosen, windows(document.text))
    address = reverse("document-detail", args=[document.code])
    return redirect(f"{address}?page={page}#p{chosen.number}")


@require_POST
def decide(request: HttpRequest, key: str, number: int, do: str) -> HttpResponse:
    """Accept, reject, take back, merge with the next, or teach the word."""
    row = _proposal(request, key, number)
    try:
        if do in ("accept", "reject", "reopen"):
            decision = {"accept": Decision.ACCEPTED, "reject": Decision.REJECTED,
                        "reopen": Decision.OPEN}[do]  # fmt: skip
            actions.decide(acting_user=request.user, proposal=row, decision=decision)
            return _back(row, row.number if do == "reopen" else None)
        if do == "merge":
            actions.merge(acting_user=request.user, proposal=row)
            return _back(row, row.number)
        if do == "teach":
            word = actions.teach(acting_user=request.user, proposal=row)
            messages.success(request, _("From now on it is read so: %(word)s") % {"word": word})
            return _back(row, row.number)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("document-proposal", key, number)
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
def mend(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """A proposal's own page: its words, its form, a split, and the lesson in it."""
    row = _proposal(request, key, number)
    require(request.user, EDIT, row.document)
    is_fact = row.kind == ProposalKind.FACT
    kind = FactForm if is_fact else DirectiveForm
    data = request.POST if request.method == "POST" and "parts" not in request.POST else None
    form = prepare_form(kind(row, request.user, data), request.user)
    split_error = ""
    if request.method == "POST":
        try:
            if "parts" in request.POST:
                actions.split(acting_user=request.user, proposal=row,
                              parts=request.POST["parts"][:4000].splitlines())  # fmt: skip
                return _back(row)
            if form.is_valid():
                actions.mend(
                    acting_user=request.user, proposal=row, values=form.values,
                    same_names=bool(form.cleaned_data.get("same_names")),
                )  # fmt: skip
                return _back(row)
        except ValidationError as error:
            if "parts" in request.POST:
                split_error = " ".join(error.messages)
            else:
                add_errors(form, error)
    context = {
        "row": row,
        "form": form,
        "is_fact": is_fact,
        "words": row.document.text[max(0, row.start - 80) : row.stop + 80],
        "parts": row.values.get("title", "").replace("；", "\n").replace("，", "\n"),
        "split_error": split_error,
        "lesson": actions.lesson_of(row),
        "is_final": row.decision in (Decision.ENTERED, Decision.MERGED, Decision.SPLIT),
        "trail": [(_("Document desk"), reverse("document-list")),
                  (str(row.document), reverse("document-detail", args=[key]))],
    }  # fmt: skip
    status = 422 if form.errors or split_error else 200
    return render(request, "documents/proposal.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def hand_on(request: HttpRequest, key: str) -> HttpResponse:
    """What has been accepted, into the ledger and into supervision."""
    from yuanheng.supervision.api import SourceKind, may_draft

    document = visible_row(request, resource_for("document"), key)
    require(request.user, EDIT, document)
    faults: list[str] = []
    if request.method == "POST":
        try:
            done = _handed_on(request, document)
        except ValidationError as error:
            faults = error.messages
        else:
            messages.success(request, done)
            return redirect("document-detail", key)
    rows = list(document.proposals.filter(decision=Decision.ACCEPTED).order_by("start", "number"))
    for one in rows:
        one.document = document
    cards = Cards(rows).all()
    facts = [one for one in cards if one["is_fact"]]
    context = {
        "document": document,
        "facts": facts,
        "tasks": [one for one in cards if not one["is_fact"]],
        "conflicts": sum(1 for one in facts if one["conflict"]),
        "reason": request.POST.get("reason", ""),
        "faults": faults,
        "kinds": SourceKind.choices,
        "may_draft": may_draft(request.user),
        "trail": [(_("Document desk"), reverse("document-list")),
                  (str(document), reverse("document-detail", args=[key]))],
    }  # fmt: skip
    return render(request, "documents/hand_on.html", context, status=422 if faults else 200)


def _handed_on(request: HttpRequest, document: Document) -> str:
    if request.POST.get("what") == "figures":
        number = actions.enter_figures(
            acting_user=request.user, document=document,
            reason=request.POST.get("reason", "")[:200],
        )  # fmt: skip
        return _("%(count)d figures were entered into the ledger, each with its place in the "
                 "text.") % {"count": number}  # fmt: skip
    number = actions.hand_on_tasks(
        acting_user=request.user, document=document, kind=request.POST.get("kind", "")
    )
    return _("%(count)d draft tasks were registered; in supervision they are submitted, checked "
             "and issued.") % {"count": number}  # fmt: skip


@require_safe
def download(request: HttpRequest, key: str) -> FileResponse:
    """The file as it was put on the desk; never shown in the browser, whatever it is."""
    row = visible_row(request, resource_for("document"), key)
    return FileResponse(
        stored_path(row.content.sha256).open("rb"), as_attachment=True, filename=row.file_name,
        content_type="application/octet-stream",
    )  # fmt: skip


@require_POST
def read_again(request: HttpRequest, key: str) -> HttpResponse:
    """With the words that the office has taught since; only while nothing has been decided."""
    from yuanheng.documents.jobs import ask_to_read

    document = visible_row(request, resource_for("document"), key)
    require(request.user, EDIT, document)
    if document.proposals.exclude(decision__in=[Decision.OPEN, Decision.ASIDE]).exists():
        messages.error(request, _("Something has been decided already; it isn't read again."))
    else:
        Document.objects.filter(pk=document.pk).update(
            stage=DocumentStage.WAITING, asked_at=clock.now()
        )
        ask_to_read(acting_user=request.user, document=document)
    return redirect("document-detail", key)
