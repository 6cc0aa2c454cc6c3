"""Words in cells that mean something: unknown, total, footnote, error; and how cells are shown."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

# What offices write where there is no figure. Never read as zero.
UNKNOWN_DASHES = frozenset(
    {"-", "--", "---", "—", "——", "–", "－", "―", "/", "\\", "／", "…", "……", "*", "n/a", "na",
     "null", "none", "#n/a"}
)  # fmt: skip
UNKNOWN_WORDS = UNKNOWN_DASHES | {"无", "空", "缺", "暂无", "未知", "不详", "无数据", "未填"}
ERROR_CELLS = ("#DIV/0!", "#REF!", "#NAME?", "#VALUE!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!")

SPACES = " \t\r\n\u00a0\u3000\u200b\ufeff"
_LOOK_TWICE = SPACES + "#'*＊〈<＜《【"
_TOTAL = re.compile(r"(本页|本表|总|年度|全市|全区|全园)?(合计|总计|小计|共计|累计)(数)?[:：]?")
_FOOTNOTE = re.compile(r"(注|备注|说明|填表|制表|填报|审核|单位负责|联系|资料来源|数据来源)")
_COLUMN_MARKS = frozenset("甲乙丙丁")


def trimmed(text: str) -> str:
    """Without spaces of any kind at both ends."""
    return text.strip(SPACES)


def halved(text: str) -> str:
    """Full-width letters, digits and signs as ordinary ones, without any spaces."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(c for c in text if c not in SPACES)


def is_plain_text(text: str) -> bool:
    """Whether a cell's text is taken as it stands: a cheap look that may say no to a good one."""
    if "计" in text or text[0] in _LOOK_TWICE or text[-1] in SPACES:
        return False
    return len(text) > 4 or (text.isalnum() and text.lower() not in UNKNOWN_DASHES)


def is_unknown_text(text: str) -> bool:
    """Whether a trimmed text stands for "no figure" in a text column."""
    return not text or text.lower() in UNKNOWN_DASHES


def is_unknown_figure(text: str) -> bool:
    """Whether a trimmed text stands for "no figure" in a column of figures, dates or codes."""
    return not text or text.lower() in UNKNOWN_WORDS


def is_error_cell(text: str) -> bool:
    """Whether the text is a spreadsheet error such as ``#DIV/0!``."""
    return text.upper().startswith(ERROR_CELLS)


def is_total(text: str) -> bool:
    """Whether the text marks a row of totals."""
    return bool(_TOTAL.fullmatch("".join(c for c in text if c not in SPACES)))


def is_footnote(text: str) -> bool:
    """Whether a row that holds only this text is a remark under the table, not a subject."""
    return bool(_FOOTNOTE.match(text)) and ("：" in text or ":" in text or text.startswith("注"))


def is_column_mark(text: str) -> bool:
    """Whether the text is the 甲, 乙, 丙 that statistical forms print under the header."""
    return text in _COLUMN_MARKS


def shown(cell: Any) -> str:
    """A cell as people would see it, cut to a readable length."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        cell = int(cell)
    text = str(cell).replace("\n", " ")
    return text if len(text) <= 40 else text[:39] + "…"


def letters(index: int) -> str:
    """The Excel letters of the 0-based column ``index``: 0 is A, 26 is AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def row_list(rows: list[int], limit: int = 20) -> tuple[str, str]:
    """Row numbers for a sentence in Chinese and in English, cut after ``limit``."""
    head = rows[:limit]
    more = len(rows) - len(head)
    zh = "、".join(map(str, head)) + (f" 等 {len(rows)} 行" if more else " 行")
    en = ", ".join(map(str, head)) + (f" and {more} more" if more else "")
    return f"第 {zh}", f"rows {en}"
