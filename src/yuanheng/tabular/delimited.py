"""Reads .csv files: the fast way through DuckDB, or row by row where the file is untidy."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from yuanheng.calc.faults import Fault, FaultyInput
from yuanheng.tabular.clean_sql import literal
from yuanheng.tabular.headers import Matcher
from yuanheng.tabular.layout import SEARCHED_ROWS, Layout, best_score, find_layout
from yuanheng.tabular.table import Convert
from yuanheng.tabular.textfile import TextFile
from yuanheng.tabular.texts import shown, trimmed

DELIMITERS = (",", ";", "\t")
# A record over this many lines is a quotation mark that was never closed.
_LONGEST_RECORD = 50


@dataclass(frozen=True, slots=True)
class Delimited:
    """A .csv file whose header is known; ``header_lines`` counts lines, not records."""

    text: TextFile
    delimiter: str
    layout: Layout
    width: int
    header_lines: int

    @property
    def is_tidy(self) -> bool:
        """Whether a fast reader gives the row numbers that Excel shows."""
        return self.text.is_tidy and self.header_lines == self.layout.last + 1


def look_at(
    text: TextFile, matcher: Matcher, *, needed: Sequence[str], convert: Convert, where: str
) -> Delimited:
    """Finds delimiter and header. Raises FaultyInput when there is no usable header."""
    best: tuple[int, int, str, list[list[str]], list[int]] | None = None
    for delimiter in DELIMITERS:
        rows, lines = _first_records(text.path, delimiter)
        rank = best_score(rows, matcher), max((len(r) for r in rows), default=0)
        if best is None or rank > best[:2]:
            best = (*rank, delimiter, rows, lines)
    assert best is not None
    _, _, delimiter, rows, lines = best
    layout = find_layout(rows, matcher, needed=needed, convert=convert, where=where)
    width = max(len(rows[layout.last]), len(layout.texts))
    return Delimited(text, delimiter, layout, width, lines[layout.last])


def _first_records(path: Path, delimiter: str) -> tuple[list[list[str]], list[int]]:
    """The first records of a file and the number of the line each one ends in."""
    rows, lines = [], []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        # A file without line ends must not be read whole to find its header.
        short = (line[:200_000] for line in iter(lambda: stream.readline(1_000_000), ""))
        reader = csv.reader(short, delimiter=delimiter)
        try:
            for row in itertools.islice(reader, SEARCHED_ROWS + 1):
                rows.append([trimmed(cell) for cell in row])
                lines.append(reader.line_num)
        except csv.Error:
            pass
    return rows, lines


def scan_sql(found: Delimited) -> str:
    """SQL of a tidy file's records below the header, columns ``c0``, ``c1``, …, all text."""
    return (
        f"read_csv({literal(str(found.text.path))}, auto_detect=false, header=false, "
        f"skip={found.header_lines}, delim={literal(found.delimiter)}, quote='\"', escape='\"', "
        f"strict_mode=true, all_varchar=true, nullstr='', columns={_names(found.width)})"
    )


def tidied_sql(found: Delimited, workspace: Path, where: str) -> str:
    """Writes an untidy file anew, one record a line, and gives the SQL to read it.

    Besides ``c0``, … there are ``source_row`` and ``surplus``, the text of cells right of the
    header. Raises FaultyInput for a quotation mark that is never closed.
    """
    target = workspace / "tidied.csv"
    with (
        found.text.path.open(encoding="utf-8-sig", newline="") as stream,
        target.open("w", encoding="utf-8", newline="") as copy,
    ):
        reader = csv.reader(stream, delimiter=found.delimiter)
        writer = csv.writer(copy, lineterminator="\n", quoting=csv.QUOTE_ALL)
        try:
            writer.writerows(_tidied(reader, found, where))
        except csv.Error as error:
            # A cell beyond 131,072 characters: the quotation mark before it was never closed.
            raise FaultyInput([_open_quote(None, reader.line_num, [], where)]) from error
    names = _names(found.width, ("source_row", "surplus"))
    return (
        f"read_csv({literal(str(target))}, auto_detect=false, header=false, delim=',', "
        f"quote='\"', escape='\"', strict_mode=true, all_varchar=true, nullstr='', "
        f"max_line_size=16777216, columns={names})"
    )


def _tidied(reader: Iterator[list[str]], found: Delimited, where: str) -> Iterator[list[str]]:
    width, skipped = found.width, found.layout.last + 1
    padding = [""] * width
    line = 0
    for number, row in enumerate(reader, 1):
        lines = reader.line_num - line  # type: ignore[attr-defined]
        line = reader.line_num  # type: ignore[attr-defined]
        if lines > _LONGEST_RECORD:
            raise FaultyInput([_open_quote(number, line - lines + 1, row, where)])
        if number <= skipped:
            continue
        surplus = " ".join(trimmed(cell) for cell in row[width:]).strip()
        yield [str(number), surplus, *(row + padding)[:width]]


def _open_quote(number: int | None, line: int, row: list[str], where: str) -> Fault:
    start = next((cell for cell in row if "\n" in cell), "")
    zh = f"第 {number} 行（文本第 {line} 行起）" if number else f"文本第 {line} 行之前"
    en = f"in row {number} (from line {line})" if number else f"before line {line}"
    return Fault(
        "quote_not_closed",
        f"{where}：{zh}的引号没有闭合{f'，从“{shown(start)}”开始' if start else ''}。"
        "请补上或删去引号。",
        f"{where}: a quotation mark {en} is not closed"
        + (f', starting at "{shown(start)}"' if start else "")
        + ". Close or delete it.",
        path=f"row {number}" if number else "",
        line=line,
    )


def _names(width: int, before: tuple[str, ...] = ()) -> str:
    names = (*before, *(f"c{i}" for i in range(width)))
    return "{" + ", ".join(f"'{name}': 'VARCHAR'" for name in names) + "}"
