"""On the page of a task: where its subject stood when that was made, and where it stands since.

So the loop closes: a gap became a task, and the next evaluation says what came of it.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.urls import resolve
from django.urls.exceptions import Resolver404
from django.utils.translation import gettext as _

from yuanheng.evaluation.choices import RunStage
from yuanheng.evaluation.models import Result
from yuanheng.kernel.figures import figure

MOST = 200
_VIEWS = ("subject-detail", "subject-diagnosis", "subject-way-up")


def evaluations_panel(row: Any, request: HttpRequest) -> dict[str, Any] | None:
    """For each scheme that had a published result of the subject when the task was made: that one
    and the first of a later period published since, with what may be said of the two. For a task
    made of a gap of an evaluation only that scheme counts."""
    found = _results(row, request.user)
    if found is None:
        return None
    lines = []
    for _scheme, results in groupby(found, key=lambda one: one.run.scheme_version.scheme_id):
        line = _line(row, list(results))
        if line:
            lines.append(line)
    return {"lines": lines, "total": len(lines), "closed": row.closed_at} if lines else None


def _results(row: Any, user: Any) -> list[Result] | None:
    """Published ones of its subject that the person sees, by scheme, the earliest first."""
    rows = Result.objects.visible_to(user).filter(run__stage=RunStage.PUBLISHED)
    made_of = _made_of(row.made_of)
    if made_of is not None:
        rows = rows.filter(
            subject_id=made_of["subject"],
            run__scheme_version__scheme__versions__runs__code=made_of["key"],
        )
    elif row.subject is not None:
        kind = row.subject.kind
        rows = rows.filter(
            subject_id=row.subject.code, run__scheme_version__scheme__subject_kind=kind
        )
    else:
        return None
    rows = rows.select_related("run__scheme_version__scheme", "interval").distinct()
    by = "run__scheme_version__scheme"
    return list(rows.order_by(by, "run__period", "run__published_at")[:MOST])


def _made_of(address: str) -> dict[str, Any] | None:
    """Run and subject of the page on which the gap was found, if it was one of an evaluation."""
    try:
        found = resolve(address.partition("?")[0]) if address else None
    except Resolver404:
        return None
    return found.kwargs if found and found.url_name in _VIEWS else None


def _line(row: Any, results: list[Result]) -> dict[str, Any] | None:
    before = [one for one in results if one.run.published_at <= row.opened_at]
    if not before:
        return None
    then = before[-1]
    since = [
        one for one in results
        if one.run.published_at > row.opened_at and one.run.period > then.run.period
    ]  # fmt: skip
    now = since[0] if since else None
    return {
        "scheme": then.run.scheme_version.scheme.name,
        "then": then,
        "now": now,
        "change": _change(then, now),
        "words": _words(then, now),
    }


def _change(then: Result, now: Result | None) -> str:
    if now is None or now.score is None or then.score is None:
        return ""
    change = now.score - then.score
    return f"{'+' if change >= 0 else '−'}{figure(abs(change), 2)}"


def _words(then: Result, now: Result | None) -> str:
    """What may honestly be said; never that the task has done it."""
    if now is None:
        return _("No later evaluation has been published yet; look again after the next one.")
    old, new = (getattr(one, "interval", None) for one in (then, now))
    if old is None or new is None:
        return _("How sure the two ranks are isn't known: whether the move is more than noise "
                 "can't be told.")  # fmt: skip
    if old.low <= new.high and new.low <= old.high:
        text = _("The ranks might as well lie from %(old)s and from %(new)s: the move can't be "
                 "told apart from noise.")  # fmt: skip
    else:
        text = _("The ranks lie from %(old)s and from %(new)s: the move is more than noise. That "
                 "it is the task's doing isn't proven by that.")  # fmt: skip
    return text % {"old": old, "new": new}
