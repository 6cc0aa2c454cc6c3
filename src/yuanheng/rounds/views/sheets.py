"""一企一单: the sheet on the screen and on paper, confirmed or objected to."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from yuanheng.kernel import clock
from yuanheng.kernel.downloads import workbook_bytes, workbook_response
from yuanheng.kernel.flow import NotNow, flow_for, timing
from yuanheng.kernel.policies import EDIT, can, instances, policy_for
from yuanheng.rounds.actions import confirm_sheets, export_sheets, object_to, release_sheet
from yuanheng.rounds.authz import ANSWER
from yuanheng.rounds.choices import About, Answer
from yuanheng.rounds.claims import read_claims
from yuanheng.rounds.jobs import AT_ONCE, ask_for_workbook, workbook_name
from yuanheng.rounds.models import EvaluationRound, Sheet
from yuanheng.rounds.resources import answer_badges
from yuanheng.rounds.sheet_page import sheet_context
from yuanheng.rounds.window import why_not_answered, why_not_heard

_A_PRINT = 50
_RELATED = (
    "round__scheme_version__scheme", "round__run", "round__final_run", "round__org_unit",
    "park", "region", "answered_by",
)  # fmt: skip


@require_safe
def show(request: HttpRequest, token: Any) -> HttpResponse:
    """The figures, last year's beside them, and what may be said of them now."""
    return _page(request, _visible(request, token))


@require_safe
def on_paper(request: HttpRequest, token: Any) -> HttpResponse:
    """The same sheet for A4, with room for signature and seal."""
    sheet = _visible(request, token)
    back = reverse("sheet-detail", args=[sheet.token])
    return _printed(request, sheet.round, [sheet], back)


@require_safe
def several_on_paper(request: HttpRequest, key: str) -> HttpResponse:
    """Fifty sheets of a round, each on a page of its own."""
    case = get_object_or_404(EvaluationRound, code=key)  # whoever sees a sheet of it
    rows = Sheet.objects.visible_to(request.user).filter(round=case).select_related(*_RELATED)
    page = Paginator(rows.order_by("row_number"), _A_PRINT).get_page(request.GET.get("page"))
    sheets = list(page.object_list)
    if not sheets:
        raise Http404
    back = f"{reverse('sheet-list')}?round={case.code}"
    return _printed(request, case, sheets, back, page)


@require_POST
def confirm(request: HttpRequest, token: Any) -> HttpResponse:
    """The figures are right."""
    sheet = _visible(request, token)
    rows = Sheet.objects.filter(pk=sheet.pk)
    try:
        done = confirm_sheets(
            acting_user=request.user,
            case=sheet.round,
            sheets=rows,
            remark=request.POST.get("remark", ""),
        )
        if done:
            messages.success(request, _("Confirmed. Thank you."))
        else:
            messages.info(request, _("This sheet had been answered already."))
    except NotNow as error:
        messages.error(request, str(error))
    return redirect("sheet-detail", sheet.token)


@require_POST
def object_(request: HttpRequest, token: Any) -> HttpResponse:
    """Some figures, or the result, are wrong: with reason and evidence."""
    sheet = _visible(request, token)
    about = request.POST.get("about", About.FIGURES)
    if about not in About.values:
        about = About.FIGURES
    try:
        made = object_to(
            acting_user=request.user,
            sheet=sheet,
            about=about,
            claims=read_claims(sheet, request.POST),
            grounds=request.POST.get("grounds", ""),
            files=request.FILES.getlist("evidence"),
        )
    except NotNow as error:
        messages.error(request, str(error))
        return redirect("sheet-detail", sheet.token)
    except ValidationError as error:
        return _page(request, sheet, about=about, error=error)
    messages.success(
        request, _("Filed as %(number)s; the office answers it.") % {"number": made.number}
    )
    return redirect("objection-detail", made.code)


@require_POST
def release(request: HttpRequest, token: Any) -> HttpResponse:
    """The office waits no longer for this subject."""
    sheet = _visible(request, token)
    try:
        release_sheet(acting_user=request.user, sheet=sheet, reason=request.POST.get("reason", ""))
        messages.success(request, _("Released; the reason is kept with the sheet."))
    except NotNow as error:
        messages.error(request, str(error))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("sheet-detail", sheet.token)


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """The rounds in which this person may confirm several sheets at once."""
    rows = instances(request.user, ANSWER, Sheet.objects.filter(answer=Answer.WAITING))
    counted = (
        rows.filter(round__state="confirming")
        .order_by("round__opened_at")
        .values("round__code", "round__title", "round__number", "round__due_on")
        .annotate(number=Count("pk"))
    )
    context = {"rounds": list(counted), "trail": _trail(), "title": _("Confirm several")}
    return render(request, "rounds/waiting.html", context)


