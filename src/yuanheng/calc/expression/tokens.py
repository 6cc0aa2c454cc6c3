"""Cuts the text of an expression into tokens; positions are those of the original text.

Full-width digits, letters, operators and brackets count as their narrow forms, except inside
quotes. Every fault says where (the first character is number 1) and what to do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, NoReturn

from yuanheng.calc.expression.functions import WORDS
from yuanheng.calc.faults import Fault, FaultyInput
from yuanheng.calc.units import is_unit_word

MAX_LENGTH = 4000
TokenType = Literal["number", "text", "name", "quoted", "word", "op", "end"]

_SAME = {"×": "*", "÷": "/", "−": "-", "–": "-", "、": ",", "\u3000": " "}
_OPERATORS = ("==", "!=", "<>", "<=", ">=", "=<", "=>", "&&", "||", "**")
_MEANING = {
    "==": "=", "<>": "!=", "≠": "!=", "≥": ">=", "≤": "<=",
}  # fmt: skip
_ADVICE = {
    "=<": ("小于等于写作 <=", "write <= for at most"),
    "=>": ("大于等于写作 >=", "write >= for at least"),
    "&&": ("“并且”写作 and 或 且", "write and"),
    "||": ("“或者”写作 or 或 或", "write or"),
    "**": ("没有乘方，请写成 x * x", "there are no powers; write x * x"),
    "^": ("没有乘方，请写成 x * x", "there are no powers; write x * x"),
    "!": ("“不是”写作 not 或 非", "write not"),
    "&": ("“并且”写作 and 或 且", "write and"),
    "|": ("“或者”写作 or 或 或", "write or"),
    "%": (
        "百分号只能紧跟在数字后面，例如 20%",
        "a percent sign stands directly behind a number, as in 20%",
    ),
}
_CLOSING = {'"': '"', "'": "'", "“": "”", "‘": "’", "`": "`", "【": "】"}
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text: ``value`` is its meaning, ``start`` and ``end`` its place."""

    type: TokenType
    value: str
    start: int
    end: int


def fail(code: str, zh: str, en: str, start: int, end: int) -> NoReturn:
    """Raise the one fault that stops the reading of an expression."""
    raise FaultyInput([Fault(f"expression.{code}", zh, en, start=start, end=end)])


def _narrow(char: str) -> str:
    if char in _SAME:
        return _SAME[char]
    if "\uff01" <= char <= "\uff5e":
        return chr(ord(char) - 0xFEE0)
    return char


def is_word_char(char: str) -> bool:
    """Whether a character can stand in a name without quotes, or in a unit word."""
    return char.isalnum() or char in "_㎡"


