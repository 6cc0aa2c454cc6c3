"""What the pages of tasks and sources show beside what every case has."""

from __future__ import annotations

from datetime import date
from itertools import groupby, pairwise
from statistics import fmean
from typing import Any

from django.db.models import OuterRef, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from yuanheng.calc.periods import CUMULATIVE, MONTH, YEAR, Period
from yuanheng.kernel import clock
from yuanheng.kernel.figures import day, exact, figure
from yuanheng.kernel.flow.case_clocks import with_clocks
from yuanheng.kernel.flow.lights import lights
from yuanheng.kernel.models import CaseMove
from yuanheng.ledger.api import Known, figures_like, figures_since, sparkline
from yuanheng.supervision.actions import may_plan
from yuanheng.supervision.flow.tasks import TaskFlow
from yuanheng.supervision.gantt import gantt_of
from yuanheng.supervision.models import ScoreRule, Source, Task

MOST = 300  # tasks of one source on its page
_STATES = {one.code: one for one in TaskFlow.states}


def support_words(row: Task) -> str:
    """The supporting units, before they have been asked."""
    return _(", ").join(str(one.org_unit) for one in row.supporting.all())


def task_line(row: Task) -> dict[str, Any]:
    """One task in a table or on a card; its clocks have been read with it."""
    return {
        "task": row,
        "href": reverse("task-detail", args=[row.code]),
        "light": lights().of(row),
        "state": _STATES[row.state],
        "finish_on": row.finish_on,
    }


def lines_of(rows: Any) -> list[dict[str, Any]]:
    """Tasks of a query with all that a line shows: three queries for any number."""
    read = rows.select_related("lead", "source").prefetch_related(with_clocks())
    return [task_line(one) for one in read]


def tasks_of_source(row: Source, request: HttpRequest) -> dict[str, Any] | None:
    """The tasks in the order of the paragraphs: the report back follows the speech."""
    tasks = Task.objects.visible_to(request.user).filter(source=row)
    said = tasks.annotate(last_words=_last_words())
    lines = lines_of(said.order_by("paragraph", "serial")[:MOST])
    for one in lines:
        one["words"] = one["task"].last_words or ""
    groups = [
        {"paragraph": paragraph, "lines": list(found)}
        for paragraph, found in groupby(lines, key=lambda one: one["task"].paragraph)
    ]
    return {"groups": groups, "total": len(lines), "row": row}


def _last_words() -> Subquery:
    """What was said last of a task: a progress report, a finish report, a finding."""
    moves = CaseMove.objects.filter(
        case=OuterRef("pk"), action__in=["report", "finish", "close", "reject"]
    )
    return Subquery(moves.order_by("-serial").values("reason")[:1])


def parts_panel(row: Task, request: HttpRequest) -> dict[str, Any] | None:
    if getattr(row, "has_parts", True) is False:
        return None
    parts = Task.objects.visible_to(request.user).filter(parent_case=row)
    lines = lines_of(parts.order_by("serial")[:MOST])
    return {"lines": lines, "total": len(lines)} if lines else None


