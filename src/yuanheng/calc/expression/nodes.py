"""The tree that a formula or condition is parsed into.

One tree has four readers: the checker (names, kinds, units), the interpreter of one record
(with an explanation), the array evaluator (NumPy) and the printer of portable SQL. They agree
because the tree has few kinds of node and each has one meaning, written here.

Meaning. A value is a number (float64), a text, a boolean or a date; or *unknown*. Unknown is never
0: arithmetic and comparison with unknown are unknown; ``and``/``or``/``not`` are Kleene's
three-valued logic; ``if`` with an unknown condition is unknown; ``min``, ``max`` and ``sum``
with an unknown argument are unknown; only ``coalesce`` and ``is_known`` look at unknown itself.
Division by zero is unknown, and so is any result that is not finite. A date is held as the number
of days since 1970-01-01, so that it behaves alike on every engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

Kind = Literal["number", "text", "boolean", "date", "unknown"]
Shift = Literal["", "previous", "last_year"]
BinaryOp = Literal["+", "-", "*", "/", "=", "!=", "<", "<=", ">", ">=", "and", "or"]
Statistic = Literal["mean", "max", "min", "sum", "count", "sd", "quantile"]


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``start`` to ``end`` (exclusive) of the text that was parsed."""

    start: int
    end: int


NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What every node has: its place in the text, which is no part of its identity."""

    span: Span = field(default=NOWHERE, compare=False, repr=False)

    @property
    def children(self) -> tuple[Expr, ...]:
        """The nodes directly below, in the order of the text."""
        return ()


@dataclass(frozen=True, slots=True)
class Const(Node):
    """A literal. ``value`` is None for unknown. A date is days since 1970-01-01 with kind date.

    ``unit`` is the unit written behind a number (``5 亩``), empty if none.
    """

    value: float | str | bool | None
    kind: Kind = "number"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Ref(Node):
    """A field, indicator or computed column by name; ``shift`` says of which period."""

    name: str
    shift: Shift = ""

    @property
    def key(self) -> str:
        """The column's key in a record or table: the name, with the shift behind an ``@``."""
        return f"{self.name}@{self.shift}" if self.shift else self.name


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """``-x`` (``neg``) or ``not x``."""

    op: Literal["neg", "not"]
    operand: Expr

    @property
    def children(self) -> tuple[Expr, ...]:
        return (self.operand,)


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """Arithmetic, comparison, ``and`` and ``or``."""

    op: BinaryOp
    left: Expr
    right: Expr

    @property
    def children(self) -> tuple[Expr, ...]:
        return (self.left, self.right)


@dataclass(frozen=True, slots=True)
class If(Node):
    """``if(condition, then, otherwise)``."""

    condition: Expr
    then: Expr
    otherwise: Expr

    @property
    def children(self) -> tuple[Expr, ...]:
        return (self.condition, self.then, self.otherwise)


@dataclass(frozen=True, slots=True)
class In(Node):
    """``x in (a, b, …)``: unknown when ``x`` is; the options are literals."""

    operand: Expr
    options: tuple[Const, ...]

    @property
    def children(self) -> tuple[Expr, ...]:
        return (self.operand,)


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function by its English name: see ``functions.py`` for the list and their meanings."""

    function: str
    args: tuple[Expr, ...]

    @property
    def children(self) -> tuple[Expr, ...]:
        return self.args


@dataclass(frozen=True, slots=True)
class Shifted(Node):
    """``previous(x)`` or ``same_period_last_year(x)`` as written; the checker pushes the shift
    down to the references, so no reader after it meets this node."""

    shift: Shift
    operand: Expr

    @property
    def children(self) -> tuple[Expr, ...]:
        return (self.operand,)


@dataclass(frozen=True, slots=True)
class GroupStat(Node):
    """``group_mean(x)`` and the like: a statistic of ``operand`` over the rated subjects of the
    group that have it. The program builder turns it into a step and a reference."""

    statistic: Statistic
    operand: Expr
    quantile: float | None = None

    @property
    def children(self) -> tuple[Expr, ...]:
        return (self.operand,)


Expr = Const | Ref | Unary | Binary | If | In | Call | Shifted | GroupStat


def walk(expr: Expr) -> Iterator[Expr]:
    """Every node of the tree, parents before children."""
    stack: list[Expr] = [expr]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(node.children))


def rebuild(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The same node over changed children."""
    match expr:
        case Unary():
            return replace(expr, operand=change(expr.operand))
        case Binary():
            return replace(expr, left=change(expr.left), right=change(expr.right))
        case If():
            return replace(
                expr,
                condition=change(expr.condition),
                then=change(expr.then),
                otherwise=change(expr.otherwise),
            )
        case In():
            return replace(expr, operand=change(expr.operand))
        case Call():
            return replace(expr, args=tuple(change(a) for a in expr.args))
        case Const() | Ref():
            return expr
        case GroupStat():
            return replace(expr, operand=change(expr.operand))
        case _:
            return expr
