"""Two versions of a text, line against line."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

_CONTEXT = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the comparison: ``sign`` is +, − or blank; numbers are those of each text."""

    sign: str
    old: int | None
    new: int | None
    text: str


def compare(old: str, new: str) -> list[list[Line]]:
    """The places where two texts differ, each with some lines around it."""
    before, after = old.splitlines(), new.splitlines()
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    places = []
    for group in matcher.get_grouped_opcodes(_CONTEXT):
        lines: list[Line] = []
        for kind, start, end, start_new, end_new in group:
            if kind == "equal":
                pairs = zip(range(start, end), range(start_new, end_new), strict=True)
                lines += [Line(" ", a + 1, b + 1, before[a]) for a, b in pairs]
                continue
            lines += [Line("−", at + 1, None, before[at]) for at in range(start, end)]
            lines += [Line("+", None, at + 1, after[at]) for at in range(start_new, end_new)]
        places.append(lines)
    return places
