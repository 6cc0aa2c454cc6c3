"""The workbook of a run: results, points per item, who was left out, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from yuanheng.evaluation.authz import sees_whole_run
from yuanheng.evaluation.files import RunFiles
from yuanheng.evaluation.filters import filters_of, narrowed_by
from yuanheng.evaluation.models import Result, Run
from yuanheng.evaluation.queries import results_of
from yuanheng.evaluation.remarks import badges
from yuanheng.evaluation.sensitive import Sensitive, masked_items
from yuanheng.kernel.figures import moment
from yuanheng.kernel.masking import MASK
from yuanheng.tabular import Sheet, write_xlsx


def results_chosen(run: Run, user: Any, query: str) -> QuerySet:
    """The results of a run that an address chooses, as ``user`` sees them."""
    given = QueryDict(query)
    rows = results_of(run, user)
    if given.get("group"):
        rows = rows.filter(group_code=given["group"])
    filters = filters_of(run, run.scheme_version.scheme.subject_kind)
    return narrowed_by(rows, filters, given, user)


def write_results(path: Path, run: Run, rows: list[Result], user: Any) -> None:
    """Four sheets; the ones that name subjects hold only ``rows`` and what ``user`` may see."""
    whole = sees_whole_run(user, run)
    with RunFiles(run.directory) as files:
        everything = whole and len(rows) == run.record["rated"] + run.record["unrated"]
        items = files.item_rows(None if everything else [row.subject_id for row in rows])
        left_out = files.excluded() if whole else []
        sensitive = Sensitive(user, run, rows)
        masked = masked_items(files.built, sensitive) if sensitive.hidden else {}
    items = [_shown(line, masked, sensitive) for line in items]
    names = {row.subject_id: str(row) for row in rows}
    sheets = [
        Sheet(_("Results"), _headers(), _lines(run, rows),
              formats=[None] * 4 + ["0.00"], widths=[8, 22, 34, 16, 10, 8, 10, 10, 22, 14, 50]),
        Sheet(_("Points per item"), _item_headers(), _item_lines(run, items, names),
              formats=[None, None, None, "#,##0.####", "#,##0.####", "0.00", "0.##"],
              widths=[22, 34, 26, 14, 14, 10, 10, 30]),
        Sheet(_("Not evaluated"), [_("Row"), _("Code"), _("Name"), _("Reason")],
              _left_out(rows, left_out, run), widths=[8, 22, 34, 70]),
        Sheet(_("About"), [_("Item"), _("Content")], about(run, len(rows)), widths=[24, 100]),
    ]  # fmt: skip
    write_xlsx(path, sheets)


def _shown(
    line: tuple[Any, ...], masked: dict[str, list[str]], sensitive: Sensitive
) -> tuple[Any, ...]:
    """A row of items.csv, with its value masked where the reader may not see it."""
    subject, item, value = line[:3]
    if item in masked and value is not None and sensitive.hides(subject, *masked[item]):
        return (subject, item, MASK, *line[3:])
    return line


def _headers() -> list[str]:
    return [
        _("Rank"),
        _("Code"),
        _("Name"),
        _("Group"),
        _("Score"),
        _("Grade"),
        _("Rank before"),
        _("Places won"),
        _("Park"),
        _("County"),
        _("Remarks"),
    ]


def _lines(run: Run, rows: list[Result]) -> Iterator[list[Any]]:
    for row in rows:
        remarks = "；".join(str(badge.text) for badge in badges(row.flags, run.summary))
        yield [
            row.rank,
            row.subject_id,
            row.name,
            run.group_name(row.group_code),
            row.score,
            row.grade or None,
            row.rank_before,
            row.places,
            row.park.name if row.park else None,
            row.region.name if row.region else None,
            remarks or None,
        ]


def _item_headers() -> list[str]:
    return [
        _("Code"),
        _("Name"),
        _("Item"),
        _("Value"),
        _("Benchmark"),
        _("Points"),
        _("Weight"),
        _("Remarks"),
    ]


def _item_lines(
    run: Run, items: list[tuple[Any, ...]], names: dict[str, str]
) -> Iterator[list[Any]]:
    labels = {**run.summary["items"], **run.summary["events"]}
    for subject, item, value, benchmark, points, weight, flags in items:
        number = float(points) if points is not None else None
        name = names.get(subject)
        yield [subject, name, labels.get(item, item), value, benchmark, number, weight, flags]


def _left_out(rows: list[Result], left_out: list[dict[str, Any]], run: Run) -> Iterator[list[Any]]:
    for line in left_out:
        yield [int(line["row"]), line["id"], line["name"], line["reason"]]
    for row in rows:
        if not row.rated:
            remarks = "；".join(str(badge.text) for badge in badges(row.flags, run.summary))
            yield [None, row.subject_id, row.name, remarks or _("not ranked")]


def about(run: Run, shown: int) -> list[list[Any]]:
    """What the result was computed from, so that it can be computed again."""
    record, version, snapshot = run.record, run.scheme_version, run.snapshot
    lines = [
        [_("Scheme"), record["scheme_title"]],
        [_("Scheme version"), f"{version.number} · {record['scheme_hash']}"],
        [_("Period"), run.period],
        [_("Figures"), f"{snapshot.title} · {snapshot.file_name}"],
        [_("Hash of the figures"), record["data_hash"]],
        [_("Hash of the evaluation"), run.run_hash],
        [_("Version of the program"), record["engine_version"]],
        [_("Compared with"), f"{run.previous} · {run.previous.run_hash}" if run.previous else "—"],
        [_("Stage"), str(run.get_stage_display())],
        [_("Published at"), moment(run.published_at)],
        [_("Subjects, ranked, not ranked, left out"),
         f"{record['subjects']}，{record['rated']}，{record['unrated']}，{record['excluded']}"],
        [_("Rows in this workbook"), shown],
    ]  # fmt: skip
    lines += [[_("Assumption"), text] for text in record["assumptions"]]
    return lines
