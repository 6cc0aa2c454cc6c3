"""Short names to put expressions together; numbers are taken as constants."""

from __future__ import annotations

from yuanheng.calc.expression.nodes import Binary, BinaryOp, Call, Const, Expr, If, Ref, Unary

Term = Expr | float | int
TRUE = Const(True, "boolean")
FALSE = Const(False, "boolean")
UNKNOWN = Const(None, "unknown")


def term(value: Term) -> Expr:
    """A number as a constant; an expression as it is."""
    return Const(float(value)) if isinstance(value, int | float) else value


def _binary(op: BinaryOp, left: Term, right: Term) -> Expr:
    return Binary(op, term(left), term(right))


def add(*terms: Term) -> Expr:
    """The sum, added from left to right, so that every engine adds in the same order."""
    total = term(terms[0])
    for further in terms[1:]:
        total = Binary("+", total, term(further))
    return total


def sub(left: Term, right: Term) -> Expr:
    return _binary("-", left, right)


def mul(left: Term, right: Term) -> Expr:
    return _binary("*", left, right)


def div(left: Term, right: Term) -> Expr:
    return _binary("/", left, right)


def eq(left: Term, right: Term) -> Expr:
    return _binary("=", left, right)


def le(left: Term, right: Term) -> Expr:
    return _binary("<=", left, right)


def lt(left: Term, right: Term) -> Expr:
    return _binary("<", left, right)


def ge(left: Term, right: Term) -> Expr:
    return _binary(">=", left, right)


def gt(left: Term, right: Term) -> Expr:
    return _binary(">", left, right)


def both(*conditions: Expr) -> Expr:
    """All of the conditions; true when there is none."""
    useful = [c for c in conditions if c != TRUE]
    if not useful:
        return TRUE
    result = useful[0]
    for further in useful[1:]:
        result = Binary("and", result, further)
    return result


def negate(condition: Expr) -> Expr:
    if condition == TRUE:
        return FALSE
    if condition == FALSE:
        return TRUE
    return Unary("not", condition)


def call(function: str, *args: Term) -> Expr:
    return Call(function, tuple(term(a) for a in args))


def known(expr: Expr) -> Expr:
    return TRUE if isinstance(expr, Const) and expr.value is not None else call("is_known", expr)


def surely(condition: Expr) -> Expr:
    """True only where the condition is known to be true."""
    if condition in (TRUE, FALSE):
        return condition
    return call("coalesce", condition, FALSE)


def clamp(expr: Expr, low: float | None, high: float | None) -> Expr:
    """``expr`` kept between ``low`` and ``high``; either may be open."""
    if high is not None:
        expr = call("min", expr, high)
    if low is not None:
        expr = call("max", expr, low)
    return expr


def choose(cases: list[tuple[Expr, Term]], otherwise: Term) -> Expr:
    """The value of the first case that is true; the conditions must never be unknown."""
    result = term(otherwise)
    for condition, value in reversed(cases):
        if condition == TRUE:
            result = term(value)
        elif condition != FALSE:
            result = If(condition, term(value), result)
    return result


def ref(name: str) -> Ref:
    return Ref(name)
