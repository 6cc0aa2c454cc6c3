"""Punctuation of Chinese sentences: full width, whoever wrote them."""

from __future__ import annotations

import re

_CHINESE = "\u4e00-\u9fff“”《》、。，；：（）％%"
_MARKS = {",": "，", ";": "；", ":": "：", "?": "？"}
_AFTER = re.compile(rf"(?<=[{_CHINESE}])([,;:?])\s?(?!\d+\b[.:]\d)")
_BEFORE = re.compile(r"([,;:?])(?=[\u4e00-\u9fff“])")
_BRACKETS = re.compile(r"\(([^()]*[\u4e00-\u9fff][^()]*)\)")


def full_width(text: str) -> str:
    """``得 5 分,列第 3 位(共 8 家)`` → ``得 5 分，列第 3 位（共 8 家）``; figures stay."""
    if not re.search(r"[\u4e00-\u9fff]", text):
        return text
    text = _BRACKETS.sub(r"（\1）", text)
    text = _AFTER.sub(lambda found: _MARKS[found[1]], text)
    return _BEFORE.sub(lambda found: _MARKS[found[1]], text)
