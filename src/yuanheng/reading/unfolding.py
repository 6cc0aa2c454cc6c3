"""Tables that a web page or a PDF wrote with each cell on a line of its own, made rows again."""

from __future__ import annotations

import re

from yuanheng.reading.mapping import MappedText, Span

_FIRST = re.compile(r"序号|编号|次序")
_HEAD = re.compile(r"(?m)^[ \t]*(?:序号|编号|次序)[ \t]*\|?[ \t]*$")
_BAR = re.compile(r"[ \t]*\|?[ \t]*$")
_MARKED = re.compile(r"责任|牵头|单位|时限|时间|任务|事项|指标|目标|名称|完成|进度|数量|面积|金额")
_LONGEST = 12


def unfolded(mapped: MappedText) -> MappedText:
    """Rows joined by tabs where 序号 heads a run of lines and 1, 2, … stand at even distances.

    The line breaks inside a row become tabs, bars at line ends go; nothing else changes.
    """
    if not _HEAD.search(mapped.text):
        return mapped
    lines = mapped.text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    letters, gone = list(mapped.text), []
    number = 0
    while number < len(lines):
        width, rows = _shape(lines, number)
        if not rows:
            number += 1
            continue
        for row in range(rows):
            for cell in range(width):
                at = number + row * width + cell
                gone.append(_bar(lines[at], starts[at]))
                if cell < width - 1:
                    letters[starts[at + 1] - 1] = "\t"
        number += rows * width
    return mapped.with_text("".join(letters)).without(gone) if gone else mapped


def _bar(line: str, at: int) -> Span:
    found = _BAR.search(line)
    return (at + found.start(), at + found.end()) if found else (at, at)


def _words(line: str) -> str:
    return _BAR.sub("", line).strip(" |\t")


def _shape(lines: list[str], at: int) -> tuple[int, int]:
    """How many cells a row has and how many rows there are, the heads included; (0, 0) if none."""
    if "\t" in lines[at] or not _FIRST.fullmatch(_words(lines[at])):
        return 0, 0
    for width in range(3, _LONGEST + 1):
        heads = [_words(line) for line in lines[at : at + width]]
        if at + 2 * width > len(lines) or not all(0 < len(head) <= 12 for head in heads):
            return 0, 0
        if _words(lines[at + width]) != "1":
            continue
        if sum(bool(_MARKED.search(head)) for head in heads) < 2:
            return 0, 0
        rows = 1
        while (
            at + (rows + 1) * width <= len(lines)
            and _words(lines[at + rows * width]) == str(rows)
            and not any(
                "\t" in line for line in lines[at + rows * width : at + (rows + 1) * width]
            )
        ):
            rows += 1
        return (width, rows) if rows > 1 else (0, 0)
    return 0, 0
