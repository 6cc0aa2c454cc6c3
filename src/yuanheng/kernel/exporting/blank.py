"""An empty table to fill in: headings, notes, lists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils import timezone

from yuanheng.kernel import clock
from yuanheng.kernel.exporting.selection import Words
from yuanheng.kernel.exporting.sheet import SheetWriter
from yuanheng.kernel.exporting.stamp import Stamp, schema_of
from yuanheng.kernel.importing.base import Importer, TableImporter


def write_blank(path: Path, importer: Importer, user: Any) -> None:
    """A workbook that the import reads, without a row."""
    assert isinstance(importer, TableImporter)
    fields = importer.fields
    lists = {
        one.code: Words(importer.finder(one, user)).offered()
        for one in fields
        if one.kind == "relation" and not importer.is_late(one)
    }
    stamp = Stamp(
        importer.code,
        schema_of(fields),
        timezone.localtime(clock.now()).strftime("%Y-%m-%d %H:%M"),
        str(user),
        "",
        0,
    )
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        SheetWriter(book, str(importer.title), fields, lists, stamp).write((), 0)
