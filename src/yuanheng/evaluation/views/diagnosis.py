"""One subject held item by item against the mean, the best, a rival, an ideal or its own past."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yuanheng.calc.faults import FaultyInput
from yuanheng.evaluation.actions import export_subject
from yuanheng.evaluation.depth import (
    WAYS,
    Diagnosed,
    best_of,
    choices_for,
    diagnosed,
    own_before,
    rivals_of,
)
from yuanheng.evaluation.gaps import add_offers
from yuanheng.evaluation.looking import Waiting
from yuanheng.evaluation.models import Result
from yuanheng.evaluation.queries import results_of
from yuanheng.evaluation.views.runs import faults_for_page
from yuanheng.evaluation.views.subjects import chosen_subject, subject_trail
from yuanheng.evaluation.workbook import about
from yuanheng.kernel.downloads import workbook_bytes, workbook_response
from yuanheng.kernel.masking import MASK
from yuanheng.tabular import Sheet


@require_safe
def show(request: HttpRequest, key: str, subject: str) -> HttpResponse:
    """Gaps in own units, points and places; why the rank moved; as a page or a workbook."""
    run, row = chosen_subject(request, key, subject)
    against = _against(request, row)
    found: Diagnosed | None = None
    faults: list[dict[str, Any]] = []
    try:
        found = diagnosed(row, request.user, against, request.get_full_path())
    except Waiting as waiting:
        return redirect("job-detail", waiting.job.token)
    except FaultyInput as error:
        faults = faults_for_page(error.faults)
    if found is not None and request.GET.get("format") == "xlsx":
        return _workbook(request, row, found)
    if found is not None:
        add_offers(request, row, found)
    context = {
        "run": run,
        "row": row,
        "found": found,
        "faults": faults,
        "against": against,
        "choices": choices_for(row, request.user, against),
        "rivals": rivals_of(row, request.user),
        "group_name": run.group_name(row.group_code),
        "trail": subject_trail(run, row),
    }
    return render(request, "evaluation/diagnosis.html", context, status=422 if faults else 200)


def _against(request: HttpRequest, row: Result) -> str:
    """What the address asks for, as far as the person may see it: otherwise 404, as for any row
    that isn't there."""
    asked = request.GET.get("rival") or request.GET.get("against") or "mean"
    if asked in WAYS:
        allowed = {"best": best_of, "previous": own_before}.get(asked)
        if allowed is not None and allowed(row, request.user) is None:
            raise Http404
        return asked
    if not results_of(row.run, request.user).filter(subject_id=asked).exists():
        raise Http404
    return asked


def _workbook(request: HttpRequest, row: Result, found: Diagnosed) -> HttpResponse:
    headers = [
        _("Item"), _("Unit"), _("Value"), _("Reference"), _("Gap"), _("Gap in %"), _("Points"),
        _("Points of the reference"), _("Gap in points"), _("Places if closed"),
    ]  # fmt: skip
    lines = [
        [
            gap["name"], gap["measure"],
            *([MASK] * 4 if gap["masked"] else
              [gap["value"], gap["reference"], gap["gap"],
               None if gap["share"] is None else 100 * gap["share"]]),
            gap["points"], gap["reference_points"], gap["points_gap"], gap["places"],
        ]
        for gap in found.gaps
    ]  # fmt: skip
    sheets = [
        Sheet(_("Diagnosis"), [_("Finding")], [[one] for one in found.sentences], widths=[120]),
        Sheet(_("Item by item"), headers, lines, widths=[30, 12] + [14] * 8),
    ]
    if found.moves:
        moved = [[one["name"], one["score"], one["places"]] for one in found.moves]
        moved.append([_("Sum"), found.total_score, found.total_places])
        head = [_("Cause"), _("Score"), _("Places won")]
        sheets.append(Sheet(_("Why it moved"), head, moved, widths=[24, 14, 14]))
    sheets.append(
        Sheet(_("About"), [_("Item"), _("Content")], about(row.run, 1), widths=[24, 100])
    )
    content = workbook_bytes(
        lambda path: export_subject(
            acting_user=request.user, run=row.run, row=row, sheets=sheets, path=path,
            what="diagnosis",
        )
    )  # fmt: skip
    return workbook_response(f"{row}-{_('Diagnosis')}.xlsx", content)
