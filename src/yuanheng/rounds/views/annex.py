"""复核前后对照: what the computation after objections changed, as the annex of the decisions."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yuanheng.kernel import clock
from yuanheng.kernel.downloads import workbook_bytes, workbook_response
from yuanheng.rounds.actions import export_annex
from yuanheng.rounds.actions.exports import why
from yuanheng.rounds.annex import Difference, differences
from yuanheng.rounds.models import EvaluationRound, Objection
from yuanheng.rounds.wording import shown_figure


@require_safe
def show(request: HttpRequest, key: str) -> HttpResponse:
    """Every subject whose score, rank or grade is another, and the decisions behind it."""
    case, rows = _annex(request, key)
    own = [one for one in rows if one.figures]
    page = Paginator(rows, 100).get_page(request.GET.get("page"))
    context = {
        "case": case,
        "page": page,
        "lines": [(one, why(one)) for one in page.object_list],
        "own": len(own),
        "moved": sum(1 for one in rows if one.places),
        "regraded": sum(1 for one in rows if one.is_regraded),
        "total": len(rows),
        "decisions": _decisions(case),
        "trail": _trail(case),
        "title": _("Before and after the objections"),
    }
    return render(request, "rounds/annex.html", context)


@require_safe
def on_paper(request: HttpRequest, key: str) -> HttpResponse:
    """The same for A4."""
    case, rows = _annex(request, key)
    context = {
        "case": case,
        "lines": [(one, why(one)) for one in rows],
        "total": len(rows),
        "decisions": _decisions(case),
        "title": _("Before and after the objections"),
        "back_url": reverse("round-annex", args=[case.code]),
        "printed_at": clock.now(),
    }
    return render(request, "rounds/annex_print.html", context)


@require_safe
def download(request: HttpRequest, key: str) -> HttpResponse:
    """The annex as a workbook."""
    case, rows = _annex(request, key)
    content = workbook_bytes(
        lambda path: export_annex(acting_user=request.user, case=case, rows=rows, path=path)
    )
    return workbook_response(f"{case.title}-{_('Before and after objections')}.xlsx", content)


def _annex(request: HttpRequest, key: str) -> tuple[EvaluationRound, list[Difference]]:
    rows = EvaluationRound.objects.visible_to(request.user).select_related("run", "final_run")
    case: EvaluationRound = get_object_or_404(rows, code=key)
    if case.run is None or case.final_run is None:
        raise Http404
    return case, differences(case.run, case.final_run, _figures(case))


def _figures(case: EvaluationRound) -> dict[str, list[dict[str, Any]]]:
    """What was corrected of each subject between the two computations."""
    fields = {one["code"]: one for one in case.fields_given}
    found: dict[str, list[dict[str, Any]]] = {}
    decided = Objection.objects.filter(round=case, state="decided", about="result")
    for subject, claims in decided.values_list("sheet__subject_code", "claims"):
        for claim in claims:
            field = fields.get(claim["field"])
            if claim.get("upheld") and field is not None:
                found.setdefault(subject, []).append({
                    "name": field["name"],
                    "before": shown_figure(claim["shown"], field),
                    "after": shown_figure(claim["value"], field),
                })  # fmt: skip
    return found


def _decisions(case: EvaluationRound) -> list[Objection]:
    rows = Objection.objects.filter(round=case, state="decided", about="result")
    return list(rows.select_related("sheet").order_by("closed_at"))


def _trail(case: EvaluationRound) -> list[tuple[Any, str]]:
    detail = reverse("round-detail", args=[case.code])
    return [(_("Evaluation rounds"), reverse("round-list")), (case.title, detail)]
