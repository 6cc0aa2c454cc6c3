"""The rows that can't be used, as a workbook to mend from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from yuanheng.kernel.importing.reading import language
from yuanheng.tabular import Sheet, Table, write_xlsx


def write_faulty_rows(path: Path, table: Table) -> int:
    """One line a row: where it stands, whose it is, what is wrong and what to do."""
    headers = [_("Row"), _("Code"), _("Name"), _("Cell"), _("What is wrong and what to do")]
    sheet = Sheet(_("Rows that can't be used"), headers, _lines(table), widths=[8, 24, 34, 22, 90])
    write_xlsx(path, [sheet])
    return len(table.rejected)


def _lines(table: Table) -> Iterator[list[Any]]:
    lang = language()
    for row in table.rejected:
        yield [row.row, row.id, row.name, "、".join(row.cells), row.text(lang)]
