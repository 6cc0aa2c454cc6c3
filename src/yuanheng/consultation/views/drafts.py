"""A draft: its words, the units asked, comments and their handling, what has changed since."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yuanheng.consultation import actions
from yuanheng.consultation.alignment import CHANGED, GONE, NEW, SAME, Numbered, differences
from yuanheng.consultation.choices import Decision
from yuanheng.consultation.forms import DraftForm
from yuanheng.consultation.handling import (
    Handling,
    export_comments,
    handling_of,
    handling_word,
    place_words,
)
from yuanheng.consultation.models import CommentSheet, Draft
from yuanheng.consultation.views.asking import choose_units, give_time
from yuanheng.kernel import clock
from yuanheng.kernel.directory import directory
from yuanheng.kernel.downloads import DOCX, file_response, workbook_bytes, workbook_response
from yuanheng.kernel.figures import day
from yuanheng.kernel.forms import prepare_form
from yuanheng.kernel.official_word import official_word
from yuanheng.kernel.policies import EDIT, can, require
from yuanheng.kernel.resources import resource_for
from yuanheng.kernel.views.asking import ask, sent, trail
from yuanheng.kernel.views.details import visible_row

_asks = require_http_methods(["GET", "HEAD", "POST"])


@_asks
def words(request: HttpRequest, key: str) -> HttpResponse:
    """The words of a draft, or of its next edition."""
    resource = resource_for("draft")
    row = visible_row(request, resource, key)
    require(request.user, EDIT, row)
    last = row.editions.order_by("number").last()
    text = "\n".join(one.words for one in last.paragraphs.all()) if last else ""
    files = request.FILES if request.method == "POST" else None
    form = prepare_form(DraftForm(sent(request), files, initial={"text": text}), request.user)
    form.fields["text"].widget.attrs["rows"] = 18

    def do(values: dict[str, Any]) -> HttpResponse:
        file, given = values["file"], values["text"]
        if file:
            given = actions.words_of_file(file.name, file.read())
        edition = actions.add_edition(
            acting_user=request.user, draft=row, text=given, file_name=file.name if file else ""
        )
        count = edition.paragraphs.count()
        said = ngettext("%(n)d paragraph was read.", "%(n)d paragraphs were read.", count)
        messages.success(request, said % {"n": count})
        return redirect("draft-difference" if edition.number > 1 else "draft-detail", row.code)

    title = _("Next edition") if row.asked_count else _("Paste or upload the words")
    lead = _("A file comes before what stands in the box.")
    if row.asked_count:
        lead += " " + _("A paragraph that was there before keeps its number.")
    return ask(
        request, form, do, title=title, lead=lead, is_multipart=True,
        back_url=resource.link(row), submit=_("Split into paragraphs"), trail=trail(resource, row),
    )  # fmt: skip


@_asks
def units(request: HttpRequest, key: str) -> HttpResponse:
    """Who is asked for comments."""
    resource = resource_for("draft")
    row = visible_row(request, resource, key)
    require(request.user, EDIT, row)
    if not row.editions.all():
        messages.warning(request, _("Paste or upload the words first."))
        return redirect("draft-words", row.code)
    lead = _("Each unit gets a case of its own with its own clock; their people are told.")
    if row.deadline:
        lead += " " + _("Due on %(day)s.") % {"day": day(row.deadline)}
    return choose_units(request, resource, row, CommentSheet, "draft", lead)


@require_http_methods(["GET", "HEAD", "POST"])
def more_time(request: HttpRequest, key: str) -> HttpResponse:
    """A later date for all that haven't answered."""
    resource = resource_for("draft")
    return give_time(request, resource, visible_row(request, resource, key))


@require_POST
def open_or_close(request: HttpRequest, key: str) -> HttpResponse:
    """The switch of a draft: whether units see each other's comments."""
    row = visible_row(request, resource_for("draft"), key)
    actions.open_to_units(
        acting_user=request.user, whole=row, is_open=request.POST.get("open") == "1"
    )
    return redirect("draft-comments", row.code)


@require_POST
def settle(request: HttpRequest, key: str) -> HttpResponse:
    """Tell every unit all of whose comments are decided."""
    row = visible_row(request, resource_for("draft"), key)
    require(request.user, EDIT, row)
    cases = handling_of(request.user, row, _edition(request)).to_settle
    done = actions.accept_all(acting_user=request.user, whole=row, cases=cases, code="settle")
    messages.success(request, _("Units told: %(count)d.") % {"count": done})
    return redirect("draft-comments", row.code)


@_asks
def handling(request: HttpRequest, key: str) -> HttpResponse:
    """``/drafts/Y2026-001/comments/?show=open``: the table; the office decides in it."""
    row, found = _found(request, key)
    keeps = can(request.user, EDIT, row)
    faults: dict[str, list[str]] = {}
    if request.method == "POST":
        require(request.user, EDIT, row)
        try:
            count = actions.decide_comments(
                acting_user=request.user, draft=row, decisions=_decided(request, found)
            )
        except ValidationError as error:
            faults = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        else:
            messages.success(request, _("Decisions kept: %(count)d.") % {"count": count})
            return redirect(
                f"{reverse('draft-comments', args=[row.code])}?edition={found.edition}"
            )
    show = request.GET.get("show", "")
    context = {
        **_page(row, found, request),
        "lines": [_line(one, request, faults) for one in found.comments if _is_shown(one, show)],
        "keeps": keeps,
        "faults": faults,
        "show": show,
        "choices": Decision.choices,
        "trail": trail(resource_for("draft"), row),
    }
    return render(request, "consultation/handling.html", context, status=422 if faults else 200)


