"""What leaves the house of a round; every export leaves a trace."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from yuanheng.evaluation.api import Result
from yuanheng.kernel.actions import action, record_export
from yuanheng.kernel.figures import day
from yuanheng.kernel.policies import EDIT, require
from yuanheng.rounds.annex import Difference
from yuanheng.rounds.models import EvaluationRound, Sheet
from yuanheng.rounds.publicity import cells, headings, public_line, public_rows, public_run
from yuanheng.tabular import Sheet as Page
from yuanheng.tabular import write_xlsx


@action("rounds.export_publicity")
def export_publicity(*, acting_user: Any, case: EvaluationRound, path: Path) -> int:
    """The list of a publicity, a page for each group; how many lines. The caller has asked whether
    the person may read it."""
    pages, total = [], 0
    run = public_run(case)
    for group in run.summary["groups"]:
        rows = public_rows(case, group["code"]).iterator(chunk_size=5000)
        lines = [cells(case, public_line(case, row)) for row in rows]
        total += len(lines)
        pages.append(Page(group["name"][:28], headings(case), iter(lines)))
    pages.append(Page(_("About"), [_("Item"), _("Content")], iter(_about(case)), widths=[20, 90]))
    write_xlsx(path, pages)
    _told(acting_user, Result, case, path, total, "publicity")
    return total


def _about(case: EvaluationRound) -> list[list[Any]]:
    run = public_run(case)
    return [
        [_("evaluation round"), str(case)],
        [_("Scheme"), str(case.scheme_version)],
        [_("Period"), case.period],
        [_("publicity shows"), case.get_shows_display()],
        [_("publicity from"), day(case.shown_from)],
        [_("publicity until"), day(case.shown_until)],
        [_("text of the publicity"), case.public_note],
        [_("Hash of the evaluation"), run.run_hash],
    ]


@action("rounds.export_annex")
def export_annex(
    *, acting_user: Any, case: EvaluationRound, rows: Sequence[Difference], path: Path
) -> int:
    """Before and after the objections, subject by subject."""
    require(acting_user, EDIT, case)
    head = [
        _("Code"), _("Name"), _("Score before"), _("Score after"), _("Points changed"),
        _("Earlier rank"), _("Rank after"), _("Places won"), _("Grade before"), _("Grade after"),
        _("Why"),
    ]  # fmt: skip
    write_xlsx(path, [Page(_("Before and after objections"), head, _annex_lines(rows))])
    _told(acting_user, Result, case, path, len(rows), "annex")
    return len(rows)


def _annex_lines(rows: Sequence[Difference]) -> Iterator[list[Any]]:
    for one in rows:
        was, now = one.before, one.after
        yield [
            one.code, one.name,
            was.score if was else None, now.score if now else None, one.points,
            was.rank if was else None, now.rank if now else None, one.places,
            (was.grade if was else None) or None, (now.grade if now else None) or None,
            why(one),
        ]  # fmt: skip


def why(one: Difference) -> str:
    """Its own corrected figures, or that others' figures changed."""
    if not one.figures:
        return _("other subjects' figures changed")
    return "；".join(_("%(name)s %(before)s → %(after)s") % figure for figure in one.figures)


@action("rounds.export_sheets")
def export_sheets(*, acting_user: Any, case: EvaluationRound, path: Path) -> int:
    """Every sheet that the person sees, one row a subject with its answer; how many."""
    rows = Sheet.objects.visible_to(acting_user).filter(round=case).select_related("park")
    fields = case.fields_given
    head = [_("Code"), _("Name"), _("Park"), _("reply"), _("on the word of"), _("remark")]
    head += [f"{one['name']}（{one['unit']}）" if one["unit"] else one["name"] for one in fields]
    count = 0

    def lines() -> Iterator[list[Any]]:
        nonlocal count
        for row in rows.order_by("row_number").iterator(chunk_size=2000):
            count += 1
            yield [
                row.subject_code, row.name, row.park.name if row.park else None,
                row.get_answer_display(), row.get_answered_as_display() or None,
                row.remark or None, *(row.figures.get(one["code"]) for one in fields),
            ]  # fmt: skip

    write_xlsx(path, [Page(_("Sheets of figures"), head, lines())])
    _told(acting_user, Sheet, case, path, count, "sheets")
    return count


def _told(user: Any, model: Any, case: Any, path: Path, rows: int, what: str) -> None:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    record_export(
        acting_user=user,
        resource=model,
        subject=case,
        query=what,
        rows=rows,
        sha256=digest,
        format="xlsx",
    )


@action("rounds.export_dynamics")
def export_dynamics(
    *, acting_user: Any, run: Any, parts: Sequence[dict[str, Any]], path: Path
) -> int:
    """Who is warned, leaves or rises, a page for each rule."""
    head = [
        _("Code"), _("Name"), _("Group"), _("What follows"), _("Reason"), _("Yuan a mu"),
        _("Middle of its group"), _("Land (mu)"), _("Short of the middle (yuan)"),
    ]  # fmt: skip
    pages, count = [], 0
    for at, part in enumerate(parts, 1):
        rule = part["rule"]
        lines = [
            [one.course.code, one.course.name, run.group_name(one.course.group),
             rule.get_effect_display(), one.reason,
             *((one.room.yield_per_mu, one.room.target, one.room.land, one.room.yuan)
               if one.room else (None,) * 4)]
            for one in part["lines"]
        ]  # fmt: skip
        count += len(lines)
        pages.append(Page(f"{at} {rule.name}"[:28], head, iter(lines)))
    write_xlsx(path, pages or [Page(_("Dynamic management"), head, iter([]))])
    _told(acting_user, Result, run, path, count, "dynamics")
    return count


@action("rounds.export_charges")
def export_charges(*, acting_user: Any, run: Any, lines: Sequence[Any], path: Path) -> int:
    """Measures by grade, one row an account."""
    require(acting_user, EDIT, run)
    head = [
        _("Resource"), _("Account number"), _("Supplier"), _("Code"), _("Name"), _("Grade"),
        _("Years in a row"), _("Surcharge or relief"), _("Unit"), _("Why"),
    ]  # fmt: skip
    rows = (
        [one.applied.resource, one.account or None, one.supplier or None, one.code, one.name,
         one.grade, one.years, float(one.applied.delta), one.applied.unit,
         "；".join(part.name for part in one.applied.parts)]
        for one in lines
    )  # fmt: skip
    write_xlsx(path, [Page(_("Measures by grade"), head, rows)])
    _told(acting_user, Result, run, path, len(lines), "measures")
    return len(lines)
