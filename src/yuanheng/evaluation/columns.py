"""The columns of the rank table."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from yuanheng.evaluation.models import Result, Run
from yuanheng.evaluation.remarks import badges
from yuanheng.kernel.tables import Badge, Column

_TONES = ("green", "blue", "yellow", "red", "purple")


def grade_badge(grade: str, scale: list[str]) -> Badge:
    """Green for the best grade, red for the last."""
    at = scale.index(grade) if grade in scale else len(_TONES) - 1
    tone = "red" if len(scale) > 1 and at == len(scale) - 1 else _TONES[min(at, 2)]
    return Badge(grade, tone)


def movement_badge(row: Result, run: Run) -> Badge | None:
    """▲3, ▼2, level, new; nothing without a rank, or where there was no run before."""
    if row.rank is None or run.previous_id is None:
        return None
    if row.rank_before is None:
        return Badge(_("new"), "azure")
    if not row.places:
        return Badge(_("level"), "secondary")
    return (
        Badge(f"▲{row.places:,}", "green") if row.places > 0 else Badge(f"▼{-row.places:,}", "red")
    )


def result_columns(run: Run, kind: str) -> list[Column]:
    """What a run can show: no grades where the scheme has none, no movement without one before."""
    columns = [
        Column("rank", label=_("Rank"), kind="count"),
        *_interval(run),
        Column("name", label=_("Park") if kind == "park" else _("Name"), link=True),
        Column("score", label=_("Score"), kind="figure"),
    ]
    if run.summary["grades"]:
        scale = run.summary["grades"]
        columns.append(
            Column("grade", label=_("Grade"), kind="badges", value=lambda row: _grade(row, scale))
        )
    if run.summary["has_movement"]:
        columns.append(
            Column(
                "places", label=_("Movement"), kind="badges", value=lambda row: _moved(row, run)
            )
        )
        columns.append(Column("rank_before", label=_("Rank before"), kind="count", phone=False))
    if kind == "enterprise":
        columns.append(Column("park__name", label=_("Park"), phone=False))
    columns.append(Column("region__name", label=_("County"), phone=False))
    columns.append(
        Column(
            "flags",
            label=_("Remarks"),
            kind="badges",
            sort=False,
            phone=False,
            value=lambda row: badges(row.flags, run.summary),
        )
    )
    return columns


def _interval(run: Run) -> list[Column]:
    """Beside every rank, where it could as well be; who can't be told apart has one number."""
    if run.assessment is None:
        return []
    return [
        Column("interval", label=_("Rank interval"), value=_interval_text, sort="interval__low"),
        Column(
            "interval__together",
            label=_("Not to be told apart"),
            kind="badges",
            phone=False,
            value=_together,
        ),
    ]


def interval_of(row: Result) -> Any:
    """The row's interval; None where it has none."""
    return getattr(row, "interval", None)


def _interval_text(row: Result) -> str:
    found = interval_of(row)
    if found is None:
        return "—"
    return f"{found.low:,}–{found.high:,}" if found.is_wide else f"{found.low:,}"


def _together(row: Result) -> list[Badge]:
    found = interval_of(row)
    if found is None or found.together is None:
        return []
    return [Badge(_("group %(number)s") % {"number": found.together}, "azure")]


def _grade(row: Any, scale: list[str]) -> list[Badge]:
    return [grade_badge(row.grade, scale)] if row.grade else []


def _moved(row: Any, run: Run) -> list[Badge]:
    found = movement_badge(row, run)
    return [found] if found else []
