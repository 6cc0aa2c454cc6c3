"""The shortest way up for one subject: bounds, costs and fixed items set by a person, the least
change found by a solver, verified by evaluating again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yuanheng.calc.evaluation.program import GROUP
from yuanheng.calc.faults import Fault, FaultyInput
from yuanheng.calc.improvement import Goal, Rules
from yuanheng.calc.improvement.levers import levers_of
from yuanheng.engine import LoadedRun, Way
from yuanheng.evaluation.actions import export_subject
from yuanheng.evaluation.depth import hidden_items, loaded_run, way_for
from yuanheng.evaluation.looking import Waiting
from yuanheng.evaluation.models import Result
from yuanheng.evaluation.views.runs import faults_for_page
from yuanheng.evaluation.views.subjects import chosen_subject, subject_trail
from yuanheng.evaluation.workbook import about
from yuanheng.kernel.chinese import full_width
from yuanheng.kernel.downloads import workbook_bytes, workbook_response
from yuanheng.kernel.importing.reading import language
from yuanheng.tabular import Sheet

KINDS = ("rank", "grade", "score")


@dataclass(frozen=True, slots=True)
class Knob:
    """One item as the form offers it: its figure, how far it may go if nothing is said, and what
    the person set."""

    code: str
    name: str
    measure: str
    now: float | None
    low: float | None
    high: float | None
    limit: str
    cost: str
    is_fixed: bool

    @property
    def percent(self) -> str:
        """The limit as a number of percent for the slider; empty where it isn't one."""
        text = self.limit.replace("％", "%").strip().lstrip("±")
        return text[:-1] if text.endswith("%") and text[:-1].isdecimal() else ""


@require_safe
def show(request: HttpRequest, key: str, subject: str) -> HttpResponse:
    """The form, and where a goal is asked for the answer; as a page or a workbook."""
    run, row = chosen_subject(request, key, subject)
    context: dict[str, Any] = {
        "run": run,
        "row": row,
        "group_name": run.group_name(row.group_code),
        "grades": run.summary["grades"],
        "kind": _kind(request),
        "to": request.GET.get("to", ""),
        "trail": subject_trail(run, row),
    }
    if hidden_items(row, request.user):
        context["refused"] = True
        return render(request, "evaluation/way_up.html", context, status=403)
    faults: list[dict[str, Any]] = []
    way: Way | None = None
    try:
        loaded = loaded_run(run)
        context["knobs"] = _knobs(loaded, row, request)
        if request.GET.get("to"):
            here = request.get_full_path()
            way = way_for(row, request.user, _goal(request), _rules(request), here)
    except Waiting as waiting:
        return redirect("job-detail", waiting.job.token)
    except FaultyInput as error:
        faults = faults_for_page(error.faults)
    if way is not None and request.GET.get("format") == "xlsx":
        return _workbook(request, row, way)
    context |= {"faults": faults, **(_told(way) if way else {})}
    return render(request, "evaluation/way_up.html", context, status=422 if faults else 200)


def _kind(request: HttpRequest) -> str:
    asked = request.GET.get("goal", "rank")
    return asked if asked in KINDS else "rank"


def _goal(request: HttpRequest) -> Goal:
    kind, to = _kind(request), request.GET["to"].strip()
    if kind == "grade":
        return Goal(grade=to)
    try:
        return Goal(rank=int(to)) if kind == "rank" else Goal(score=float(to))
    except ValueError:
        raise FaultyInput(
            [
                Fault(
                    "bad_goal",
                    f"目标“{to}”不是一个数;名次写整数,分数写数字。",
                    f"The goal “{to}” is no number; a rank is a whole number.",
                )
            ]
        ) from None


def _rules(request: HttpRequest) -> Rules:
    limits, costs = {}, {}
    for name, given in request.GET.items():
        text = str(given).strip()
        if name.startswith("limit_") and text:
            limits[name.removeprefix("limit_")] = text
        elif name.startswith("cost_") and text:
            costs[name.removeprefix("cost_")] = _cost(text)
    return Rules(limits, costs, request.GET.getlist("fix"))


def _cost(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return -1.0  # refused with the item's name where costs are checked


def _knobs(loaded: LoadedRun, row: Result, request: HttpRequest) -> list[Knob]:
    at = loaded.place(row.subject_id)
    levers, missing = levers_of(loaded.built, loaded.columns, at, Rules({}, {}, ()))
    ends = {lever.item.item: lever for lever in levers}
    fixed = request.GET.getlist("fix")
    group = loaded.columns[GROUP][at]
    found = []
    for item in loaded.built.program.items:
        if item.group != group or item in missing:
            continue
        lever = ends.get(item.item)
        found.append(
            Knob(
                item.item,
                item.name,
                item.measure,
                lever.now if lever else None,
                lever.low if lever else None,
                lever.high if lever else None,
                request.GET.get(f"limit_{item.item}", ""),
                request.GET.get(f"cost_{item.item}", ""),
                item.item in fixed,
            )
        )
    return found


def _told(way: Way) -> dict[str, Any]:
    found = way.found
    english = language() == "en"
    sentences = [en if english else full_width(zh) for zh, en in way.sentences]
    # The changes stand in a table of their own.
    sentences = [one for one in sentences if not one.startswith("  ")]
    figures = [
        {"name": way.field_names[key][0], "measure": way.field_names[key][1], "to": to}
        for key, to in (found.figures or {}).items()
        if key in way.field_names
    ]
    return {
        "way": found,
        "sentences": [_ended(one.strip()) for one in sentences],
        "changes": [
            {
                "name": one.item.name,
                "measure": one.item.measure,
                "before": one.before,
                "after": one.after,
                "change": one.after - one.before,
                "share": (one.after - one.before) / abs(one.before) if one.before else None,
                "points": one.points_after - one.points_before,
                "effort": one.effort,
            }
            for one in found.changes
        ],
        "figures": figures if way.verified_on == "table" else [],
        "verified": way.verified_on,
    }


def _ended(sentence: str) -> str:
    """A sentence that announces the changes, which stand in a table."""
    bare = sentence.rstrip("：:")
    return sentence if bare == sentence else _("%(finding)s; see the table.") % {"finding": bare}


def _workbook(request: HttpRequest, row: Result, way: Way) -> HttpResponse:
    told = _told(way)
    headers = [
        _("Item"), _("Unit"), _("Now"), _("To"), _("Change by"), _("Change in %"), _("Points won"),
        _("Effort"),
    ]  # fmt: skip
    lines = [
        [
            one["name"], one["measure"], one["before"], one["after"], one["change"],
            None if one["share"] is None else 100 * one["share"], one["points"], one["effort"],
        ]
        for one in told["changes"]
    ]  # fmt: skip
    sheets = [
        Sheet(_("Shortest way up"), [_("Finding")], [[one] for one in told["sentences"]],
              widths=[120]),
        Sheet(_("What to change"), headers, lines, widths=[30, 12] + [14] * 6),
        Sheet(_("About"), [_("Item"), _("Content")], about(row.run, 1), widths=[24, 100]),
    ]  # fmt: skip
    content = workbook_bytes(
        lambda path: export_subject(
            acting_user=request.user, run=row.run, row=row, sheets=sheets, path=path,
            what="way up",
        )
    )  # fmt: skip
    return workbook_response(f"{row}-{_('Shortest way up')}.xlsx", content)
