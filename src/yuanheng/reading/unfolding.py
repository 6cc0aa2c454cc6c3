"""Tables that lost their borders, made rows again: a cell on each line, or cells between spaces."""

from __future__ import annotations

import bisect
import itertools
import re

from yuanheng.reading.mapping import MappedText, Span, merged

_NUMBERED = re.compile(r"序号|编号|次序")
_UNIT = re.compile(r"[（(][^（）()\n]{1,10}[）)]|%")
# Where heads may be: a line that is 序号, or one that ends with a unit in brackets.
_HEADS = re.compile(
    r"(?m)(?:序号|编号|次序)[ \t]*\|?[ \t]*$|[（(][^（）()\n]{1,10}[）)][ \t]*\|?[ \t]*$|(?<=[率幅速])[（(]?%[）)]?[ \t]*\|?[ \t]*$"
)
_GAPS = re.compile(r"(?<=\S)[ \u3000]{2,}(?=\S)[^\n]{1,24}(?<=\S)[ \u3000]{2,}(?=\S)")
_GAP = re.compile(r"[ \u3000]{2,}")
_BAR = re.compile(r"[ \t]*\|?[ \t]*$")
_MARKED = re.compile(r"责任|牵头|单位|时限|时间|任务|事项|指标|目标|名称|完成|进度|数量|面积|金额")
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?%?|[—\-/]+|")
_LONGEST = 12
_FEWEST_GAPS = 6


def unfolded(mapped: MappedText) -> MappedText:
    """Cells of one row joined by tabs: where 序号 heads a run of lines and 1, 2, … stand at even
    distances, where heads with units are followed by rows of a name and numbers, or where wide
    gaps part the lines into equally many cells. Nothing else changes."""
    places = [match.start() for match in _HEADS.finditer(mapped.text)]
    if places:
        mapped = _closed_up(mapped)
        mapped = _folded(mapped, [match.start() for match in _HEADS.finditer(mapped.text)])
    return _spaced(mapped) if _GAPS.search(mapped.text) else mapped


def _closed_up(mapped: MappedText) -> MappedText:
    """Without the empty lines that stand between the cells of a numbered table."""
    lines = mapped.text.split("\n")
    starts = [0, *itertools.accumulate(len(line) + 1 for line in lines)]
    gone: list[Span] = []
    at = 0
    while at < len(lines):
        if not _NUMBERED.fullmatch(_words(lines[at])):
            at += 1
            continue
        empty: list[int] = []
        while at + 2 < len(lines) and not _words(lines[at + 1]):
            step = next((n for n in range(at + 2, min(at + 5, len(lines))) if _words(lines[n])), 0)
            if not step:
                break
            empty += range(at + 1, step)
            at = step
        if len(empty) >= _FEWEST_GAPS:
            gone += [(starts[n], starts[n + 1]) for n in empty]
        at += 1
    return mapped.without(gone) if gone else mapped


def _folded(mapped: MappedText, places: list[int]) -> MappedText:
    lines = mapped.text.split("\n")
    starts = [0, *itertools.accumulate(len(line) + 1 for line in lines)]
    letters = list(mapped.text)
    gone: list[Span] = []
    done = 0
    for place in places:
        found = bisect.bisect_right(starts, place) - 1
        for number in (found - 1, found):
            if number < max(done, 0):
                continue
            width, rows = _shape(lines, number)
            cells = _uneven(lines, number)
            if sum(joint == "\n" for _, joint in cells) > rows or not rows:
                for at, joint in cells:
                    if starts[at + 1] <= len(letters):
                        letters[starts[at + 1] - 1] = joint
                gone += [(starts[at], starts[at + 1]) for at in _blank(lines, cells)]
                done = cells[-1][0] if cells else done
                continue
            done = number + rows * width
            for at in range(number, done):
                gone.append(_bar(lines[at], starts[at]))
                if (at - number) % width < width - 1:
                    letters[starts[at + 1] - 1] = "\t"
            break
    text = "".join(letters)
    return mapped.with_text(text).without(gone) if gone or text != mapped.text else mapped


_WHEN = re.compile(
    r"(?:全年|长期|持续|常年|年底|\d{4}年|\d{1,2}月|[一二三四]季度|[上下]半年)[^。]{0,10}"
)


