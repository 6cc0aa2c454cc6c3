"""Word files: paragraphs and tables in the order of the document."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from yuanheng.reading.loading.kinds import broken

_DEPTH = 5


def docx_text(data: bytes) -> str:
    """Paragraphs as lines; table rows as lines with tabs between cells, nested tables after."""
    import docx

    try:
        document = docx.Document(io.BytesIO(data))
        return "\n".join(_blocks(document, 0))
    except Exception as error:  # the package raises many kinds for a broken file
        raise broken(error) from error


def _blocks(parent: Any, depth: int) -> Iterator[str]:
    from docx.table import Table

    for block in parent.iter_inner_content():
        if isinstance(block, Table):
            yield from _rows(block, depth)
        else:
            yield str(block.text)


def _rows(table: Any, depth: int) -> Iterator[str]:
    """A merged cell is written once; a table inside a cell follows its row."""
    for row in table.rows:
        cells: list[str] = []
        inner: list[str] = []
        seen: set[int] = set()
        for cell in row.cells:
            if id(cell._tc) in seen:
                continue
            seen.add(id(cell._tc))
            cells.append(" ".join(p.text.strip() for p in cell.paragraphs if p.text.strip()))
            if depth < _DEPTH:
                for nested in cell.tables:
                    inner.extend(_rows(nested, depth + 1))
        yield "\t".join(cells)
        yield from inner
