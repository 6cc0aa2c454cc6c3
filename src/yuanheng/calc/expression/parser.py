"""Reads the text of an expression into a tree, by operator precedence (a Pratt parser).

From loose to tight: or; and; not; comparison and in; + and -; * and /; unary minus.
"""

from __future__ import annotations

from decimal import Decimal
from typing import cast

from yuanheng.calc.expression import complain, nodes
from yuanheng.calc.expression.calls import build_call
from yuanheng.calc.expression.functions import find_function
from yuanheng.calc.expression.nodes import BinaryOp, Const, Expr, In, Ref, Span, Unary
from yuanheng.calc.expression.tokens import Token, fail, tokenize
from yuanheng.calc.units import is_unit_word

MAX_NESTING = 50
MAX_DEPTH = 150
_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_POWER = {"or": 1, "and": 2, "+": 5, "-": 5, "*": 6, "/": 6, "in": 4, "not in": 4} | dict.fromkeys(
    _COMPARISONS, 4
)
_NOT_POWER, _COMPARISON_POWER, _NEGATIVE_POWER = 3, 4, 7
_LARGEST, _SMALLEST = 1e100, 1e-100


def parse(text: str) -> Expr:
    """The tree of an expression.

    Raises FaultyInput with one fault, whose ``start`` and ``end`` are characters of ``text``, if
    it can't be read. Names are not looked up here: that is the checker's work.

    >>> parse("税收 / 2")
    Binary(op='/', left=Ref(name='税收', shift=''), right=Const(value=2.0, kind='number', unit=''))
    """
    return _Parser(tokenize(text)).run()


