"""What the parser says when a text can't be read: where, what was found, what to do."""

from __future__ import annotations

import difflib
from typing import NoReturn

from yuanheng.calc.expression.functions import BY_NAME
from yuanheng.calc.expression.tokens import Token, fail


def _found(token: Token) -> tuple[str, str]:
    if token.type == "end":
        return "公式末尾", "the end"
    return f"“{token.value}”", f"“{token.value}”"


def _about_commas(token: Token) -> tuple[str, str]:
    if token.value == ",":
        return "数字里不要写千位逗号。", " Write numbers without thousands commas."
    return "", ""


def expected(what: str, found: Token) -> NoReturn:
    """There is something else than ``what``."""
    found_zh, found_en = _found(found)
    fail(
        "expected",
        f"第 {found.start + 1} 个字符处应是“{what}”，却是{found_zh}。",
        f"Expected “{what}” at character {found.start + 1}, found {found_en}.",
        found.start,
        found.end,
    )


def missing_bracket(opening: Token, found: Token) -> NoReturn:
    """There is something else than the right bracket that belongs to ``opening``."""
    found_zh, found_en = _found(found)
    commas_zh, commas_en = _about_commas(found)
    fail(
        "missing_bracket",
        f"第 {found.start + 1} 个字符处缺少右括号（与第 {opening.start + 1} 个字符处的左括号"
        f"配对），却是{found_zh}。{commas_zh}",
        f"A right bracket is missing at character {found.start + 1} (for the left bracket at "
        f"character {opening.start + 1}); found {found_en}.{commas_en}",
        found.start,
        found.end,
    )


def no_value(found: Token) -> NoReturn:
    """There is something that no value begins with."""
    found_zh, found_en = _found(found)
    fail(
        "expected_value",
        f"第 {found.start + 1} 个字符处应是数字、字段名称或括号，却是{found_zh}。",
        f"Expected a number, a field's name or a bracket at character {found.start + 1}, "
        f"found {found_en}.",
        found.start,
        found.end,
    )


def nothing_before(word: Token) -> NoReturn:
    """A word such as ``and`` has nothing in front of it."""
    fail(
        "expected_value",
        f"第 {word.start + 1} 个字符处的“{word.value}”前面缺少内容。",
        f"Something is missing in front of “{word.value}” at character {word.start + 1}.",
        word.start,
        word.end,
    )


def unexpected(found: Token) -> NoReturn:
    """The expression is complete and yet goes on."""
    found_zh, found_en = _found(found)
    commas_zh, commas_en = _about_commas(found)
    if found.type == "op" and found.value == ")":
        zh, en = "多了一个右括号，请删除。", "there is a right bracket too many; delete it."
    else:
        zh = f"公式本应结束，却是{found_zh}；中间是否缺少运算符？"
        en = f"the expression should end, found {found_en}; is an operator missing?"
    fail(
        "unexpected",
        f"第 {found.start + 1} 个字符处{zh}{commas_zh}",
        f"At character {found.start + 1} {en}{commas_en}",
        found.start,
        found.end,
    )


def unknown_function(name: Token) -> NoReturn:
    """A name stands in front of a bracket, but isn't a function's."""
    near = difflib.get_close_matches(name.value, BY_NAME, n=3, cutoff=0.5)
    fail(
        "unknown_function",
        f"第 {name.start + 1} 个字符处没有名为“{name.value}”的函数。"
        + (f"是否想写 {'、'.join(near)}？" if near else "如果是乘法，请写 *。"),
        f"There is no function “{name.value}” (character {name.start + 1}). "
        + (f"Did you mean {', '.join(near)}?" if near else "To multiply, write *."),
        name.start,
        name.end,
    )
