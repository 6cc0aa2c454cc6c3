"""The rows that can't be used, as a workbook in which they are mended and sent again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from yuanheng.kernel.exporting.mending import columns_at_fault, source_of, write_faulty
from yuanheng.kernel.importing.reading import language
from yuanheng.tabular import Sheet, Table, write_xlsx


def write_faulty_rows(path: Path, table: Table, original: Path) -> int:
    """The rows as they stood in ``original``, with what is wrong; of a Parquet file, which nobody
    edits by hand, where each row stands and what is wrong."""
    if table.source.format == "parquet":
        headers = [_("Row"), _("Code"), _("Name"), _("Cell"), _("What is wrong and what to do")]
        widths = [8, 24, 34, 22, 90]
        write_xlsx(
            path, [Sheet(_("Rows that can't be used"), headers, _lines(table), widths=widths)]
        )
        return len(table.rejected)
    source, lang = source_of(table), language()
    faults = [(row.row, row.text(lang), columns_at_fault(row, source)) for row in table.rejected]
    return write_faulty(path, original, source, faults)


def _lines(table: Table) -> Iterator[list[Any]]:
    lang = language()
    for row in table.rejected:
        yield [row.row, row.id, row.name, "、".join(row.cells), row.text(lang)]
