"""A pasted list split into its items: 一、… 二、…, 1. … 2. …, ①… ②…, or a line an item."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST = 60
_DIGITS = "零一二三四五六七八九"
_END = (
    r"(?:^|[\n。；;：:！？!?])[\s　]*"  # an item begins a line, or follows the end of a sentence
)


@dataclass(frozen=True, slots=True)
class Split:
    """What stands before the first item, and the items without their numbers."""

    intro: str
    items: list[str]


def chinese_number(number: int) -> str:
    """
    >>> [chinese_number(one) for one in (3, 10, 12, 20, 34)]
    ['三', '十', '十二', '二十', '三十四']
    """
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")


def _styles(number: int) -> list[str]:
    """How an item with this number may begin, as patterns; the same place is the same style."""
    chinese, circled = chinese_number(number), chr(0x2460 + number - 1) if number <= 20 else "\0"
    return [
        rf"第{chinese}(?:题|条|个问题)?[、，,：:.．\s]",
        rf"第\s*{number}\s*(?:题|条)[、，,：:.．\s]?",
        rf"{chinese}[、.．，,]",
        rf"[（(]{chinese}[）)]",
        rf"{number}\s*[、.．](?!\d)",
        rf"[（(]{number}[）)]",
        rf"{number}[）)]",
        circled,
    ]


def split_list(text: str) -> Split:
    """The items of a numbered list, whatever its style; without numbers a line is an item.

    The numbers must follow each other from one, so that a figure within an item doesn't cut it,
    and a list inside an item (1. 2. under 一、) stays with it.

    >>> split_list("请思考：一、怎样凝聚共识？二、怎样1.优化 2.提升？").items
    ['怎样凝聚共识？', '怎样1.优化 2.提升？']
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    found: list[tuple[int, list[re.Match[str]]]] = []
    for style, pattern in enumerate(_styles(1)):
        first = re.search(_END + f"({pattern})", text)
        if first:
            found.append((first.start(1), _numbered(text, style, first)))
    if not found:
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        return Split("", lines)
    marks = min(found, key=lambda one: one[0])[1]
    ends = [*(one.start(1) for one in marks[1:]), len(text)]
    items = [text[one.end(1) : end].strip() for one, end in zip(marks, ends, strict=True)]
    return Split(text[: marks[0].start(1)].strip(), [one for one in items if one])


def _numbered(text: str, style: int, first: re.Match[str]) -> list[re.Match[str]]:
    marks = [first]
    for number in range(2, MOST + 2):
        pattern = re.compile(_END + f"({_styles(number)[style]})")
        following = pattern.search(text, marks[-1].end(1))
        if following is None:
            break
        marks.append(following)
    return marks