@require_POST
def confirm_several(request: HttpRequest, key: str) -> HttpResponse:
    """All sheets of a round that wait for this person."""
    case = get_object_or_404(EvaluationRound, code=key, sent_at__isnull=False)
    rows = Sheet.objects.filter(round=case, answer=Answer.WAITING)
    if not instances(request.user, ANSWER, Sheet.objects.filter(round=case)).exists():
        raise Http404
    try:
        done = confirm_sheets(
            acting_user=request.user,
            case=case,
            sheets=rows,
            remark=request.POST.get("remark", ""),
        )
        text = ngettext("%(n)d sheet confirmed.", "%(n)d sheets confirmed.", done)
        messages.success(request, text % {"n": done})
    except NotNow as error:
        messages.error(request, str(error))
    return redirect("sheets-waiting")


@require_safe
def download(request: HttpRequest, key: str) -> HttpResponse:
    """Every sheet that the person sees, as one table."""
    case = get_object_or_404(EvaluationRound.objects.visible_to(request.user), code=key)
    if Sheet.objects.visible_to(request.user).filter(round=case).count() > AT_ONCE:
        job = ask_for_workbook(case, request.user, "sheets")
        return redirect("job-detail", job.token)
    content = workbook_bytes(
        lambda path: export_sheets(acting_user=request.user, case=case, path=path)
    )
    return workbook_response(workbook_name(case, "sheets"), content)


def _visible(request: HttpRequest, token: Any) -> Sheet:
    rows = Sheet.objects.visible_to(request.user).select_related(*_RELATED)
    sheet: Sheet = get_object_or_404(rows, token=token)
    return sheet


def _page(
    request: HttpRequest, sheet: Sheet, *, about: str = "", error: ValidationError | None = None
) -> HttpResponse:
    case, user = sheet.round, request.user
    may_answer = can(user, ANSWER, sheet)
    figures_why = why_not_answered(case, user) if case.state == "confirming" else "-"
    result_why = why_not_heard(case, user) if case.state == "publicity" else "-"
    errors = error.message_dict if error is not None and hasattr(error, "error_dict") else {}
    loose = error.messages if error is not None and not errors else errors.get("grounds", [])
    running = timing.open_clock(flow_for(EvaluationRound), case, "")
    context = {
        **sheet_context(sheet, user, posted=request.POST if error else None, errors=errors),
        "may_confirm": may_answer and not figures_why
        and sheet.answer not in (Answer.CONFIRMED, Answer.OBJECTED, Answer.RELEASED),
        "may_object": may_answer and not figures_why,
        "may_contest": may_answer and not result_why,
        "too_late": figures_why if case.state == "confirming" else (
            result_why if case.state == "publicity" else ""),
        "no_right": "" if may_answer else policy_for(Sheet).refusal(ANSWER),
        "may_release": case.state == "confirming" and sheet.answer == Answer.WAITING
        and can(user, EDIT, sheet),
        "errors": loose,
        "posted_about": about,
        "grounds": request.POST.get("grounds", "") if error else "",
        "badges": answer_badges(sheet),
        "due_on": running.due_on if running else None,
        "trail": _trail(),
    }  # fmt: skip
    return render(request, "rounds/sheet.html", context, status=422 if error else 200)


def _printed(
    request: HttpRequest, case: EvaluationRound, sheets: list[Sheet], back: str, page: Any = None
) -> HttpResponse:
    running = timing.open_clock(flow_for(EvaluationRound), case, case.confirm_clock)
    context = {
        "case": case,
        "sheets": [sheet_context(one, request.user, brief=True) for one in sheets],
        "title": case.title,
        "page": page,
        "due_on": running.due_on if running else None,
        "back_url": back,
        "printed_at": clock.now(),
    }
    return render(request, "rounds/sheet_print.html", context)


def _trail() -> list[tuple[Any, str]]:
    return [(_("Sheets of figures"), reverse("sheet-list"))]
