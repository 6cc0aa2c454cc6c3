"""What the reader hands over: the table, where each figure came from, and what was not used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from yuanheng.calc.faults import Fault

CLEARED = float("-inf")
"""In a column of numbers, flags or days: what is there is to be cleared."""
CLEAR = "〈清空〉"
"""The same in a column of texts."""
MASK = "＊＊＊"
"""Written where the reader may not see a value."""

Kind = Literal["number", "text", "boolean", "date"]
Convert = Callable[[str, str], float]


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One column that the caller wants.

    ``columns`` are the header names it may have (code and Chinese name); a unit beside a name is
    recognised. ``unit`` is the unit the values are handed over in. ``required`` asks for the
    column, not for a figure in every row. ``low`` and ``high`` bound the values in ``unit``, both
    ends included unless ``low_exclusive``. ``check="credit_code"`` asks for a unified social
    credit code, ``"credit_code_or_own"`` lets an office's own shorter numbers pass. With
    ``clearable`` a cell that says 〈清空〉 asks for what is there to be cleared (see ``CLEARED``
    and ``CLEAR``), and one that says ＊＊＊ hides a value from the reader: it says nothing.
    """

    code: str
    kind: Kind = "number"
    columns: tuple[str, ...] = ()
    unit: str = ""
    required: bool = False
    low: float | None = None
    high: float | None = None
    low_exclusive: bool = False
    check: str = ""
    clearable: bool = False

    @property
    def label(self) -> str:
        """The name people know: the first column name that is not the code."""
        return next((c for c in self.columns if c != self.code), self.code)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a table came from, enough to find every cell again.

    ``header_rows`` are row numbers as Excel shows them; ``letters``, ``headers`` and ``units``
    give for each field code the column letters, the header text and the unit that was found.
    """

    file: str
    sheet: str | None
    format: str
    encoding: str
    header_rows: tuple[int, ...]
    letters: dict[str, str]
    headers: dict[str, str]
    units: dict[str, str]
    sha256: str

    def cell(self, code: str, row: int) -> str:
        """The place of field ``code`` in source row ``row``: ``Sheet1!D7``, ``D7``, ``列名:7``."""
        if self.format == "parquet":
            return f"{self.headers.get(code, code)}:{row}"
        place = f"{self.letters.get(code, '?')}{row}"
        return f"{self.sheet}!{place}" if self.sheet else place


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not used: ``code`` of its first fault, all reasons as text, its cells."""

    row: int
    id: str | None
    name: str | None
    code: str
    zh: str
    en: str
    cells: tuple[str, ...] = ()

    def text(self, lang: str = "zh") -> str:
        """The reasons in ``lang`` (``zh`` or ``en``)."""
        return self.en if lang == "en" else self.zh


@dataclass(slots=True)
class Table:
    """The usable rows of one table, by column.

    ``columns`` holds for each field found an array of length ``len(rows)``: float64 for numbers,
    booleans (0/1) and dates (days since 1970-01-01) with NaN for unknown; objects (``str`` or
    None) for text. ``rows`` are the source row numbers, 1-based as Excel shows them. Fields whose
    optional column was not in the file are absent.
    """

    columns: dict[str, np.ndarray[Any, Any]]
    rows: np.ndarray[Any, Any]
    source: Source
    rejected: list[Rejected] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows)

    def cell(self, code: str, index: int) -> str:
        """The place in the file of field ``code`` of the ``index``-th row of this table."""
        return self.source.cell(code, int(self.rows[index]))


@dataclass(slots=True)
class RawColumn:
    """One column before mending.

    ``values`` holds the cells that were clean; ``odd_at`` the positions of the cells that were
    not, ``odd`` those cells as found. ``factor`` turns the unit of the file into the field's.
    """

    values: np.ndarray[Any, Any]
    odd_at: np.ndarray[Any, Any]
    odd: list[Any]
    unit: str = ""
    factor: float = 1.0


@dataclass(slots=True)
class RawTable:
    """All rows of a file below its header, before mending; ``marks`` are texts of columns that
    nobody asked for but that say what a row is (``合计``), by position; ``faults`` are faults the
    reader of the format already knows, by position."""

    rows: np.ndarray[Any, Any]
    columns: dict[str, RawColumn]
    source: Source
    notes: list[Fault] = field(default_factory=list)
    marks: dict[int, str] = field(default_factory=dict)
    faults: dict[int, list[tuple[str, Fault]]] = field(default_factory=dict)
    blank: int = 0


def warning(code: str, zh: str, en: str, path: str = "") -> Fault:
    """A note: something was mended or left out, and the table is still usable."""
    return Fault(code, zh, en, severity="warning", path=path)
