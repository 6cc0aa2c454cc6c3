"""Writes a tree as text again: canonical for storing, or in Chinese words for reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from yuanheng.calc.expression.dates import date_text
from yuanheng.calc.expression.functions import CHINESE_NAME, STATISTICS, WORDS
from yuanheng.calc.expression.nodes import (
    Binary,
    Call,
    Const,
    Expr,
    GroupStat,
    If,
    In,
    Ref,
    Shifted,
    Unary,
)
from yuanheng.calc.expression.tokens import is_word_char

_POWER = {"or": 1, "and": 2, "+": 5, "-": 5, "*": 6, "/": 6}
_NOT, _COMPARISON, _NEGATIVE, _ATOM = 3, 4, 7, 9
_STATISTIC_NAME = {statistic: name for name, statistic in STATISTICS.items()}
_SHIFT_NAME = {"previous": "previous", "last_year": "same_period_last_year"}
_SIGNS = {"*": "×", "/": "÷", "<=": "≤", ">=": "≥", "!=": "≠", "and": "且", "or": "或"}


def format_expression(expr: Expr) -> str:
    """Canonical text of a tree, which parses to the same tree.

    Names stay as they are, functions get their English names. ValueError for a name that can't
    be quoted (one with both kinds of quote), which no parsed tree has.

    >>> from yuanheng.calc.expression.parser import parse
    >>> format_expression(parse("（税收＋1）÷用地面积"))
    '(税收 + 1) / 用地面积'
    """
    return _Printer().text(expr)[0]


def words_of(expr: Expr, names: Mapping[str, str] | None = None) -> str:
    """The formula in Chinese words and signs, with fields by the names that people know."""
    return _Printer(chinese=True, names=names or {}).text(expr)[0]


@dataclass(frozen=True, slots=True)
class _Printer:
    chinese: bool = False
    names: Mapping[str, str] | None = None

    def text(self, expr: Expr) -> tuple[str, int]:
        """The text of a node and how tightly its outermost operator binds."""
        match expr:
            case Const():
                text = self.const(expr)
                return text, _NEGATIVE if text.startswith("-") else _ATOM
            case Ref():
                return self.ref(expr), _ATOM
            case Unary(op="neg"):
                return "-" + self.within(expr.operand, _NEGATIVE), _NEGATIVE
            case Unary():
                return f"{self.word('not', '非')} {self.within(expr.operand, _NOT)}", _NOT
            case Binary():
                return self.binary(expr)
            case Call(function="no_overflow" | "no_underflow") as guard:
                # Guards against overflow are no part of the formula as people wrote it.
                return self.text(guard.args[0])
            case In():
                options = ", ".join(self.const(option) for option in expr.options)
                operand = self.within(expr.operand, _COMPARISON + 1)
                return f"{operand} {self.word('in', '属于')} ({options})", _COMPARISON
            case _:
                return self.call(*_as_call(expr)), _ATOM

    def word(self, english: str, chinese: str) -> str:
        return chinese if self.chinese else english

    def within(self, expr: Expr, least: int) -> str:
        text, power = self.text(expr)
        return text if power >= least else f"({text})"

    def binary(self, expr: Binary) -> tuple[str, int]:
        power = _POWER.get(expr.op, _COMPARISON)
        # Comparisons don't chain, so either side of one needs brackets; the others lean left.
        left = self.within(expr.left, power + (power == _COMPARISON))
        right = self.within(expr.right, power + 1)
        sign = _SIGNS.get(expr.op, expr.op) if self.chinese else expr.op
        return f"{left} {sign} {right}", power

    def call(self, name: str, args: tuple[Expr, ...]) -> str:
        shown = CHINESE_NAME.get(name, name) if self.chinese else name
        return f"{shown}({', '.join(self.text(arg)[0] for arg in args)})"

    def ref(self, expr: Ref) -> str:
        if self.names is not None:
            name = self.names.get(expr.name, expr.name)
        else:
            name = _quoted(expr.name)
        if not expr.shift:
            return name
        function = _SHIFT_NAME[expr.shift]
        return f"{CHINESE_NAME[function] if self.chinese else function}({name})"

    def const(self, expr: Const) -> str:
        value: Any = expr.value
        if value is None:
            return self.word("unknown", "未知")
        if isinstance(value, bool):
            return self.word("true", "是") if value else self.word("false", "否")
        if isinstance(value, str):
            return '"' + value.replace('"', '""') + '"'
        if expr.kind == "date":
            text = date_text(value)
            return text if self.chinese else f'date("{text}")'
        if expr.unit == "1":
            return _number(Decimal(repr(float(value))) * 100) + "%"
        number = _number(Decimal(repr(float(value))))
        return f"{number} {expr.unit}" if expr.unit else number


def _as_call(expr: Expr) -> tuple[str, tuple[Expr, ...]]:
    """The function name and arguments of a node that is written as a call."""
    match expr:
        case If():
            return "if", expr.children
        case Call(function="round", args=(inner, Const(value=0.0))):
            return "round", (inner,)
        case Call():
            return expr.function, expr.args
        case Shifted():
            return _SHIFT_NAME[expr.shift], expr.children
        case GroupStat(quantile=None):
            return _STATISTIC_NAME[expr.statistic], expr.children
        case GroupStat():
            return _STATISTIC_NAME[expr.statistic], (expr.operand, Const(expr.quantile))
        case _:
            raise TypeError(f"not an expression: {type(expr).__name__}")


def _number(value: Decimal) -> str:
    if value == 0:
        return "0"
    plain = format(value.normalize(), "f")
    # Only very large and very small numbers need an exponent to be readable.
    return plain if len(plain) <= 20 else format(value.normalize(), "e")


def _quoted(name: str) -> str:
    plain = all(map(is_word_char, name)) and not name[:1].isdigit() and name.isprintable()
    if plain and name == _ascii_widths(name) and name not in WORDS and name.lower() not in WORDS:
        return name
    for opening, closing in ("``", "【】"):
        if closing not in name:
            return f"{opening}{name}{closing}"
    raise ValueError(f"a name with both kinds of quote can't be written: {name!r}")


def _ascii_widths(name: str) -> str:
    """The name as the parser would read it bare: full-width letters become narrow."""
    return "".join(chr(ord(c) - 0xFEE0) if "\uff01" <= c <= "\uff5e" else c for c in name)
