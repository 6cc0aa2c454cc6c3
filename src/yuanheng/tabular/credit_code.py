"""Unified social credit codes by GB 32100-2015: 18 characters, the last one checks the others."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from yuanheng.calc.faults import Fault
from yuanheng.tabular.texts import halved, shown

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_RANKS = np.array([ALPHABET.find(chr(byte)) for byte in range(256)], dtype=np.int64)
# The standard leaves these letters out because they are taken for other characters.
_CONFUSED = {"O": "0", "I": "1", "S": "5", "Z": "2", "V": "U"}
_DAMAGED = re.compile(r"\d(\.\d+)?E\+?\d{1,2}", re.I | re.A)


OWN_BELOW = 15
"""A shorter text is an office's own number, not a mutilated credit code."""


def check_character(first17: str) -> str:
    """The check character that belongs to 17 characters of the alphabet.

    Raises ValueError for a character outside the alphabet.
    """
    total = sum(ALPHABET.index(c) * w for c, w in zip(first17, WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def good_credit_codes(cells: Sequence[object]) -> list[bool]:
    """For many cells at once whether each is a right code in its normal form.

    What isn't may still be one in another form: ``check_credit_code`` says.
    """
    right = np.zeros(len(cells), dtype=bool)
    places = [i for i, c in enumerate(cells) if type(c) is str and len(c) == 18 and c.isascii()]
    if places:
        texts = "".join([cells[i] for i in places])  # type: ignore[misc]
        ranks = _RANKS[np.frombuffer(texts.encode("ascii"), dtype=np.uint8)].reshape(-1, 18)
        sums = ranks[:, :17] @ np.array(WEIGHTS)
        right[places] = (ranks >= 0).all(axis=1) & ((31 - sums % 31) % 31 == ranks[:, 17])
    return right.tolist()


def normal_credit_code(text: str) -> str:
    """Upper case, ordinary width, without spaces; nothing else is changed."""
    return halved(text).upper()


def is_damaged(text: str) -> bool:
    """Whether a text is a long code that a spreadsheet turned into ``9.15E+17``."""
    return bool(_DAMAGED.fullmatch(halved(text)))


def damaged_code(found: object) -> Fault:
    """The fault for a code that a spreadsheet keeps as a number: its last digits are lost."""
    return Fault(
        "code_became_number",
        f"Excel 把代码当成了数字（“{shown(found)}”），末几位已丢失。"
        "请把该列设为文本，再从原始资料重新填写。",
        f'The spreadsheet took the code for a number ("{shown(found)}"); its last digits are '
        "lost. Set the column to text and fill it in again from the original.",
    )


def check_credit_code(text: str) -> Fault | None:
    """What is wrong with a unified social credit code, or None.

    ``text`` is taken as ``normal_credit_code`` would give it. Length, alphabet and check
    character are looked at in this order; the fault names the characters.
    """
    code = normal_credit_code(text)
    if is_damaged(code):
        return damaged_code(text)
    if len(code) != 18:
        return Fault(
            "credit_code_length",
            f"统一社会信用代码“{shown(text)}”有 {len(code)} 位，应为 18 位。请核对后改正。",
            f'The credit code "{shown(text)}" has {len(code)} characters, not 18. Correct it.',
        )
    strange = [(i, c) for i, c in enumerate(code) if c not in ALPHABET]
    if strange:
        return _strange_characters(text, strange)
    expected = check_character(code[:17])
    if expected == code[17]:
        return None
    return Fault(
        "credit_code_check",
        f"统一社会信用代码“{code}”的校验位应为“{expected}”，实际是“{code[17]}”。"
        "请核对 18 位中是否有错位或错字。",
        f'The check character of credit code "{code}" should be "{expected}", not "{code[17]}". '
        "Look for a wrong or swapped character.",
    )


def _strange_characters(text: str, strange: list[tuple[int, str]]) -> Fault:
    zh = "、".join(
        f"第 {i + 1} 位“{c}”" + (f"（是否应为“{_CONFUSED[c]}”？）" if c in _CONFUSED else "")
        for i, c in strange
    )
    en = ", ".join(
        f'character {i + 1} "{c}"'
        + (f' (should it be "{_CONFUSED[c]}"?)' if c in _CONFUSED else "")
        for i, c in strange
    )
    return Fault(
        "credit_code_characters",
        f"统一社会信用代码“{shown(text)}”的{zh}不是允许的字符（不用字母 I、O、S、V、Z）。请改正。",
        f'In the credit code "{shown(text)}", {en} is not allowed (no letters I, O, S, V, Z). '
        "Correct it.",
    )


def credit_code_sql(column: str) -> str:
    """SQL that is true where the text ``column`` is a right code in its normal form."""
    total = " + ".join(
        f"(strpos('{ALPHABET}', substr({column}, {i + 1}, 1)) - 1) * {w}"
        for i, w in enumerate(WEIGHTS)
    )
    last = f"(strpos('{ALPHABET}', substr({column}, 18, 1)) - 1)"
    shape = f"regexp_full_match({column}, '[{ALPHABET}]{{18}}')"
    return f"({shape} AND ({total} + {last}) % 31 = 0)"
