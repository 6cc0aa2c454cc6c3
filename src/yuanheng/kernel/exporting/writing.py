"""Writes an export: .xlsx with lists to choose from and notes, or .csv; whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.kernel import clock
from yuanheng.kernel.exporting.selection import ExportRequest, Hidden, Words, values_of
from yuanheng.kernel.exporting.sheet import SheetWriter
from yuanheng.kernel.exporting.stamp import Stamp, schema_of
from yuanheng.kernel.importing.base import CannotImport
from yuanheng.kernel.importing.converting import guarded
from yuanheng.kernel.importing.fields import ExchangeField
from yuanheng.tabular import whole_file

MOST_ROWS = 1_000_000

FORMATS = {
    "xlsx": gettext_lazy("Excel workbook (.xlsx), with lists to choose from and notes"),
    "csv": gettext_lazy("CSV, UTF-8 (for other programs)"),
    "csv-gb18030": gettext_lazy("CSV, GB18030 (for older Chinese programs)"),
}
_EVERY = 1000


@dataclass(frozen=True, slots=True)
class Export:
    """What was written."""

    rows: int
    sha256: str
    format: str


def file_name(request: ExportRequest, kind: str) -> str:
    """``企业-20261122.xlsx``"""
    ending = "xlsx" if kind == "xlsx" else "csv"
    day = timezone.localtime(clock.now()).strftime("%Y%m%d")
    return f"{request.resource.title}-{day}.{ending}".replace("/", "-")


def write_export(
    request: ExportRequest,
    path: Path,
    kind: str,
    progress: Any = lambda done, total, text="": None,
) -> Export:
    """Write what ``request`` selects into ``path``; constant memory, however many rows.

    Raises ``CannotImport`` for more rows than a workbook holds.
    """
    total = request.count()
    if total > MOST_ROWS:
        said = _("%(count)d rows don't fit into one table. Choose fewer with a filter.")
        raise CannotImport(said % {"count": total})
    fields = request.fields
    exchange = request.resource.exchange
    words = {
        one.code: Words(exchange.finder(one, request.user))
        for one in fields
        if one.kind == "relation"
    }
    rows = _counted(values_of(request, fields, words), total, progress)
    with whole_file(path) as part:
        if kind == "xlsx":
            count = _write_workbook(part, request, fields, words, rows, total)
        else:
            count = _write_text(part, fields, rows, kind)
        digest = _sha256(part)
    return Export(count, digest, kind)


def _counted(rows: Iterator[list[Any]], total: int, progress: Any) -> Iterator[list[Any]]:
    for at, row in enumerate(rows):
        if at % _EVERY == 0:
            progress(at, total, _("Writing rows"))
        yield row
    progress(total, total, _("Writing rows"))


def _write_workbook(
    path: Path,
    request: ExportRequest,
    fields: Sequence[ExchangeField],
    words: dict[str, Words],
    rows: Iterator[list[Any]],
    total: int,
) -> int:
    stamp = Stamp(
        resource=request.resource.exchange.code,
        schema=schema_of(request.resource.exchange.fields),
        exported_at=timezone.localtime(clock.now()).strftime("%Y-%m-%d %H:%M"),
        by=str(request.user),
        query=request.query[:300],
        rows=total,
    )
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        lists = {code: one.offered() for code, one in words.items()}
        writer = SheetWriter(book, str(request.resource.title), fields, lists, stamp)
        return writer.write(rows, total)


def _write_text(
    path: Path, fields: Sequence[ExchangeField], rows: Iterator[list[Any]], kind: str
) -> int:
    encoding = "gb18030" if kind == "csv-gb18030" else "utf-8-sig"
    count = 0
    with io.open(path, "w", encoding=encoding, newline="", errors="replace") as stream:  # noqa: UP020
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow([one.title for one in fields])
        for row in rows:
            writer.writerow([_plain(value) for value in row])
            count += 1
    return count


def _plain(value: Any) -> str:
    """A value in a text file. A text that a spreadsheet would run as a formula gets an
    apostrophe, which the import takes away."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Hidden):
        return str(value)
    return guarded(str(value).replace("\0", ""))


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
