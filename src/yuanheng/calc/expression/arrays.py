"""Evaluates a checked expression on whole columns with NumPy.

Numbers, dates and booleans are float64 with NaN for unknown (booleans 0.0 and 1.0); texts are
object arrays with None. Columns may also be matrices; a literal may hold an array that broadcasts
to them, so that many formulas that differ in numbers only are evaluated at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from yuanheng.calc.expression import rounding
from yuanheng.calc.expression.dates import date_parts
from yuanheng.calc.expression.nodes import (
    Binary,
    Call,
    Const,
    Expr,
    If,
    In,
    Ref,
    Unary,
    rebuild,
    walk,
)
from yuanheng.calc.expression.settling import settle

_NAN = float("nan")
_COMPARE: dict[str, Any] = {
    "=": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}
_ARITHMETIC: dict[str, Any] = {"+": np.add, "-": np.subtract, "*": np.multiply}


def evaluate_arrays(expr: Expr, columns: Mapping[str, NDArray[Any]], rows: int) -> NDArray[Any]:
    """The values of a checked expression, one a row.

    ``columns`` maps every `Ref.key` to its column of ``rows`` finite or unknown values (or a
    matrix of ``rows`` rows). An expression without columns gives ``rows`` times its value. The
    result may be a column itself: don't write into it. Raises as `interpret`.
    """
    with np.errstate(all="ignore"):
        result = _Evaluator(columns).value(settle(expr))
        if can_give_negative_zero(expr) and not _is_text(result):
            # Whatever can give it isn't a column but an array of our own.
            result += 0.0
    if isinstance(result, np.ndarray) and result.ndim and result.shape[0] == rows:
        return result
    return _spread(result, rows)


class PreparedExpression:
    """A checked expression made ready once, to be evaluated on columns many times."""

    def __init__(self, expr: Expr) -> None:
        self.expr = settle(expr)
        self.lifts = can_give_negative_zero(expr)

    def __call__(self, columns: Mapping[str, Any]) -> Any:
        """The values, of whatever shape the columns broadcast to; a scalar if there are none.

        NumPy's warnings are the caller's to silence.
        """
        return self.by(_Evaluator(columns))

    def by(self, evaluator: _Evaluator) -> Any:
        """The same, through what `SharedFormulas.over` gave."""
        result = evaluator.value(self.expr)
        if self.lifts and not _is_text(result):
            # Whatever can give it isn't a column but an array of our own.
            result = result + 0.0
        return result


class SharedFormulas:
    """Formulas that run one after the other over the same columns: what several of them say is
    computed once, and let go after its last use. Columns may be added meanwhile, not changed."""

    def __init__(self, formulas: Sequence[PreparedExpression]) -> None:
        self._known: dict[Expr, Expr] = {}
        uses: dict[int, int] = {}
        for formula in formulas:
            formula.expr = self._same(formula.expr)
            _count(formula.expr, uses)
        self._uses = {key: count for key, count in uses.items() if count > 1}

    def _same(self, expr: Expr) -> Expr:
        """The node that stands for all that say the same."""
        found = rebuild(expr, self._same)
        return self._known.setdefault(found, found)

    def over(self, columns: Mapping[str, Any]) -> _Evaluator:
        """Evaluates every one of the formulas once, in their order."""
        return _Sharing(columns, dict(self._uses))


def _count(expr: Expr, uses: dict[int, int]) -> None:
    if not expr.children:
        return
    uses[id(expr)] = uses.get(id(expr), 0) + 1
    if uses[id(expr)] == 1:
        for child in expr.children:
            _count(child, uses)


def can_give_negative_zero(expr: Expr) -> bool:
    """Whether a result can be the float -0.0, which readers turn into 0.0 at the very end."""
    return any(
        (isinstance(node, Unary) and node.op == "neg")
        or (isinstance(node, Binary) and node.op in ("*", "/"))
        or (isinstance(node, Call) and node.function in ("round", "ceil", "no_underflow"))
        for node in walk(expr)
    )


def _spread(result: Any, rows: int) -> NDArray[Any]:
    if isinstance(result, np.ndarray) and result.ndim:
        if result.ndim == 1:
            return np.broadcast_to(result, (rows, result.shape[0]))
        return np.broadcast_to(result, (rows, *result.shape[1:]))
    dtype = object if _is_text(result) else np.float64
    return np.full(rows, result.item() if isinstance(result, np.ndarray) else result, dtype=dtype)


def _is_text(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return bool(value.dtype == object)
    return value is None or isinstance(value, str)


def _unknown(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.dtype == object:
        return value == None  # noqa: E711 - element by element
    return value is None if _is_text(value) else np.isnan(value)


def _nan_where(mask: Any, value: Any) -> Any:
    """``value`` with unknown where ``mask``; written in place, for results of our own only."""
    if isinstance(value, np.ndarray) and value.ndim and np.shape(mask) in ((), value.shape):
        np.copyto(value, _NAN, where=mask)
        return value
    return np.where(mask, _NAN, value)


class _Evaluator:
    def __init__(self, columns: Mapping[str, NDArray[Any]]) -> None:
        self.columns = columns

    def value(self, expr: Expr) -> Any:
        match expr:
            case Const():
                return _const(expr)
            case Ref():
                return self.columns[expr.key]
            case Unary():
                operand = self.value(expr.operand)
                return -operand if expr.op == "neg" else 1.0 - operand
            case Binary():
                return _binary(expr, self.value(expr.left), self.value(expr.right))
            case If():
                values = [self.value(child) for child in expr.children]
                if never_unknown(expr.condition):
                    return _select(np.equal(values[0], 1.0), values[1], values[2])
                return _choose(*values)
            case In():
                operand = self.value(expr.operand)
                found = [_compare("=", operand, _const(option)) for option in expr.options]
                return reduce(np.maximum, found)
            case Call():
                return _call(expr.function, [self.value(arg) for arg in expr.args])
            case _:
                raise TypeError(f"{type(expr).__name__} must be resolved before evaluation")


class _Sharing(_Evaluator):
    """Keeps what is still to be used; ``left`` says how often, by node."""

    def __init__(self, columns: Mapping[str, NDArray[Any]], left: dict[int, int]) -> None:
        super().__init__(columns)
        self.left = left
        self.kept: dict[int, Any] = {}

    def value(self, expr: Expr) -> Any:
        key = id(expr)
        left = self.left.get(key)
        if left is None:
            return super().value(expr)
        if key in self.kept:
            found = self.kept[key]
        else:
            found = self.kept[key] = super().value(expr)
        self.left[key] = left - 1
        if left == 1:
            del self.kept[key]
        return found


def never_unknown(expr: Expr) -> bool:
    """Whether a condition is always true or false by its form."""
    match expr:
        case Unary():
            return never_unknown(expr.operand)
        case Binary(op="and" | "or"):
            return never_unknown(expr.left) and never_unknown(expr.right)
        case Call(function="is_known"):
            return True
        case Call(function="coalesce"):
            return any(isinstance(arg, Const) and arg.value is not None for arg in expr.args)
        case Const():
            return expr.value is not None
        case _:
            return False


def _const(expr: Const) -> Any:
    if isinstance(expr.value, str | np.ndarray):
        return expr.value
    if expr.value is None:
        return None if expr.kind == "text" else _NAN
    return float(expr.value)


def _binary(expr: Binary, left: Any, right: Any) -> Any:
    if expr.op in _ARITHMETIC:
        return _ARITHMETIC[expr.op](left, right)
    if expr.op == "/":
        zero = np.equal(right, 0.0)
        return np.divide(left, np.where(zero, _NAN, right) if np.any(zero) else right)
    if expr.op == "and":
        return np.where((left == 0.0) | (right == 0.0), 0.0, left * right)
    if expr.op == "or":
        return np.where((left == 1.0) | (right == 1.0), 1.0, np.maximum(left, right))
    return _compare(expr.op, left, right)


def _compare(op: str, left: Any, right: Any) -> Any:
    # `unknown` that nobody could tell the kind of reads as NaN beside a text too.
    if _is_text(left) != _is_text(right):
        size = np.shape(left) or np.shape(right)
        return np.full(size, _NAN)
    result = np.asarray(_COMPARE[op](left, right)).astype(np.float64)
    for side in (left, right):
        if isinstance(side, np.ndarray) or bool(_unknown(side)):
            mask = _unknown(side)
            if np.any(mask):
                result = _nan_where(mask, result)
    return result


def _choose(condition: Any, then: Any, otherwise: Any) -> Any:
    chosen = _select(np.equal(condition, 1.0), then, otherwise)
    undecided = np.isnan(condition)
    if not np.any(undecided):
        return chosen
    return _select(undecided, None if _is_text(chosen) else _NAN, chosen)


def _select(mask: Any, then: Any, otherwise: Any) -> Any:
    """``np.where`` that also takes texts, and NaN as an unknown text."""
    if not _is_text(then) and not _is_text(otherwise):
        return np.where(mask, then, otherwise)
    return np.where(mask, _as_text(then), _as_text(otherwise))


def _as_text(value: Any) -> NDArray[Any]:
    if isinstance(value, np.ndarray) and value.dtype == object:
        return value
    if value is None or isinstance(value, str):
        return np.array(value, dtype=object)
    return np.full(np.shape(value), None, dtype=object)


def _call(function: str, args: list[Any]) -> Any:
    match function:
        case "is_known":
            return 1.0 - np.asarray(_unknown(args[0])).astype(np.float64)
        case "coalesce":
            return reduce(lambda a, b: _select(_unknown(a), b, a), args)
        case "min":
            return reduce(np.minimum, args)
        case "max":
            return reduce(np.maximum, args)
        case "sum":
            return reduce(np.add, args)
        case "days_between":
            return np.subtract(args[1], args[0])
        case "months_between":
            return _full_months(args[0], args[1])
        case "starts_with":
            return _starts_with(args[0], tuple(args[1:]))
        case "round":
            return _round(args[0], cast(float, args[1]))
        case _:
            return _ONE_ARGUMENT[function](args[0])


def _starts_with(values: Any, beginnings: tuple[str, ...]) -> Any:
    if not _is_text(values):
        return np.full(np.shape(values), _NAN)
    texts = np.asarray(values, dtype=object)
    found = [_NAN if t is None else float(t.startswith(beginnings)) for t in texts.ravel()]
    return np.array(found).reshape(texts.shape)


def _round(value: Any, digits: float) -> Any:
    power = 10.0 ** int(digits)
    given = np.atleast_1d(value)
    size = np.abs(given)
    scaled = size * power
    # In place where it can be: for many copies, new arrays are most of the work.
    lifted = np.minimum(scaled, rounding.NUDGED_UP_TO)
    lifted *= rounding.NUDGE
    lifted += scaled
    lifted += 0.5
    np.floor(lifted, out=lifted)
    np.copysign(lifted, given, out=lifted)
    lifted /= power
    whole = size >= rounding.WHOLE_FROM / power
    if whole.any():
        lifted[whole] = given[whole]
    return lifted.reshape(np.shape(value))


def _full_months(start: Any, end: Any) -> Any:
    first_year, first_month, first_day = date_parts(start)
    last_year, last_month, last_day = date_parts(end)
    months = (last_year - first_year) * 12.0 + (last_month - first_month)
    forward = months - np.less(last_day, first_day)
    backward = months + np.greater(last_day, first_day)
    return np.where(np.greater_equal(end, start), forward, backward)


_ONE_ARGUMENT: dict[str, Any] = {
    "abs": np.abs,
    "floor": np.floor,
    "ceil": np.ceil,
    "sqrt": np.sqrt,
    "ln": np.log,
    "exp": np.exp,
    "year": lambda days: date_parts(days)[0],
    "month": lambda days: date_parts(days)[1],
    "no_overflow": lambda value: np.where(np.abs(value) >= rounding.OVERFLOW, _NAN, value),
    "no_underflow": lambda value: (value + rounding.LIFT) - rounding.LIFT,
}
