"""The sheet of a submission without a script, and its workbook."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yuanheng.kernel.actions import record_export
from yuanheng.kernel.downloads import workbook_bytes, workbook_response
from yuanheng.ledger.actions.drafts import Draft, Saved, confirm_all, save_drafts
from yuanheng.ledger.models import Submission
from yuanheng.ledger.queries.sheets import Sheet, SheetCell
from yuanheng.ledger.workbook import file_name, write_workbook

SHOWN = 5


def find_submission(user: Any, key: str) -> Submission:
    """The submission with this code, if this person sees it; 404 otherwise."""
    rows = Submission.objects.visible_to(user).select_related(
        "committee", "form_period__form__org_unit", "form_period__form__region"
    )
    row = rows.filter(code=key).first()
    if row is None:
        raise Http404
    return row


@require_POST
def keep_cells(request: HttpRequest, key: str) -> HttpResponse:
    """The whole form as it was posted: every cell that says something else is kept."""
    row = find_submission(request.user, key)
    try:
        if request.POST.get("do") == "confirm-all":
            saved = confirm_all(acting_user=request.user, submission=row)
        else:
            drafts = [
                d for one in Sheet(row).cells if (d := _posted(one, request.POST)) is not None
            ]
            saved = save_drafts(acting_user=request.user, submission=row, drafts=drafts)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        _tell(request, saved)
    return redirect("submission-detail", row.code)


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
    sheet = Sheet(row)
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