def _depth(expr: Expr) -> int:
    """The levels of the tree, counted without recursion: a long sum is a deep tree."""
    deepest, stack = 0, [(expr, 1)]
    while stack:
        node, depth = stack.pop()
        deepest = max(deepest, depth)
        stack.extend((child, depth + 1) for child in node.children)
    return deepest


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.nesting = 0

    @property
    def here(self) -> Token:
        """The next token; the last one is that of the end, which is never passed."""
        return self.tokens[self.at]

    def run(self) -> Expr:
        if len(self.tokens) == 1:
            fail("empty", "公式是空的，请填写。", "The expression is empty.", 0, self.here.end)
        expr = self.expression(0)
        if self.here.type != "end":
            complain.unexpected(self.here)
        if _depth(expr) > MAX_DEPTH:
            fail(
                "too_long_chain",
                f"公式里连着的运算超过 {MAX_DEPTH} 层，请改用 sum(…) 或拆成几个字段。",
                f"More than {MAX_DEPTH} operations hang on one another; use sum(…) or split "
                "the expression into several fields.",
                0,
                self.here.end,
            )
        return expr

    def take(self) -> Token:
        token = self.here
        if self.at + 1 < len(self.tokens):
            self.at += 1
        return token

    def is_op(self, value: str) -> bool:
        return self.here.type == "op" and self.here.value == value

    def expression(self, tightness: int) -> Expr:
        """An expression whose operators all bind tighter than ``tightness``."""
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            fail(
                "too_deep",
                f"第 {self.here.start + 1} 个字符处括号或函数套了超过 {MAX_NESTING} 层，"
                "请拆成几个字段。",
                f"More than {MAX_NESTING} levels of brackets at character "
                f"{self.here.start + 1}; split the expression into several fields.",
                self.here.start,
                self.here.end,
            )
        left = self._prefix()
        while (power := self._operator_power()) > tightness:
            left = self._infix(left, power)
        self.nesting -= 1
        return left

    def _operator_power(self) -> int:
        return _POWER.get(self.here.value, 0) if self.here.type in ("op", "word") else 0

    def _infix(self, left: Expr, power: int) -> Expr:
        operator = self.take()
        if operator.value in ("in", "not in"):
            inside: Expr = self._membership(left, operator)
            if operator.value == "not in":
                inside = Unary("not", inside, span=inside.span)
            result = inside
        else:
            right = self.expression(power)
            result = nodes.Binary(
                cast(BinaryOp, operator.value),
                left,
                right,
                span=Span(left.span.start, right.span.end),
            )
        if power == _COMPARISON_POWER and self._operator_power() == _COMPARISON_POWER:
            fail(
                "chained_comparison",
                f"第 {self.here.start + 1} 个字符处连续比较了两次；"
                "请分开写并用 and 连接，例如 1 < x and x < 5。",
                f"Two comparisons in a row at character {self.here.start + 1}; write them "
                "apart and join them with and, as in 1 < x and x < 5.",
                self.here.start,
                self.here.end,
            )
        return result

    def _membership(self, left: Expr, operator: Token) -> In:
        if not self.is_op("("):
            complain.expected("(", self.here)
        opening = self.take()
        options: list[Const] = []
        while not options or self.is_op(","):
            if options:
                self.take()
            options.append(self._option())
        closing = self.close(opening)
        return In(left, tuple(options), span=Span(left.span.start, closing.end))

    def _option(self) -> Const:
        option = self.expression(_COMPARISON_POWER)
        if not isinstance(option, Const) or option.value is None:
            fail(
                "option_not_literal",
                f"第 {option.span.start + 1} 个字符处：属于 (…) 里只能列出数字、文字（加引号）"
                "或日期。",
                f"Character {option.span.start + 1}: in (…) lists numbers, texts in quotes or "
                "dates only.",
                option.span.start,
                option.span.end,
            )
        return option

    def close(self, opening: Token) -> Token:
        """Take the right bracket that belongs to ``opening``."""
        if self.is_op(")"):
            return self.take()
        complain.missing_bracket(opening, self.here)

    def _prefix(self) -> Expr:
        token = self.take()
        if token.type == "number":
            return self._number(token)
        if token.type == "text":
            return Const(token.value, "text", span=Span(token.start, token.end))
        if token.type == "quoted":
            return Ref(token.value, span=Span(token.start, token.end))
        if token.type == "name":
            return self._call(token) if self.is_op("(") else self._ref(token)
        if token.type == "word":
            return self._reserved(token)
        if token.type == "op" and token.value == "(":
            return self._bracket(token)
        if token.type == "op" and token.value in "+-":
            return self._sign(token)
        complain.no_value(token)

    def _ref(self, token: Token) -> Ref:
        return Ref(token.value, span=Span(token.start, token.end))

    def _bracket(self, opening: Token) -> Expr:
        inner = self.expression(0)
        self.close(opening)
        return inner

    def _sign(self, token: Token) -> Expr:
        operand = self.expression(_NEGATIVE_POWER)
        if token.value == "+":
            return operand
        span = Span(token.start, operand.span.end)
        if isinstance(operand, Const) and operand.kind == "number" and operand.value is not None:
            # 0.0 - x rather than -x: zero has no sign.
            return Const(0.0 - cast(float, operand.value), "number", operand.unit, span=span)
        return Unary("neg", operand, span=span)

    def _reserved(self, token: Token) -> Expr:
        span = Span(token.start, token.end)
        if token.value in ("true", "false"):
            return Const(token.value == "true", "boolean", span=span)
        if token.value == "unknown":
            return Const(None, "unknown", span=span)
        if token.value == "not":
            operand = self.expression(_NOT_POWER)
            return Unary("not", operand, span=Span(token.start, operand.span.end))
        complain.nothing_before(token)

    def _number(self, token: Token) -> Const:
        end, unit, value = token.end, "", float(token.value)
        if self.is_op("%"):
            end = self.take().end
            # In decimal, so that 7% is exactly the number written 0.07.
            unit, value = "1", float(Decimal(token.value) / 100)
        elif self.here.type == "name" and not self._is_call_ahead():
            unit, end = self._unit()
        if value > _LARGEST or (value < _SMALLEST and _has_digit(token.value)):
            fail(
                "number_size",
                f"第 {token.start + 1} 个字符处的数字过大或过小。",
                f"The number at character {token.start + 1} is too large or too small.",
                token.start,
                token.end,
            )
        return Const(value, "number", unit, span=Span(token.start, end))

    def _is_call_ahead(self) -> bool:
        following = self.tokens[self.at + 1]
        return following.type == "op" and following.value == "("

    def _unit(self) -> tuple[str, int]:
        """The unit behind a number, as one word or as ``万元/亩`` without spaces."""
        token = self.take()
        unit, end = token.value, token.end
        while (
            self.is_op("/")
            and self.here.start == end
            and self.tokens[self.at + 1].start == end + 1
            and is_unit_word(self.tokens[self.at + 1].value)
        ):
            self.take()
            below = self.take()
            unit, end = f"{unit}/{below.value}", below.end
        return unit, end

    def _call(self, name: Token) -> Expr:
        opening = self.take()
        function = find_function(name.value)
        if function is None:
            complain.unknown_function(name)
        args: list[Expr] = []
        while not (self.is_op(")") and not args):
            args.append(self.expression(0))
            if not self.is_op(","):
                break
            self.take()
        closing = self.close(opening)
        return build_call(function, tuple(args), Span(name.start, closing.end))


def _has_digit(number: str) -> bool:
    return any(char in "123456789" for char in number.lower().partition("e")[0])
