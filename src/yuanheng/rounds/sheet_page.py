"""What a sheet shows: each figure with its place, last year's, what was objected and decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

from yuanheng.evaluation.api import Result, explain_subject, grade_badge
from yuanheng.rounds.authz import SHOWN
from yuanheng.rounds.choices import Shows
from yuanheng.rounds.given import cell_of
from yuanheng.rounds.models import Objection, Sheet
from yuanheng.rounds.publicity import public_run
from yuanheng.rounds.wording import shown_figure


def sheet_context(
    sheet: Sheet,
    user: Any,
    *,
    brief: bool = False,
    posted: Mapping[str, Any] | None = None,
    errors: Mapping[str, list[str]] | None = None,
) -> dict[str, Any]:
    """For a template; ``brief`` is the printed form, without objections and result."""
    case = sheet.round
    objections = [] if brief else _objections(sheet, user)
    decided = _decided(objections)
    lines = []
    for field in sheet.fields_given:
        code = field["code"]
        value, before = sheet.figures.get(code), sheet.before.get(code)
        lines.append({
            "field": field,
            "value": shown_figure(value, field),
            "before": shown_figure(before, field) if code in sheet.before else "",
            "change": _change(value, before, field),
            "cell": field["basis"]
            if "basis" in field
            else cell_of(case.given, code, sheet.row_number),
            "how": field.get("en" if (get_language() or "").startswith("en") else "zh", ""),
            "corrected": shown_figure(decided[code], field) if code in decided else "",
            "wrong": (errors or {}).get(code, []),
            "objects": bool(posted and posted.get(f"object_{code}")),
            "claimed": posted.get(f"claimed_{code}", "") if posted else "",
            "reason": posted.get(f"reason_{code}", "") if posted else "",
        })  # fmt: skip
    return {
        "sheet": sheet,
        "case": case,
        "lines": lines,
        "has_before": bool(sheet.before),
        "source": case.given.get("file", ""),
        "objections": objections,
        "result": None if brief else _result(sheet),
    }


def _objections(sheet: Sheet, user: Any) -> list[Any]:
    """What was objected, with a link for whoever sees the case."""
    rows = list(sheet.objections.order_by("opened_at").select_related("opened_by"))
    if not rows:
        return []
    seen = set(Objection.objects.visible_to(user).filter(sheet=sheet).values_list("pk", flat=True))
    for one in rows:
        one.href = reverse("objection-detail", args=[one.code]) if one.pk in seen else ""
    return rows


def _decided(objections: list[Any]) -> dict[str, Any]:
    found = {}
    for one in sorted((o for o in objections if o.state == "decided"), key=lambda o: o.closed_at):
        for claim in one.claims:
            if claim.get("upheld"):
                found[claim["field"]] = claim["value"]
    return found


def _change(value: Any, before: Any, field: Mapping[str, Any]) -> float | None:
    """The share by which a figure has changed; none where it can't be said."""
    if field["kind"] != "number" or value is None or not before or before < 0:
        return None
    return float(value / before - 1)


def _result(sheet: Sheet) -> dict[str, Any] | None:
    """The subject's own result as publicised: what its points are made of; a rank only where the
    publicity shows ranks."""
    case = sheet.round
    if case.state not in SHOWN:
        return None
    run = public_run(case)
    row = Result.objects.filter(run=run, subject_id=sheet.subject_code).first()
    if row is None:
        return {"row": None}
    row.run = run
    told = explain_subject(row)
    return {
        "row": row,
        "grade": grade_badge(row.grade, run.summary["grades"]) if row.grade else None,
        "rank": row.rank if case.shows == Shows.RANKS else None,
        "items": told["items"],
        "adjustments": told["adjustments"],
    }
