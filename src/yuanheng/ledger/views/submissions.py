"""The sheet of a submission without a script, and its workbook."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yuanheng.kernel.actions import record_export
from yuanheng.kernel.downloads import workbook_bytes, workbook_response
from yuanheng.kernel.flow.resource import state_badges
from yuanheng.ledger.actions.drafts import (
    Draft,
    Saved,
    confirm_all,
    own_subjects,
    save_drafts,
)
from yuanheng.ledger.models import DraftFigure, Submission
from yuanheng.ledger.queries.progress import IS_DONE
from yuanheng.ledger.queries.sheet_cells import SheetCell
from yuanheng.ledger.queries.sheet_drafts import Cut
from yuanheng.ledger.queries.sheets import Sheet
from yuanheng.ledger.resources.submissions import sheet_panel
from yuanheng.ledger.workbook import file_name, write_workbook

SHOWN = 5


def find_submission(user: Any, key: str) -> Submission:
    """The submission with this code, if this person sees it; to an enterprise's own people, who
    see their figures of it only, ``_only`` says which. 404 otherwise."""
    related = ("committee", "form_period__form__org_unit", "form_period__form__region")
    row = Submission.objects.visible_to(user).select_related(*related).filter(code=key).first()
    if row is None:
        mine = own_subjects(user)
        row = _with_own(mine).select_related(*related).filter(code=key).first()
        if row is None:
            raise Http404
        asked = row.cells.order_by().values("subject")
        row.__dict__["_only"] = frozenset(mine.filter(pk__in=asked).values_list("pk", flat=True))
    return row


def _with_own(mine: Any) -> Any:
    """The submissions that ask figures of these enterprises."""
    cells = DraftFigure.objects.filter(subject__in=mine.order_by().values("pk"))
    return Submission.objects.filter(pk__in=cells.order_by().values("submission"))


@require_safe
def own_sheets(request: HttpRequest) -> HttpResponse:
    """``/own-figures/``: what forms ask of the enterprises of this person."""
    mine = own_subjects(request.user)
    cells = DraftFigure.objects.filter(subject__in=mine.order_by().values("pk"))
    cells = cells.filter(round=F("submission__round")).order_by()
    numbers: dict[int, dict[str, Any]] = {}
    counted = cells.values("submission", "subject__name").annotate(
        total=Count("pk"), done=Count("pk", filter=IS_DONE)
    )
    for one in counted:
        line = numbers.setdefault(one["submission"], {"names": [], "total": 0, "done": 0})
        line["names"].append(one["subject__name"])
        line["total"] += one["total"]
        line["done"] += one["done"]
    rows = Submission.objects.filter(pk__in=numbers).select_related("form_period__form")
    lines = [
        {
            "href": reverse("own-sheet", args=[one.code]),
            "form": one.form.title,
            "period": one.period.label,
            "enterprises": numbers[one.pk]["names"],
            "done": numbers[one.pk]["done"],
            "total": numbers[one.pk]["total"],
            "due_on": one.form_period.due_on,
            "badge": state_badges(one)[0],
        }
        for one in rows.order_by("-form_period__period_start", "code")
    ]
    return render(request, "ledger/own_sheets.html", {"lines": lines})


@require_safe
def own_sheet(request: HttpRequest, key: str) -> HttpResponse:
    """``/own-figures/submission-2026-1/``: the figures of one's own enterprise."""
    row = find_submission(request.user, key)
    if row.__dict__.get("_only") is None:
        return redirect("submission-detail", key)
    context = {
        "panel": sheet_panel(row, request),
        "trail": [(_("Figures to fill in"), reverse("own-sheets"))],
    }
    return render(request, "ledger/own_sheet.html", context)


@require_POST
def keep_cells(request: HttpRequest, key: str) -> HttpResponse:
    """The whole form as it was posted: every cell that says something else is kept."""
    row = find_submission(request.user, key)
    try:
        if request.POST.get("do") == "confirm-all":
            saved = confirm_all(acting_user=request.user, submission=row)
        else:
            cut = Cut(subjects=row.__dict__.get("_only"), cells=_cells_posted(request.POST))
            cells = Sheet(row, cut=cut).cells
            drafts = [d for one in cells if (d := _posted(one, request.POST)) is not None]
            saved = save_drafts(acting_user=request.user, submission=row, drafts=drafts)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        _tell(request, saved)
    back = "own-sheet" if row.__dict__.get("_only") is not None else "submission-detail"
    return redirect(back, row.code)


def _cells_posted(post: Any) -> list[int]:
    """The numbers of the cells that a page sent."""
    return [int(name[2:]) for name in post if name.startswith("v-") and name[2:].isdecimal()]


def _posted(cell: SheetCell, post: Any) -> Draft | None:
    """What the form says of one cell; nothing where it says what stands there already."""
    pk = cell.draft.pk
    text, reason = post.get(f"v-{pk}"), post.get(f"r-{pk}")
    confirm = post.get("confirm") == str(pk)
    was = post.get(f"w-{pk}", cell.shown)  # what stood there when the page was made
    changed = None if text is None or text.strip() == was.strip() else text
    if changed is None and not confirm and (reason is None or reason == cell.draft.reason):
        return None
    version = post.get(f"n-{pk}", "")
    return Draft(
        cell.subject.code,
        cell.indicator.code,
        text=changed,
        reason=reason,
        confirm=confirm,
        version=int(version) if version.isdecimal() else None,
    )


def _tell(request: HttpRequest, saved: list[Saved]) -> None:
    kept = sum(one.outcome == "saved" for one in saved)
    lost = [one for one in saved if one.said]
    if kept:
        messages.success(request, _("%(count)d figures kept as drafts.") % {"count": kept})
    elif not lost:
        messages.info(request, _("Nothing has changed."))
    for one in lost[:SHOWN]:
        messages.warning(request, f"{one.subject} · {one.indicator}: {one.said}")


@require_safe
def download_workbook(request: HttpRequest, key: str) -> HttpResponse:
    """The sheet as a workbook that can be filled in and uploaded again."""
    row = find_submission(request.user, key)
    sheet = Sheet(row, user=request.user, cut=Cut(subjects=row.__dict__.get("_only")))
    content = workbook_bytes(lambda path: write_workbook(path, sheet, request.user))
    record_export(
        acting_user=request.user,
        resource=Submission,
        subject=row,
        query="",
        rows=len(sheet.cells),
        sha256="",
        format="xlsx",
    )
    return workbook_response(file_name(row), content)
