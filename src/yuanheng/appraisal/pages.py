"""What the pages of an appraisal show: the ranking by kind of unit, one unit's every point."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from yuanheng.appraisal.models import UnitReckoning
from yuanheng.appraisal.parts import part_groups
from yuanheng.evaluation.api import Result, Run, explain_subject, grade_badge
from yuanheng.kernel.figures import MISSING, exact
from yuanheng.ledger.api import Catalogue, last_frozen


def ranked(run: Run, user: Any) -> list[dict[str, Any]]:
    """By kind of unit (the groups of the scheme): who the person sees, in order of rank, with the
    points of each item."""
    rows = Result.objects.visible_to(user).filter(run=run).order_by("position")
    scale = run.summary["grades"]
    by_group: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_group.setdefault(row.group_code, []).append(
            {
                "row": row,
                "grade": grade_badge(row.grade, scale) if row.grade else None,
                "href": reverse("appraisal-unit", args=[run.code, row.subject_id]),
            }
        )
    found = []
    for group in run.summary["groups"]:
        lines = sorted(
            by_group.get(group["code"], ()),
            key=lambda one: (one["row"].rank is None, one["row"].rank or 0, one["row"].position),
        )
        if lines:
            found.append({"group": group, "lines": lines})
    return found


def points_of(row: Result, user: Any) -> dict[str, Any]:
    """One unit: each item with the figures that it reads, each figure with its passport and with
    the tasks, targets, parks and entries of which it was made when it was frozen."""
    told = explain_subject(row)
    catalogue = Catalogue()
    reckoning = frozen_reckoning(row, user)
    groups = {one["name"]: one for one in part_groups(reckoning, catalogue.by_code)} if (
        reckoning
    ) else {}  # fmt: skip
    used: set[str] = set()
    items = [_item(one, row, catalogue, groups, used) for one in told["items"]]
    adjustments = [_item(one, row, catalogue, groups, used) for one in told["adjustments"]]
    rest = [one for name, one in groups.items() if name not in used and one["lines"]]
    return {
        "items": items,
        "adjustments": adjustments,
        "rest": rest,
        "reckoning": reckoning,
        "sentences": told["sentences"],
    }


def _item(
    one: dict[str, Any], row: Result, catalogue: Any, groups: dict[str, Any], used: set[str]
) -> dict[str, Any]:
    figures = []
    for source in one["sources"]:
        indicator = catalogue.find(source["name"])
        names = [source["name"]]
        if indicator is not None and indicator.formula:
            names = [name for name in groups if name in indicator.formula] or names
        used.update(names)
        href = ""
        if indicator is not None:
            href = reverse(
                "figure-passport",
                args=["department", row.subject_id, indicator.code, row.run.period],
            )
        figures.append(
            {
                **source,
                "href": href,
                "groups": [groups[name] for name in names if name in groups],
                "is_itself": names == [source["name"]] and names[0] in groups,
            }
        )
    points = one["points"]
    return {
        **one,
        "points_text": MISSING if points is None else exact(round(points, 4)),
        "figures": figures,
    }


def frozen_reckoning(row: Result, user: Any) -> UnitReckoning | None:
    """The unit's figures as they were when the run's table was frozen; None for a table that
    somebody brought from elsewhere."""
    last = last_frozen(row.run.snapshot_id)
    if last is None or row.org_unit_id is None or not row.run.period[:4].isdecimal():
        return None
    rows = UnitReckoning.objects.visible_to(user).filter(
        org_unit=row.org_unit_id, year=int(row.run.period[:4]), entry__last_id__lte=last
    )
    found: UnitReckoning | None = rows.order_by("-pk").first()
    return found
