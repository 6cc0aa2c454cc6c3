"""A submission's sheet as a workbook: one line a figure, what is known beside it, and a stamp that
says which form, period and committee it is for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from yuanheng.calc.faults import Fault, FaultyInput
from yuanheng.kernel import clock
from yuanheng.kernel.exporting.sheet import SheetWriter
from yuanheng.kernel.exporting.stamp import Stamp, read_stamp, schema_of
from yuanheng.kernel.importing import ExchangeField
from yuanheng.ledger.models import Submission
from yuanheng.ledger.queries.sheets import Sheet

CODE = "submission-sheet"
KEY, PERIOD, VALUE, REASON = "cell", "period", "figure", "reason"


def columns() -> list[ExchangeField]:
    """The columns in their order, in the reader's language; Chinese headings are always read."""
    return [
        ExchangeField(
            KEY, "text", (_("cell"), "格号", "cell"), required=True, clearable=False,
            note=_("By this the figure is found again; leave it as it is."),
        ),
        _told("park", _("Park"), "园区"),
        _told("indicator", _("Indicator"), "指标"),
        _told("measure", _("Unit"), "单位"),
        ExchangeField(
            PERIOD, "text", (_("Period"), "期别", "period"), clearable=False,
            note=_("A workbook of another period is refused."),
        ),
        _told("known", _("Known already"), "系统已有"),
        _told("source", _("Source"), "来源"),
        ExchangeField(
            VALUE, "number", (_("figure to report"), "填报数", "figure"), clearable=False,
            note=_("In the unit of the line. Empty: the line says nothing."),
        ),
        ExchangeField(
            REASON, "text", (_("reason or explanation"), "更正原因或说明", "reason"),
            clearable=False,
            note=_("Why a known figure is corrected, or why there is none."),
        ),
    ]  # fmt: skip


def _told(code: str, title: str, chinese: str) -> ExchangeField:
    """A column that only tells; what is written there is not read."""
    return ExchangeField(code, "text", (title, chinese), clearable=False)


def key_of(subject: str, indicator: str) -> str:
    return f"{subject}/{indicator}"


def identity_of(row: Submission) -> dict[str, str]:
    """What a workbook must be of, to be taken for this submission."""
    return {
        "submission": row.code,
        "round": str(row.round),
        "form": row.form.form_code,
        "version": str(row.form_period.version),
        "period": row.period.label,
        "committee": row.committee.code,
    }


def file_name(row: Submission) -> str:
    """``月报-2024-07-冷水江经开区管委会.xlsx``"""
    return f"{row.form.title}-{row.period.label}-{row.committee}.xlsx"


def write_workbook(path: Path, sheet: Sheet, user: Any) -> None:
    """Every figure of the sheet: what has been typed, what is known with its source."""
    fields = columns()
    stamp = Stamp(
        CODE,
        schema_of(fields),
        timezone.localtime(clock.now()).strftime("%Y-%m-%d %H:%M"),
        str(user),
        urlencode(identity_of(sheet.submission)),
        len(sheet.cells),
    )
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        writer = SheetWriter(book, sheet.submission.form.form_code, fields, {}, stamp)
        writer.write(_lines(sheet), len(sheet.cells))


def _lines(sheet: Sheet) -> Iterator[list[Any]]:
    for cell in sheet.cells:
        if not cell.is_open:
            continue
        draft = cell.draft
        known = "" if cell.known.value is None else cell.known_text
        yield [
            key_of(cell.subject.code, cell.indicator.code),
            cell.subject.name,
            cell.indicator.name,
            cell.indicator.unit_shown,
            sheet.period.label,
            known,
            str(cell.source),
            _number(draft.text or ("" if cell.state == "faulty" else cell.shown)),
            draft.reason,
        ]


def _number(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text


def refuse_other_sheet(path: Path, row: Submission) -> None:
    """Raise ``FaultyInput`` for a workbook of another form, version, period or committee; it says
    of which, and which is needed."""
    stamp = read_stamp(path) if path.suffix.lower() == ".xlsx" else None
    if stamp is None or stamp.resource != CODE:
        return
    told, wanted = dict(parse_qsl(stamp.query)), identity_of(row)
    words = {
        "form": _("form"),
        "version": _("version of the form"),
        "period": _("period"),
        "committee": _("reporting organisation"),
    }
    wrong = [name for name in words if told.get(name, wanted[name]) != wanted[name]]
    if not wrong:
        return
    differs = _("; ").join(
        _("%(what)s: “%(found)s”, needed is “%(wanted)s”")
        % {"what": words[name], "found": told[name], "wanted": wanted[name]}
        for name in wrong
    )
    said = _(
        "This workbook is of another submission (%(differs)s). Download the one of this "
        "submission and fill it in; nothing has been changed."
    ) % {"differs": differs}
    raise FaultyInput([Fault("other_sheet", said, said)])


def wrong_period(labels: Sequence[Any], row: Submission) -> str:
    """A period in the lines other than the submission's, where there is one."""
    found = {str(one).strip() for one in labels if one not in (None, "")}
    return next(iter(sorted(found - {row.period.label})), "")
