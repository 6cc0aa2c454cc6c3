"""The rank intervals of a run as a workbook."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext as _

from yuanheng.evaluation.assessment import assessed
from yuanheng.evaluation.models import Result, Run
from yuanheng.evaluation.workbook import about
from yuanheng.tabular import Sheet, write_xlsx


def write_assessment(path: Path, run: Run, rows: list[Result]) -> None:
    """Intervals, what matters, and what it rests on."""
    found = assessed(run.assessment)
    assert found is not None
    scale = run.summary["grades"]
    headers = [
        _("Rank"), _("Code"), _("Name"), _("Group"), _("Score"), _("best rank"), _("middle rank"),
        _("worst rank"), _("share with the same rank"), _("Not to be told apart"),
        *(_("probability of %(grade)s") % {"grade": grade} for grade in scale),
    ]  # fmt: skip
    lines = [
        [
            row.rank, row.subject_id, row.name, run.group_name(row.group_code), row.score,
            row.interval.low, row.interval.median, row.interval.high, row.interval.same,
            row.interval.together, *(row.interval.grades.get(grade, 0.0) for grade in scale),
        ]
        for row in rows
    ]  # fmt: skip
    choices = [
        [one["name"], one["first"], one["first_error"], one["total"], one["total_error"]]
        for one in found.choices
    ]
    basis = [
        *[[_("Finding"), sentence] for sentence in found.sentences],
        *[[name, how] for name, how in found.moved],
        [_("replicates"), found.row.replicates],
        [_("seed"), found.row.seed],
        *about(run, len(rows)),
    ]
    write_xlsx(
        path,
        [
            Sheet(_("Rank intervals"), headers, lines, widths=[8, 22, 34, 16, 10] + [10] * 12),
            Sheet(_("What matters"), [_("Choice"), _("By itself"), "±", _("In all"), "±"], choices,
                  widths=[24, 12, 10, 12, 10]),
            Sheet(_("About"), [_("Item"), _("Content")], basis, widths=[24, 100]),
        ],
    )  # fmt: skip
