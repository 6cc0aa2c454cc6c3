"""An empty table to fill in: headings, notes, lists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils import timezone

from yuanheng.kernel import clock
from yuanheng.kernel.exporting.sheet import SheetWriter
from yuanheng.kernel.exporting.stamp import Stamp, schema_of
from yuanheng.kernel.importing.base import Importer


def write_blank(path: Path, importer: Importer, user: Any) -> None:
    """A workbook that the import reads, without a row."""
    fields = importer.fields
    stamp = Stamp(
        importer.code,
        schema_of(fields),
        timezone.localtime(clock.now()).strftime("%Y-%m-%d %H:%M"),
        str(user),
        "",
        0,
    )
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        SheetWriter(book, str(importer.title), fields, importer.offered(user), stamp).write((), 0)