def tokenize(text: str) -> list[Token]:
    """The tokens of ``text``, with one of type ``end`` behind them; FaultyInput if it has none
    or holds a character that no expression can."""
    if len(text) > MAX_LENGTH:
        fail(
            "too_long",
            f"公式有 {len(text)} 个字符，最多 {MAX_LENGTH} 个：请拆成几个字段。",
            f"The expression has {len(text)} characters; at most {MAX_LENGTH} are allowed. "
            "Split it into several fields.",
            MAX_LENGTH,
            len(text),
        )
    return _Scanner(text).run()


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.narrow = "".join(map(_narrow, text))
        self.at = 0
        self.tokens: list[Token] = []

    def run(self) -> list[Token]:
        while self.at < len(self.text):
            char = self.narrow[self.at]
            if char.isspace():
                self.at += 1
            elif char in _CLOSING:
                self._quoted(char)
            elif match := _NUMBER.match(self.narrow, self.at):
                self._add("number", match[0], match.end())
            elif is_word_char(char):
                self._word()
            else:
                self._operator(char)
        self._add("end", "", len(self.text))
        return self.tokens

    def _add(self, kind: TokenType, value: str, end: int) -> None:
        self.tokens.append(Token(kind, value, self.at, end))
        self.at = end

    def _quoted(self, opening: str) -> None:
        closing = _CLOSING[opening]
        # A doubled quote stands for itself, so that every text can be written.
        doubling = opening == closing and opening != "`"
        start, end, parts = self.at, self.at + 1, []
        while end < len(self.text):
            if self.narrow[end] == closing:
                if not (doubling and self.narrow[end + 1 : end + 2] == closing):
                    break
                end += 1
            parts.append(self.text[end])
            end += 1
        else:
            fail(
                "open_quote",
                f"第 {start + 1} 个字符处的引号 {opening} 没有结束，请在末尾补上 {closing}。",
                f"The quote {opening} at character {start + 1} is not closed; add {closing}.",
                start,
                len(self.text),
            )
        content = "".join(parts)
        self._refuse_unprintable(content, start, end)
        if opening in "`【":
            self._refuse_bad_name(content.strip(), start, end + 1)
            self._add("quoted", content.strip(), end + 1)
        else:
            self._add("text", content, end + 1)

    def _refuse_unprintable(self, content: str, start: int, end: int) -> None:
        bad = next((c for c in content if c < " " or "\ud800" <= c <= "\udfff" or c == "\x7f"), "")
        if bad:
            fail(
                "bad_character",
                f"第 {start + 1} 个字符起的引号里有不可见的控制字符（U+{ord(bad):04X}），请删除。",
                f"The quotes from character {start + 1} hold a control character "
                f"(U+{ord(bad):04X}); delete it.",
                start,
                end,
            )

    def _refuse_bad_name(self, name: str, start: int, end: int) -> None:
        if not name or "@" in name:
            fail(
                "bad_name",
                f"第 {start + 1} 个字符处的名称为空或含有 @，请写字段的名称。",
                f"The name at character {start + 1} is empty or holds @; write a field's name.",
                start,
                end,
            )

    def _word(self) -> None:
        end = self.at
        while end < len(self.narrow) and is_word_char(self.narrow[end]):
            end += 1
        end = self._split(self.narrow[self.at : end])
        word = self.narrow[self.at : end]
        meaning = WORDS.get(word) or WORDS.get(word.lower())
        self._add("word" if meaning else "name", meaning or word, end)

    def _split(self, word: str) -> int:
        """Where the word at the cursor ends: Chinese needs no space, so ``5亩且…`` and
        ``行业属于(…)`` are cut before the reserved word."""
        before = [token.type for token in self.tokens[-2:]]
        touching = bool(before) and self.tokens[-1].end == self.at
        if word[0] in "且或" and touching and ("number" in before or before[-1] == "text"):
            return self.at + 1
        if before[-1:] == ["number"]:
            cuts = [i for i in (word.find("且"), word.find("或")) if i > 0]
            if cuts and is_unit_word(word[: min(cuts)]):
                return self.at + min(cuts)
        end = self.at + len(word)
        if self.narrow[end:].lstrip().startswith("("):
            for reserved in ("不属于", "属于"):
                if word.endswith(reserved) and word != reserved and word != "不属于":
                    return end - len(reserved)
        return end

    def _operator(self, char: str) -> None:
        pair = self.narrow[self.at : self.at + 2]
        operator = pair if pair in _OPERATORS else char
        end = self.at + len(operator)
        if operator == "%" and self.tokens and self.tokens[-1].type == "number":
            self._add("op", "%", end)
        elif operator in _ADVICE:
            zh, en = _ADVICE[operator]
            fail(
                "bad_operator",
                f"第 {self.at + 1} 个字符处的“{operator}”不能用：{zh}。",
                f"“{operator}” at character {self.at + 1} can't be used: {en}.",
                self.at,
                end,
            )
        elif operator in _OPERATORS or operator in "+-*/=<>≠≥≤(),":
            self._add("op", _MEANING.get(operator, operator), end)
        else:
            shown = operator if operator.isprintable() else f"U+{ord(operator):04X}"
            fail(
                "bad_character",
                f"第 {self.at + 1} 个字符“{shown}”不能出现在公式里；"
                "如果它是字段名称的一部分，请用【】把名称括起来。",
                f"Character {self.at + 1} “{shown}” can't stand in an expression; if it is part "
                "of a field's name, put the name between backticks.",
                self.at,
                end,
            )