def _uneven(lines: list[str], at: int) -> list[tuple[int, str]]:
    """A numbered table of tasks whose units take a line each: for each line that goes on, what
    joins it to the next: a tab between columns, 、 between units, a break between rows."""
    if not _NUMBERED.fullmatch(_words(lines[at])):
        return []
    filled = [n for n in range(at, min(len(lines), at + 24)) if _words(lines[n])]
    width = next((n for n in range(3, 8) if filled[n:] and _words(lines[filled[n]]) == "1"), 0)
    heads = [_words(lines[n]) for n in filled[:width]]
    if not width or not re.search(r"单位|部门", heads[-2]) or not re.search("时[限间]", heads[-1]):
        return []
    filled = [n for n in range(at, min(len(lines), at + 2000)) if _words(lines[n])]
    joints = [(n, "\t") for n in filled[: width - 1]] + [(filled[width - 1], "\n")]
    place, count = width, 1
    while place < len(filled) and _words(lines[filled[place]]) == str(count):
        stop = next(
            (
                n
                for n in range(place + 1, len(filled))
                if _WHEN.fullmatch(_words(lines[filled[n]]))
            ),
            len(filled),
        )
        row = filled[place : stop + 1]
        if not width <= len(row) <= width + 8 or stop == len(filled):
            break
        ends = len(row) - 1
        joints += [
            (n, "\t" if k < width - 2 or k == ends - 1 else "、") for k, n in enumerate(row[:-1])
        ]
        joints.append((row[-1], "\n"))
        place, count = stop + 1, count + 1
        while place < len(filled) and _words(lines[filled[place]]) not in (str(count), ""):
            # A further task under the same number stays as it is, and so does what follows.
            if not _WHEN.fullmatch(_words(lines[filled[place]])):
                place += 1
                continue
            place += 1
            break
    return joints if count > 2 else []


def _blank(lines: list[str], cells: list[tuple[int, str]]) -> list[int]:
    """The empty lines between cells."""
    kept = {at for at, _ in cells}
    if not cells:
        return []
    return [n for n in range(cells[0][0], cells[-1][0]) if n not in kept and not _words(lines[n])]


def _bar(line: str, at: int) -> Span:
    found = _BAR.search(line)
    return (at + found.start(), at + found.end()) if found else (at, at)


def _words(line: str) -> str:
    return _BAR.sub("", line).strip(" |\t")


def _shape(lines: list[str], at: int) -> tuple[int, int]:
    """How many cells a row has and how many rows there are, the heads included; (0, 0) if none."""
    first = _words(lines[at])
    if not first or "\t" in lines[at] or len(first) > 12:
        return 0, 0
    if _NUMBERED.fullmatch(first):
        return _numbered(lines, at)
    return _measured(lines, at)


def _numbered(lines: list[str], at: int) -> tuple[int, int]:
    """A table whose first column counts its rows."""
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


def _measured(lines: list[str], at: int) -> tuple[int, int]:
    """A table of a name and numbers in each row, under heads of which all but one have a unit."""
    width = 1
    while (
        at + width < len(lines) and width <= _LONGEST and _UNIT.search(_words(lines[at + width]))
    ):
        width += 1
    if width < 2 or width > _LONGEST or _NUMBER.fullmatch(_words(lines[at])):
        return 0, 0
    rows = 1
    while at + (rows + 1) * width <= len(lines):
        row = [_words(line) for line in lines[at + rows * width : at + (rows + 1) * width]]
        name, numbers = row[0], row[1:]
        if not 0 < len(name) <= 20 or _NUMBER.fullmatch(name):
            break
        if not all(_NUMBER.fullmatch(one) for one in numbers) or not any(numbers):
            break
        rows += 1
    return (width, rows) if rows > 1 else (0, 0)


def _spaced(mapped: MappedText) -> MappedText:
    """Runs of three lines and more that wide gaps part into equally many cells, three or more."""
    letters: list[str] = list(mapped.text)
    gone: list[Span] = []
    run: list[tuple[int, list[re.Match[str]]]] = []
    at = 0
    for line in [*mapped.text.split("\n"), ""]:
        body = line.strip(" \u3000")
        gaps = [
            m for m in _GAP.finditer(line) if line[: m.start()].strip() and line[m.end() :].strip()
        ]
        cells = len(gaps) if body and "。" not in body and "\t" not in body else 0
        if cells < 2 or (run and cells != len(run[-1][1])):
            _close(run, letters, gone)
            run = []
        if cells >= 2:
            run.append((at, gaps))
        at += len(line) + 1
    _close(run, letters, gone)
    return mapped.with_text("".join(letters)).without(merged(gone)) if gone else mapped


def _close(
    run: list[tuple[int, list[re.Match[str]]]], letters: list[str], gone: list[Span]
) -> None:
    if len(run) < 3:
        return
    for at, gaps in run:
        for gap in gaps:
            letters[at + gap.start()] = "\t"
            gone.append((at + gap.start() + 1, at + gap.end()))