def _decided(request: HttpRequest, found: Handling) -> dict[int, tuple[str, str]]:
    """What was sent for the comments that this page shows."""
    return {
        one.pk: (request.POST[f"decision_{one.pk}"], request.POST.get(f"reason_{one.pk}", ""))
        for one in found.comments
        if f"decision_{one.pk}" in request.POST
    }


def _is_shown(one: Any, show: str) -> bool:
    return show == "" or (one.decision or "open") == show


def _line(one: Any, request: HttpRequest, faults: dict[str, list[str]]) -> dict[str, Any]:
    return {
        "comment": one,
        "place": place_words(one),
        "decision": request.POST.get(f"decision_{one.pk}", one.decision),
        "reason": request.POST.get(f"reason_{one.pk}", one.reason),
        "faults": faults.get(f"reason_{one.pk}", ()),
        "is_open": one.sheet.state == "commented",
        # A unit learns what became of its comments when it is told, not before.
        "shows_decision": one.sheet.state == "settled" or _sees_all(request, one.sheet.office_id),
    }


def _sees_all(request: HttpRequest, office_id: int) -> bool:
    return directory().holds(request.user, None, office_id)


def _page(row: Draft, found: Handling, request: HttpRequest) -> dict[str, Any]:
    return {
        "row": row,
        "found": found,
        "title": _("Comments and their handling"),
        "subtitle": row.title,
        "rounds": _rounds(row),
        "sees_all": _sees_all(request, row.owner_id),
    }


def _rounds(row: Draft) -> list[int]:
    """The numbers of the editions that were sent round, where there is more than one."""
    if row.asked_edition == 1:
        return []
    numbers = row.sheets.order_by("edition__number").values_list("edition__number", flat=True)
    return list(numbers.distinct())


@require_safe
def on_paper(request: HttpRequest, key: str) -> HttpResponse:
    """The whole table on A4 landscape."""
    row, found = _found(request, key)
    context = {
        **_page(row, found, request),
        "title": found.title,
        "lines": [_line(one, request, {}) for one in found.comments],
        "back_url": reverse("draft-comments", args=[row.code]),
        "printed_at": clock.now(),
    }
    return render(request, "consultation/handling_print.html", context)


@require_safe
def workbook(request: HttpRequest, key: str) -> HttpResponse:
    """The table as .xlsx; by the office and who works above it."""
    row, found = _whole(request, key)
    content = workbook_bytes(
        lambda path: export_comments(acting_user=request.user, found=found, path=path)
    )
    return workbook_response(f"{row.title}-{_('Comments and their handling')}.xlsx", content)


@require_safe
def word(request: HttpRequest, key: str) -> HttpResponse:
    """The table as .docx in the official layout."""
    row, found = _whole(request, key)
    told = handling_word(found, str(row.owner))
    return file_response(f"{told.title}.docx", official_word(told), DOCX)


def _found(request: HttpRequest, key: str) -> tuple[Draft, Handling]:
    row = visible_row(request, resource_for("draft"), key)
    return row, handling_of(request.user, row, _edition(request))


def _edition(request: HttpRequest) -> int | None:
    """Of ``?edition=``; without it the one that was sent round last."""
    asked = request.GET.get("edition", "")
    return int(asked) if asked.isdecimal() and len(asked) < 4 else None


def _whole(request: HttpRequest, key: str) -> tuple[Draft, Handling]:
    """For files: not before the decisions are the unit's to know."""
    row, found = _found(request, key)
    if not _sees_all(request, row.owner_id):
        found.comments = [one for one in found.comments if one.sheet.state == "settled"]
    return row, found


@require_safe
def difference(request: HttpRequest, key: str) -> HttpResponse:
    """``/drafts/Y2026-001/difference/?from=1&to=2``, paragraph by paragraph."""
    row = visible_row(request, resource_for("draft"), key)
    editions = {str(one.number): one for one in row.editions.all()}
    if len(editions) < 2:
        raise Http404
    numbers = sorted(editions, key=int)
    first = editions.get(request.GET.get("from", ""), editions[numbers[0]])
    last = editions.get(request.GET.get("to", ""), editions[numbers[-1]])
    old, new = (
        [Numbered(one.number, one.words) for one in each.paragraphs.all()]
        for each in (first, last)
    )
    changes = differences(old, new)
    counts = {kind: sum(1 for one in changes if one.kind == kind) for kind in (CHANGED, NEW, GONE)}
    context = {
        "row": row,
        "title": _("What has changed"),
        "subtitle": row.title,
        "changes": [one for one in changes if request.GET.get("all") or one.kind != SAME],
        "shows_all": bool(request.GET.get("all")),
        "counts": counts,
        "same": len(changes) - sum(counts.values()),
        "first": first,
        "last": last,
        "editions": [editions[one] for one in numbers],
        "trail": trail(resource_for("draft"), row),
    }
    return render(request, "consultation/difference.html", context)
