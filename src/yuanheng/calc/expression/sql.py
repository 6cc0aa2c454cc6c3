"""Prints a checked expression as SQL that DuckDB, PostgreSQL 15 and later and Spark all read.

Columns are doubles (numbers, and dates as days since 1970-01-01), booleans and texts. What keeps
the text portable: no type is ever named, since no name of the double is understood by all three;
a number that PostgreSQL would take as a decimal is multiplied by ``COS(0e0)``, a double that is
exactly 1; quotes and backslashes in texts are spelled with ``CHR``, since Spark reads them its
own way; every rounding and comparison is built from operations that are exact in IEEE arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from yuanheng.calc.expression import rounding
from yuanheng.calc.expression.arrays import can_give_negative_zero
from yuanheng.calc.expression.folding import fold, kind_of
from yuanheng.calc.expression.nodes import (
    Binary,
    Call,
    Const,
    Expr,
    If,
    In,
    Ref,
    Unary,
)
from yuanheng.calc.expression.settling import Bounds, settle
from yuanheng.calc.expression.sql_dates import date_call
from yuanheng.calc.expression.sql_literals import literal, number_text, text_literal, typed_literal
from yuanheng.calc.faults import Fault, FaultyInput

MAX_SQL = 200_000
ColumnName = Callable[[Ref], str]


def to_sql(expr: Expr, column: ColumnName, *, bounds: Bounds | None = None) -> str:
    """A checked expression as one SQL scalar expression.

    ``column`` gives the SQL of a reference, quoted as it must be; ``bounds`` the lowest and
    highest values by `Ref.key` where they are known, which saves guards against overflow. Unknown
    is NULL. The result is a double, a boolean or a text and agrees in every bit with
    `interpret`. Raises FaultyInput if the SQL would be longer than 200,000 characters, TypeError
    for a group statistic or a shift that is still in the tree (an error of the program).
    """
    tree = fold(settle(expr, bounds))
    printer = _Printer(column)
    if isinstance(tree, Const):
        return typed_literal(tree)
    text = printer.value(tree)
    if kind_of(tree) == "number" and can_give_negative_zero(tree):
        text = f"({text} + 0e0)"
    return text


_TOO_COMPLICATED = Fault(
    "expression.too_complicated",
    "公式太复杂，无法交给数据库计算；请拆成几个字段。",
    "The expression is too complicated for a database; split it into several fields.",
)


class _Printer:
    def __init__(self, column: ColumnName) -> None:
        self.column = column

    def value(self, expr: Expr) -> str:
        """The SQL of a node, in brackets where it needs them.

        Rounding names its argument several times, so the text is measured at every level: at
        the end it would be too late.
        """
        text = self._value(expr)
        if len(text) > MAX_SQL:
            raise FaultyInput([_TOO_COMPLICATED])
        return text

    def _value(self, expr: Expr) -> str:
        match expr:
            case Const():
                return literal(expr)
            case Ref():
                return self.column(expr)
            case Unary():
                sign = "-" if expr.op == "neg" else "NOT "
                return f"({sign}{self.value(expr.operand)})"
            case Binary():
                return self.binary(expr, self.value)
            case If():
                return self.conditional(expr)
            case In():
                options = ", ".join(map(literal, expr.options))
                return f"({self.value(expr.operand)} IN ({options}))"
            case Call(function="min" | "max"):
                return self.strict_extreme(expr)
            case Call():
                return self.call(expr, [self.value(arg) for arg in expr.args])
            case _:
                raise TypeError(f"{type(expr).__name__} must be resolved before evaluation")

    def binary(self, expr: Binary, print_side: Callable[[Expr], str]) -> str:
        left, right = print_side(expr.left), print_side(expr.right)
        if expr.op == "/" and not isinstance(expr.right, Const):
            right = f"NULLIF({right}, 0e0)"
        sign = {"!=": "<>", "and": "AND", "or": "OR"}.get(expr.op, expr.op)
        return f"({left} {sign} {right})"

    def conditional(self, expr: If) -> str:
        branches = [expr.then, expr.otherwise]
        texts = [self.value(branch) for branch in branches]
        if all(isinstance(branch, Const) for branch in branches):
            texts = [typed_literal(cast(Const, branch)) for branch in branches]
        # This form names the condition once; with NULL neither case holds.
        return (
            f"CASE {self.value(expr.condition)} WHEN TRUE THEN {texts[0]} "
            f"WHEN FALSE THEN {texts[1]} END"
        )

    def strict_extreme(self, expr: Call) -> str:
        """LEAST and GREATEST skip NULL, so all arguments must be known first."""
        known = self.known(expr)
        text = self.when_known(expr)
        return f"CASE WHEN {' AND '.join(known)} THEN {text} END" if known else text

    def known(self, expr: Expr) -> list[str]:
        """Conditions which together say that a number is known."""
        match expr:
            case Const(value=value) if value is not None:
                return []
            case Unary(op="neg") | Call(function="min" | "max" | "sum" | "abs"):
                parts = [self.known(child) for child in expr.children]
            case Binary(op="+" | "-" | "*"):
                parts = [self.known(child) for child in expr.children]
            case Binary(op="/"):
                parts = [self.known(expr.left), self.known(expr.right)]
                if not isinstance(expr.right, Const):
                    parts.append([f"{self.when_known(expr.right)} <> 0e0"])
            case _:
                return [f"{self.value(expr)} IS NOT NULL"]
        return list(dict.fromkeys(text for part in parts for text in part))

    def when_known(self, expr: Expr) -> str:
        """The SQL of a number where it is already certain to be known."""
        match expr:
            case Unary(op="neg"):
                return f"(-{self.when_known(expr.operand)})"
            case Binary(op="+" | "-" | "*" | "/"):
                return self.binary(expr, self.when_known)
            case Call(function="min" | "max"):
                name = "LEAST" if expr.function == "min" else "GREATEST"
                return f"{name}({', '.join(map(self.when_known, expr.args))})"
            case Call(function="sum" | "abs"):
                return self.call(expr, [self.when_known(arg) for arg in expr.args])
            case _:
                return self.value(expr)

    def call(self, expr: Call, args: list[str]) -> str:
        match expr.function:
            case "sum":
                return f"({' + '.join(args)})"
            case "abs":
                return f"ABS({args[0]})"
            case "coalesce":
                return f"COALESCE({', '.join(args)})"
            case "is_known":
                return f"({args[0]} IS NOT NULL)"
            case "starts_with":
                beginnings = [str(cast(Const, arg).value) for arg in expr.args[1:]]
                tests = [f"LEFT({args[0]}, {len(b)}) = {text_literal(b)}" for b in beginnings]
                return f"({' OR '.join(tests)})"
            case "sqrt":
                # Only the program builder writes it, over sums of squares: never negative.
                return f"SQRT({args[0]})"
            case "ln" | "exp":
                # The builder alone writes them, over figures above 0 and means of logs.
                return f"{expr.function.upper()}({args[0]})"
            case "floor" | "ceil":
                return _whole(expr.function.upper(), args[0])
            case "round":
                return _round(args[0], int(cast(float, cast(Const, expr.args[1]).value)))
            case "no_overflow":
                limit = f"{rounding.OVERFLOW!r}"
                clamped = f"GREATEST(LEAST({args[0]}, {limit}), -{limit})"
                return f"NULLIF(NULLIF({clamped}, {limit}), -{limit})"
            case "no_underflow":
                return f"(({args[0]} + {rounding.LIFT!r}) - {rounding.LIFT!r})"
            case _:
                return date_call(expr.function, args)


def _whole(function: str, text: str) -> str:
    # Spark's FLOOR gives a 64-bit integer: not for values that have no fraction anyway.
    limit = number_text(rounding.WHOLE_FROM)
    return f"CASE WHEN ABS({text}) < {limit} THEN {function}({text}) * 1e0 ELSE {text} END"


def _round(text: str, digits: int) -> str:
    power = number_text(10.0**digits)
    scaled = f"ABS({text}) * {power}" if digits else f"ABS({text})"
    nudged = f"LEAST({scaled}, {number_text(rounding.NUDGED_UP_TO)}) * {rounding.NUDGE!r}"
    lifted = f"({scaled} + {nudged}) + 0.5e0"
    rounded = f"SIGN({text}) * FLOOR({lifted}) / {power}"
    limit = number_text(rounding.WHOLE_FROM / 10.0**digits)
    return f"CASE WHEN ABS({text}) < {limit} THEN {rounded} ELSE {text} END"