def figure_panel(row: Task, request: HttpRequest) -> dict[str, Any] | None:
    """The indicator from the day on which the task was made; on a closed one, what changed. Only
    figures of the same kind of period are held against each other."""
    if row.indicator is None:
        return None
    one = row.indicator
    since = row.opened_at.date()
    like = _period(row.period_then)
    known = _course(request.user, row, like)
    later = [k for k in known if k.period.last_day >= since]
    last = later[-1].value if later else None
    then, aim = row.value_then, row.aim
    change = last - then if last is not None and then is not None else None
    shown = [k for k in known if k.period.last_day < since][-1:] + later
    if like is not None and like.kind == YEAR:  # to be seen, not to be held against a whole year
        this_year = Period(clock.today().year * 12, CUMULATIVE + 1)
        shown += _course(request.user, row, this_year)[-1:]
    values = [k.value for k in known]
    words = _("%(indicator)s from %(first)s to %(last)s")
    if known:
        words %= {"indicator": one, "first": known[0].period.label, "last": known[-1].period.label}
    return {
        "indicator": one,
        "subject": row.subject,
        "unit": one.unit_shown,
        "then": "" if then is None else f"{figure(then, one.decimals)}{one.unit_shown}",
        "period_then": row.period_then,
        "aim": "" if aim is None else f"{exact(aim)}{one.unit_shown}",
        "lines": [(k.period.label, k.text) for k in shown],
        "picture": sparkline(values, words) if len(known) > 2 and None not in values else "",
        "change": "" if change is None else f"{change:+,.{one.decimals}f}{one.unit_shown}",
        "change_at": later[-1].period.label if change is not None else "",
        "is_good": None if not change else (change > 0) == (one.direction != "lower"),
        "is_reached": _reached(one, then if last is None else last, aim),
        "closed": row.closed_at,
        "verdict": _verdict(request.user, row, like, known, change),
        "made_of": row.made_of,
    }


def _period(label: str) -> Period | None:
    try:
        return Period.parse(label)
    except ValueError:
        return None


def _course(user: Any, row: Task, like: Period | None) -> list[Known]:
    """Its figures from two years before the task on; without a period to compare with, those
    since."""
    if row.subject is None:
        return []
    since = row.opened_at.date()
    if like is None:
        return figures_since(user, row.subject, row.indicator, since)
    return figures_like(user, row.subject, row.indicator, since, like)


def _reached(indicator: Any, value: float | None, aim: float | None) -> bool | None:
    if value is None or aim is None:
        return None
    return value <= aim if indicator.direction == "lower" else value >= aim


def _verdict(
    user: Any, row: Task, like: Period | None, known: list[Known], change: float | None
) -> str:
    """On closing: whether what changed stands out from how the figure moves anyhow. What has come
    together since January grows by itself: there the months are judged."""
    if row.closed_at is None:
        return ""
    if change is None:
        return _("No figure since the task was made is known yet; look again when the next one is "
                 "in.")  # fmt: skip
    if like is not None and like.kind > CUMULATIVE:
        known = _course(user, row, Period(like.start, MONTH))
        change = _of_months(known, row.opened_at.date())
    values = [one.value for one in known if one.value is not None]
    steps = [abs(b - a) for a, b in pairwise(values)]
    usual = sorted(steps)[len(steps) // 2] if steps else None
    if usual is None or len(steps) < 3 or change is None:
        return _("There are too few figures to tell the task's effect from chance.")
    if abs(change) <= 2 * usual:
        text = _("The change is within twice the usual step from period to period (%(usual)s): it "
                 "can't be told apart from noise.")  # fmt: skip
        return text % {"usual": figure(usual, 2)}
    return _("The change is more than twice the usual step from period to period. That it is the "
             "task's doing isn't proven by that.")  # fmt: skip


def _of_months(known: list[Known], since: date) -> float | None:
    """The mean of the months since then less that of the twelve before."""
    later = [k.value for k in known if k.value is not None and k.period.last_day >= since]
    before = [k.value for k in known if k.value is not None and k.period.last_day < since][-12:]
    return fmean(later) - fmean(before) if later and before else None


def plan_panel(row: Task, request: HttpRequest) -> dict[str, Any] | None:
    may = may_plan(request.user, row)
    found = gantt_of(row)
    if found is None and not may:
        return None
    href = reverse("task-plan", args=[row.code]) if may else ""
    return {"gantt": found, "edit_href": href, "row": row}


def score_panel(row: Task, request: HttpRequest) -> dict[str, Any] | None:
    if row.score is None:
        return None
    facts = row.score_basis.get("facts", {})
    return {
        "score": row.score,
        "formula": row.score_basis.get("formula", ""),
        "source": row.score_basis.get("source", ""),
        "facts": [(name, exact(facts.get(code))) for code, name in ScoreRule.facts.names.items()],
        "finished_on": day(row.finished_on),
        "finish_on": day(row.finish_on),
    }
