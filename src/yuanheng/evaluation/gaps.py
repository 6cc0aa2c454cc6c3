"""A task made of an item in which a subject is behind; rooms that keep tasks offer it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from yuanheng.evaluation.depth import Diagnosed
from yuanheng.evaluation.models import Result
from yuanheng.kernel.figures import brief, measured
from yuanheng.ledger.api import Gap, shown_as, subjects_known, task_offers


def add_offers(request: HttpRequest, row: Result, found: Diagnosed) -> None:
    """Puts ``offers`` beside each gap of a page; two queries, however many there are."""
    behind = [
        one for one in found.gaps
        if not one["masked"] and one["tone"] == "red" and one["reference"] is not None
    ]  # fmt: skip
    if not behind or not task_offers(request.user, Gap("")):
        return
    known = shown_as([(one["name"], one["measure"]) for one in behind])
    kind = row.run.scheme_version.scheme.subject_kind
    subject = subjects_known([f"{kind}:{row.subject_id}"]).get(f"{kind}:{row.subject_id}")
    for one in behind:
        one["offers"] = task_offers(request.user, _gap(request, row, one, known, subject))


def _gap(
    request: HttpRequest, row: Result, one: dict[str, Any], known: Any, subject: int | None
) -> Gap:
    indicator = known.get(one["name"])
    factor = indicator[1] if indicator else 1.0
    said = {
        "name": one["name"], "value": measured(brief(one["value"]), one["measure"]),
        "reference": measured(brief(one["reference"]), one["measure"]), "run": row.run,
    }  # fmt: skip
    words = _("%(run)s: %(name)s %(value)s, held against %(reference)s.")
    return Gap(
        title=_("%(subject)s: close the gap of “%(name)s”") % {"subject": row, **said},
        words=words % said,
        indicator_id=indicator[0] if indicator else None,
        subject_id=subject if indicator else None,
        value=_times(one["value"], factor) if indicator else None,
        period=row.run.period if indicator else "",
        aim=_times(one["reference"], factor) if indicator else None,
        href=request.get_full_path(),
    )


def _times(value: Any, factor: float) -> float | None:
    return None if value is None else round(float(value) * factor, 6)
