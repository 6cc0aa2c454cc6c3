"""Start an evaluation, publish it, show its results."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yuanheng.calc.faults import FaultyInput
from yuanheng.evaluation import charts
from yuanheng.evaluation.actions import publish_run, start_run
from yuanheng.evaluation.actions.runs import CannotPublish, why_held
from yuanheng.evaluation.assessment import assessed
from yuanheng.evaluation.authz import PUBLISH, sees_whole_run
from yuanheng.evaluation.columns import result_columns
from yuanheng.evaluation.files import RunFiles
from yuanheng.evaluation.filters import filters_of, narrowed_by
from yuanheng.evaluation.forms import RunForm
from yuanheng.evaluation.jobs import ask_for_assessment
from yuanheng.evaluation.models import Result, Run
from yuanheng.evaluation.queries import movers_of, results_of, spread_of
from yuanheng.evaluation.remarks import badges
from yuanheng.kernel.chinese import full_width
from yuanheng.kernel.forms import prepare_form
from yuanheng.kernel.importing.reading import language
from yuanheng.kernel.policies import EDIT, require, rights_on, with_rights
from yuanheng.kernel.tables import build_table, sorted_rows
from yuanheng.kernel.views.fragments import wants_fragment
from yuanheng.kernel.views.lists import PAGE_SIZES
from yuanheng.ledger.api import Snapshot

FEW = 50


def visible_run(request: HttpRequest, key: str) -> Run:
    """The run of this number with what the person may do with it, or 404 if it isn't there or
    isn't visible."""
    runs = Run.objects.visible_to(request.user).select_related(
        "scheme_version__scheme", "snapshot", "previous", "published_by", "created_by", "owner"
    )
    return get_object_or_404(with_rights(runs, request.user, {EDIT, PUBLISH}), code=key)


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Chooses scheme, figures and period, and evaluates."""
    require(request.user, EDIT, Run)
    data = request.POST if request.method == "POST" else None
    form = RunForm(data, user=request.user, initial=_initial(request))
    form = prepare_form(form, request.user)
    faults: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            run, is_new = start_run(
                acting_user=request.user,
                version=form.cleaned_data["version"],
                snapshot=form.cleaned_data["snapshot"],
                period=form.cleaned_data["period"],
                previous=form.compared_with(),
            )
        except FaultyInput as error:
            faults = faults_for_page(error.faults)
        else:
            if not is_new:
                text = _("This very evaluation had been computed before; here it is.")
                messages.info(request, text)
            return redirect("run-detail", run.code)
    context = {"form": form, "faults": faults, "trail": trail()}
    status = 422 if faults or form.errors else 200
    return render(request, "evaluation/run_form.html", context, status=status)


@require_POST
def publish(request: HttpRequest, key: str) -> HttpResponse:
    """Shows the run to everybody under the office."""
    run = visible_run(request, key)
    try:
        publish_run(acting_user=request.user, run=run)
        ask_for_assessment(run, request.user)
        messages.success(request, _("Published. The result can't be changed any more."))
    except CannotPublish as error:
        messages.error(request, str(error))
    return redirect("run-detail", run.code)


@require_safe
def show(request: HttpRequest, key: str) -> HttpResponse:
    """The result: figures, charts, rank table."""
    run = visible_run(request, key)
    kind = run.scheme_version.scheme.subject_kind
    visible = results_of(run, request.user)
    group = chosen_group(run, request)
    in_group = visible.filter(group_code=group) if group else visible
    filters = filters_of(run, kind)
    rows = narrowed(in_group, filters, request)
    columns = result_columns(run, kind)
    ordered = rows.order_by("position").select_related("park", "region", "interval")
    asked = request.GET.get("rows", "")
    size = int(asked) if asked in {str(one) for one in PAGE_SIZES} else 50
    shown = sorted_rows(ordered, columns, request.GET)
    page = Paginator(shown, size).get_page(request.GET.get("page"))

    def link(row: Result) -> str:
        return reverse("subject-detail", args=[run.code, row.subject_id])

    table = build_table(
        columns, page.object_list, model=Result, link=link, query=request.GET, caption=str(run)
    )
    context: dict[str, Any] = {
        "run": run,
        "group": group,
        "table": table,
        "page": page,
        "page_sizes": PAGE_SIZES,
        "list_url": reverse("run-detail", args=[run.code]),
        "narrowed": any(request.GET.get(one.name) for one in filters) or request.GET.get("q"),
    }
    if wants_fragment(request):
        response = render(request, "evaluation/_rows.html", context)
    else:
        context["filters"] = [
            one.bind(Result, request.user, request.GET.get(one.name, "")) for one in filters
        ]
        context.update(_overview(request, run, in_group, group))
        response = render(request, "evaluation/run.html", context)
    response.headers["Vary"] = "HX-Request, Cookie"
    return response


@require_safe
def excluded(request: HttpRequest, key: str) -> HttpResponse:
    """Who was not evaluated, and who was not ranked, with the reason."""
    run = visible_run(request, key)
    whole = sees_whole_run(request.user, run)
    rows: list[dict[str, Any]] = []
    if whole:
        with RunFiles(run.directory) as files:
            rows = files.excluded()
    page = Paginator(rows, 100).get_page(request.GET.get("page"))
    unrated = results_of(run, request.user).filter(rated=False).order_by("position")
    context = {
        "run": run,
        "page": page,
        "whole": whole,
        "unrated": [(row, badges(row.flags, run.summary)) for row in unrated[:200]],
        "unrated_count": unrated.count(),
        "trail": [*trail(), (str(run), reverse("run-detail", args=[run.code]))],
    }
    return render(request, "evaluation/excluded.html", context)


def chosen_group(run: Run, request: HttpRequest) -> str:
    """The group that the address names, or the first one."""
    codes = [group["code"] for group in run.summary["groups"]]
    asked = request.GET.get("group", "")
    return asked if asked in codes else (codes[0] if codes else "")


def narrowed(rows: QuerySet, filters: list[Any], request: HttpRequest) -> QuerySet:
    """As the search and the filters in the address say."""
    return narrowed_by(rows, filters, request.GET, request.user)


def _overview(request: HttpRequest, run: Run, rows: QuerySet, group: str) -> dict[str, Any]:
    """Head, figures and charts of the page."""
    rights = rights_on(request.user, run, {EDIT, PUBLISH})
    held = "" if run.is_published else why_held(run)
    spread = spread_of(rows)
    moved = movers_of(rows) if run.summary["has_movement"] else []
    return {
        "spread": spread,
        "histogram": charts.histogram(spread),
        "grades": charts.grades(spread, run.summary["grades"]),
        "movers": charts.movers(moved),
        "stacked": _stacked(run, rows, group, spread.count),
        "assessment": assessed(run.assessment),
        "may_publish": not run.is_published and PUBLISH in rights and not held,
        "held": held,
        "may_edit": not run.is_published and EDIT in rights,
        "may_assess": EDIT in rights,
        "whole": sees_whole_run(request.user, run),
        "lang": language(),
        "trail": trail(),
    }


def _stacked(run: Run, rows: QuerySet, group: str, count: int) -> charts.Chart | None:
    """Only for a few subjects, such as the parks of a city."""
    if not 1 < count <= FEW:
        return None
    ranked = list(rows.filter(rated=True).order_by("position"))
    with RunFiles(run.directory) as files:
        program = files.built.program
        nodes = [node for node in program.nodes if node.group == group and not node.parent]
        parts = [(node.name, node.counted) for node in nodes]
        if not parts:
            parts = [(item.name, item.points) for item in program.items if item.group == group]
        points = files.points_of(group, [column for _name, column in parts])
    return charts.stacked(ranked, [name for name, _column in parts], points)


def _initial(request: HttpRequest) -> dict[str, Any]:
    initial: dict[str, Any] = {"previous": "auto"}
    code, version = request.GET.get("snapshot", ""), request.GET.get("version", "")
    if version.isdecimal():
        initial["version"] = version
    if code:
        found = Snapshot.objects.visible_to(request.user).filter(code=code).first()
        if found:
            initial["snapshot"] = found.pk
            initial["period"] = found.periods[-1] if found.periods else ""
    return initial


def faults_for_page(faults: list[Any]) -> list[dict[str, Any]]:
    """Sentences in the page's language, with their place."""
    lang = language()
    return [
        {
            "line": fault.line,
            "path": fault.path,
            "text": fault.en if lang == "en" else full_width(fault.zh),
            "severity": fault.severity,
        }
        for fault in faults
    ]


def trail() -> list[tuple[str, str]]:
    return [(_("Evaluations"), reverse("run-list"))]
