"""An expression with its kind and unit, and how several are brought to one kind and one unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from yuanheng.calc.expression.nodes import Binary, Const, Expr, Kind, Span
from yuanheng.calc.faults import Fault, Severity
from yuanheng.calc.units import Unit, exact_factor

KIND_ZH = {"number": "数字", "text": "文字", "boolean": "是否", "date": "日期", "unknown": "未知"}
KIND_EN = {"number": "number", "text": "text", "boolean": "yes/no", "date": "date"}
_SHORT_DIMENSIONS = ("money", "area")


@dataclass(frozen=True, slots=True)
class Typed:
    """A checked expression. ``unit`` is None for a plain literal, which takes any unit, and for
    what is no number."""

    expr: Expr
    kind: Kind
    unit: Unit | None = None


class FaultList:
    """Collects the faults found in one expression."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def add(self, code: str, zh: str, en: str, span: Span, severity: Severity = "error") -> None:
        """Note one fault at its place; the place is put in front of the sentences."""
        self.faults.append(
            Fault(
                f"expression.{code}",
                f"第 {span.start + 1} 个字符处：{zh}",
                f"Character {span.start + 1}: {en}",
                severity,
                start=span.start,
                end=span.end,
            )
        )

    def require(self, item: Typed, *kinds: Kind) -> None:
        """Note a fault unless the item is of one of the kinds (or unknown)."""
        if item.kind == "unknown" or item.kind in kinds:
            return
        zh, en = "或".join(KIND_ZH[k] for k in kinds), " or ".join(KIND_EN[k] for k in kinds)
        self.add(
            "kind",
            f"这里需要{zh}，却是{KIND_ZH[item.kind]}。",
            f"a {en} is needed here, found a {KIND_EN[item.kind]}.",
            item.expr.span,
        )


def with_kind(item: Typed, kind: Kind) -> Typed:
    """The item, where a literal ``unknown`` takes the kind that its place needs."""
    if isinstance(item.expr, Const) and item.expr.value is None:
        return Typed(replace(item.expr, kind=kind), kind, None)
    return item


def unify_kinds(items: Sequence[Typed], faults: FaultList) -> tuple[list[Typed], Kind]:
    """The items as one kind: that of the first which isn't unknown; a fault at each other."""
    kind: Kind = next((item.kind for item in items if item.kind != "unknown"), "unknown")
    for item in items:
        if kind != "unknown":
            faults.require(item, kind)
    return [with_kind(item, kind) for item in items], kind


def unify_units(items: Sequence[Typed], faults: FaultList) -> tuple[list[Typed], Unit | None]:
    """The numbers in one unit: that of the first which isn't a plain literal."""
    unit = next((item.unit for item in items if item.unit is not None), None)
    if unit is None:
        return list(items), None
    aligned = []
    for item in items:
        if item.unit is None:
            _warn_bare_literal(item, unit, faults)
            aligned.append(replace(item, unit=unit))
        else:
            aligned.append(_converted(item, item.unit, unit, faults))
    return aligned, unit


def _converted(item: Typed, source: Unit, target: Unit, faults: FaultList) -> Typed:
    factor = exact_factor(source, target)
    if factor is None:
        source_zh, target_zh = str(source) or "无单位的数", str(target) or "无单位的数"
        faults.add(
            "unit_clash",
            f"单位不同类，不能相加减或比较：这里是“{source_zh}”，前面是“{target_zh}”。",
            f"these measure different things: “{source or 'pure number'}” here, "
            f"“{target or 'pure number'}” before.",
            item.expr.span,
        )
        return item
    return Typed(scaled(item.expr, factor), item.kind, target)


def scaled(expr: Expr, factor: Fraction) -> Expr:
    """``expr`` times a factor.

    A literal is computed exactly; 1/10000 becomes a division by 10000, which rounds correctly
    where a multiplication by 0.0001 wouldn't (30000 元 is exactly 3 万元).
    """
    if factor == 1:
        return expr
    if isinstance(expr, Const) and isinstance(expr.value, float):
        return replace(expr, value=float(Fraction(Decimal(repr(expr.value))) * factor))
    if factor.numerator == 1:
        return Binary("/", expr, Const(float(factor.denominator)), span=expr.span)
    return Binary("*", expr, Const(float(factor)), span=expr.span)


def _warn_bare_literal(item: Typed, unit: Unit, faults: FaultList) -> None:
    value = item.expr.value if isinstance(item.expr, Const) else None
    if not isinstance(value, float) or value == 0.0 or len(unit.powers) != 1:
        return
    word = unit.powers[0][0]
    small_share = word.word == "%" and abs(value) <= 1.0
    if word.dimension in _SHORT_DIMENSIONS or small_share:
        number = format(value, "g")
        zh = f"这个数没有写单位，按“{unit}”理解；建议写成 {number} {unit}。"
        en = f"this number has no unit and is taken in “{unit}”; better write {number} {unit}."
        faults.add("no_unit", zh, en, item.expr.span, "warning")
