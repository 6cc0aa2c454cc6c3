"""What each node makes of the values of its children, for one record."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from yuanheng.calc.expression import dates, rounding
from yuanheng.calc.expression.nodes import Binary, Call, Const, Expr, If, In, Ref, Unary

Value = float | str | bool | None


def combine_values(expr: Expr, values: Sequence[Any]) -> Any:
    """The value of a node that is neither a literal nor a reference.

    ``values`` are those of ``expr.children``. Raises TypeError for a node that no reader meets
    after the checker and the program builder.
    """
    match expr:
        case Unary(op="not"):
            return None if values[0] is None else not values[0]
        case Unary():
            return None if values[0] is None else -values[0]
        case Binary(op="and" | "or"):
            return _connective(expr.op, values[0], values[1])
        case Binary():
            return None if None in values else _binary(expr.op, values[0], values[1])
        case If():
            condition, then, otherwise = values
            return None if condition is None else then if condition else otherwise
        case In():
            if values[0] is None:
                return None
            return any(values[0] == option.value for option in expr.options)
        case Call():
            return _call(expr.function, values)
        case Const() | Ref():
            raise TypeError("a leaf has no children to combine")
        case _:
            raise TypeError(f"{type(expr).__name__} must be resolved before evaluation")


def read(ref: Ref, record: Any) -> Any:
    """The value of a reference; what is not a finite number is unknown.

    KeyError if the record has no such field at all.
    """
    value = record[ref.key]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _connective(op: str, left: bool | None, right: bool | None) -> bool | None:
    deciding = op == "or"
    if left is deciding or right is deciding:
        return deciding
    return None if left is None or right is None else not deciding


def _binary(op: str, a: Any, b: Any) -> Any:
    match op:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
        case "/":
            return None if b == 0 else a / b
        case "=":
            return a == b
        case "!=":
            return a != b
        case "<":
            return a < b
        case "<=":
            return a <= b
        case ">":
            return a > b
        case _:
            return a >= b


def _call(function: str, values: Sequence[Any]) -> Any:
    if function == "is_known":
        return values[0] is not None
    if function == "coalesce":
        return next((value for value in values if value is not None), None)
    if any(value is None for value in values):
        return None
    return _STRICT[function](*values)


def _sum(*values: float) -> float:
    # From left to right, as the other readers add, and not compensated as the built-in sum is.
    total = values[0]
    for value in values[1:]:
        total = total + value
    return total


_STRICT: dict[str, Any] = {
    "min": min,
    "max": max,
    "starts_with": lambda value, *beginnings: value.startswith(beginnings),
    "sum": _sum,
    "abs": abs,
    "round": lambda value, digits: rounding.round_half_up(value, int(digits)),
    "floor": lambda value: float(math.floor(value)),
    "ceil": lambda value: float(math.ceil(value)),
    "sqrt": lambda value: math.sqrt(value) if value >= 0 else None,
    "ln": lambda value: math.log(value) if value > 0 else None,
    "exp": lambda value: math.exp(value) if value < 709.0 else None,
    "year": dates.year_of,
    "month": dates.month_of,
    "days_between": lambda start, end: end - start,
    "months_between": dates.full_months,
    "no_overflow": rounding.without_overflow,
    "no_underflow": rounding.without_underflow,
}
