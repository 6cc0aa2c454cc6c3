"""Evaluates a checked expression on one record, with or without an explanation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from yuanheng.calc.expression.nodes import Call, Const, Expr, Ref
from yuanheng.calc.expression.printing import words_of
from yuanheng.calc.expression.scalar import Value, combine_values, read
from yuanheng.calc.expression.settling import settled


def interpret(expr: Expr, record: Mapping[str, Value]) -> Value:
    """The value of a checked expression on one record.

    ``record`` maps every `Ref.key` of the expression to its value, None for unknown, a date as
    days since 1970-01-01. TypeError for a group statistic or a shift that is still in the tree
    (an error of the program), KeyError for a field that the record lacks.
    """
    return _plain(_value(settled(expr), record))


def _value(expr: Expr, record: Mapping[str, Value]) -> Any:
    if isinstance(expr, Const):
        return expr.value
    if isinstance(expr, Ref):
        return read(expr, record)
    return combine_values(expr, [_value(child, record) for child in expr.children])


def _plain(value: Any) -> Value:
    if isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if isinstance(value, float):
        return value + 0.0  # Zero has no sign.
    return value  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Explanation:
    """One node of a formula with its value on a record: ``text`` in the words of the formula.

    A leaf that is a field has its key in ``field`` and its unit, if known, in ``unit``.
    """

    text: str
    value: Value
    children: tuple[Explanation, ...] = ()
    field: str = ""
    unit: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The explanation as plain dictionaries and lists, ready for JSON."""
        result: dict[str, Any] = {"text": self.text, "value": self.value}
        if self.field:
            result["field"] = self.field
        if self.unit:
            result["unit"] = self.unit
        if self.children:
            result["children"] = [child.to_dict() for child in self.children]
        return result

    def leaves(self) -> Iterator[Explanation]:
        """The leaves, in the order of the formula."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()

    def missing(self) -> tuple[str, ...]:
        """Keys of the unknown fields that the value hangs on; none if it is known."""
        if self.value is not None:
            return ()
        if self.field:
            return (self.field,)
        found = [key for child in self.children for key in child.missing()]
        return tuple(dict.fromkeys(found))


def explain(
    expr: Expr,
    record: Mapping[str, Value],
    names: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
) -> Explanation:
    """The value of a checked expression with that of every part of it.

    ``names`` and ``units`` map codes to the names and units that people know. Raises as
    `interpret`.
    """
    return _Explainer(record, names or {}, units or {}).explain(settled(expr))


@dataclass(frozen=True, slots=True)
class _Explainer:
    record: Mapping[str, Value]
    names: Mapping[str, str]
    units: Mapping[str, str]

    def explain(self, expr: Expr) -> Explanation:
        if isinstance(expr, Const):
            return Explanation(self.text(expr), _plain(expr.value))
        if isinstance(expr, Ref):
            value = _plain(read(expr, self.record))
            unit = self.units.get(expr.name, "")
            return Explanation(self.text(expr), value, field=expr.key, unit=unit)
        children = tuple(self.explain(child) for child in expr.children)
        value = _plain(combine_values(expr, [child.value for child in children]))
        if isinstance(expr, Call) and expr.function.startswith("no_"):
            # A guard is no part of the formula as people wrote it.
            inner = children[0]
            return Explanation(inner.text, value, inner.children)
        return Explanation(self.text(expr), value, children)

    def text(self, expr: Expr) -> str:
        return words_of(expr, self.names)
