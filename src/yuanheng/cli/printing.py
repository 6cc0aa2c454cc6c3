"""What goes to the terminal: lines, faults, and figures in aligned columns."""

from __future__ import annotations

import json
import math
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from yuanheng.cli.language import current, say


def show(text: str = "") -> None:
    """A line of the answer, on standard output."""
    print(text)


def remark(text: str) -> None:
    """A line beside the answer, on standard error."""
    print(text, file=sys.stderr, flush=True)


def width(text: str) -> int:
    """How many columns of a terminal a text takes: Chinese characters take two."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def padded(text: str, columns: int, *, right: bool = False) -> str:
    """The text filled with blanks to ``columns``."""
    blanks = " " * max(columns - width(text), 0)
    return blanks + text if right else text + blanks


def columns(headers: Sequence[str], rows: Iterable[Sequence[str]], numbers: str = "") -> list[str]:
    """Lines of a table; ``numbers`` has an ``r`` for each column that stands to the right."""
    table = [list(headers), *(list(row) for row in rows)]
    widths = [max(width(row[at]) for row in table) for at in range(len(headers))]
    right = [at < len(numbers) and numbers[at] == "r" for at in range(len(headers))]
    return [
        "  ".join(
            padded(cell, widths[at], right=right[at]) for at, cell in enumerate(row)
        ).rstrip()
        for row in table
    ]


def figure(value: Any, digits: int = 6) -> str:
    """A figure as text; an unknown one is a dash, never 0."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "—"
    if isinstance(value, bool):
        return say("是", "yes") if value else say("否", "no")
    if isinstance(value, int | float):
        text = f"{value:,.{digits}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def fault_line(fault: Any) -> str:
    """Severity, place and sentence of a fault."""
    word = say("警告", "warning") if fault.severity == "warning" else say("错误", "error")
    place = []
    if fault.line is not None:
        place.append(say(f"第 {fault.line} 行", f"line {fault.line}"))
    if fault.path:
        place.append(fault.path)
    head = f"{word}  {'  '.join(place)}".rstrip()
    return f"{head}\n    {fault.text(current())}" if place else f"{word}  {fault.text(current())}"


def json_text(data: Any) -> str:
    """JSON for programs: readable, and unknown figures as null."""
    return json.dumps(_plain(data), ensure_ascii=False, indent=1, allow_nan=False, default=str)


def _plain(data: Any) -> Any:
    if isinstance(data, float) and not math.isfinite(data):
        return None
    if isinstance(data, Mapping):
        return {str(key): _plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_plain(value) for value in data]
    return data
