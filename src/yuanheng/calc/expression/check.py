"""Checks a parsed expression against the known names: kinds, units, zero divisors, shifts."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

from yuanheng.calc.expression.nodes import (
    Binary,
    Call,
    Const,
    Expr,
    GroupStat,
    If,
    In,
    Kind,
    Ref,
    Shift,
    Shifted,
    Unary,
    walk,
)
from yuanheng.calc.expression.ranges import Range, can_be_zero
from yuanheng.calc.expression.signatures import check_call
from yuanheng.calc.expression.symbols import Checked, Symbol
from yuanheng.calc.expression.typed import (
    FaultList,
    Typed,
    scaled,
    unify_kinds,
    unify_units,
    with_kind,
)
from yuanheng.calc.units import NO_UNIT, UnknownUnitError, combine, parse_unit


def check(expr: Expr, symbols: Mapping[str, Symbol]) -> Checked:
    """Check ``expr`` and bring it to the form that the readers take.

    ``symbols`` has a key for every code and every other name. Never raises for what a person may
    write: all faults are in the result, each with the characters it is about.
    """
    checker = _Checker(symbols)
    typed = checker.visit(expr)
    unit = str(typed.unit or "") if typed.kind == "number" else ""
    references = tuple(sorted(checker.references, key=lambda ref: ref.key))
    return Checked(typed.expr, typed.kind, unit, tuple(checker.faults.faults), references)


class _Checker:
    def __init__(self, symbols: Mapping[str, Symbol]) -> None:
        self.symbols = symbols
        self.faults = FaultList()
        self.references: set[Ref] = set()
        self.shift: Shift = ""
        self.in_group = False
        # What the conditions around a division look at: `if(b > 0, a / b, 0)` needs no warning.
        self.guarded: tuple[Expr, ...] = ()

    def visit(self, expr: Expr) -> Typed:
        match expr:
            case Const():
                return self.const(expr)
            case Ref():
                return self.ref(expr)
            case Unary():
                return self.unary(expr)
            case Binary():
                return self.binary(expr)
            case If():
                return self.conditional(expr)
            case In():
                return self.membership(expr)
            case Call():
                args = [self.visit(arg) for arg in expr.args]
                return check_call(expr, args, self.faults)
            case Shifted():
                return self.shifted(expr)
            case GroupStat():
                return self.group(expr)

    def const(self, expr: Const) -> Typed:
        if expr.kind != "number" or not expr.unit:
            return Typed(expr, expr.kind)
        bare = replace(expr, unit="")
        try:
            return Typed(bare, "number", parse_unit(expr.unit))
        except UnknownUnitError as error:
            near = error.suggestions
            self.faults.add(
                "unknown_unit",
                f"没有单位“{error.word}”。"
                + (f"是否想写 {'、'.join(near)}？" if near else "数字后面只能写单位。"),
                f"there is no unit “{error.word}”. "
                + (f"Did you mean {', '.join(near)}?" if near else "Only a unit may follow."),
                expr.span,
            )
            return Typed(bare, "number")

    def ref(self, expr: Ref) -> Typed:
        symbol = self.symbols.get(expr.name)
        if symbol is None:
            self.unknown_name(expr)
            return Typed(expr, "unknown")
        if expr.shift and self.shift:
            self.double_shift(expr)
        shift = expr.shift or self.shift
        found = Ref(symbol.code, shift, span=expr.span)
        self.references.add(found)
        if symbol.kind != "number":
            return Typed(found, symbol.kind)
        try:
            return Typed(found, "number", parse_unit(symbol.unit))
        except UnknownUnitError as error:
            self.faults.add(
                "unknown_unit",
                f"字段“{expr.name}”的单位“{error.word}”不认识，请先更正字段的单位。",
                f"field “{expr.name}” has the unknown unit “{error.word}”; correct it there.",
                expr.span,
            )
            return Typed(found, "number")

    def unknown_name(self, expr: Ref) -> None:
        near = difflib.get_close_matches(expr.name, self.symbols, n=3, cutoff=0.5)
        self.faults.add(
            "unknown_name",
            f"没有名为“{expr.name}”的字段或指标。"
            + (f"是否想写 {'、'.join(near)}？" if near else "")
            + "如果它是文字，请加引号；“且”“或”“属于”前后请留空格。",
            f"there is no field or indicator “{expr.name}”. "
            + (f"Did you mean {', '.join(near)}? " if near else "")
            + "Put a text in quotes; put spaces around and, or, in.",
            expr.span,
        )

    def double_shift(self, expr: Expr) -> None:
        self.faults.add(
            "double_shift",
            "上期和上年同期不能套用；请直接用相应的字段。",
            "previous(…) and same_period_last_year(…) can't be nested; use a field for it.",
            expr.span,
        )

    def unary(self, expr: Unary) -> Typed:
        operand = self.visit(expr.operand)
        kind: Kind = "number" if expr.op == "neg" else "boolean"
        self.faults.require(operand, kind)
        operand = with_kind(operand, kind)
        return Typed(replace(expr, operand=operand.expr), kind, operand.unit)

    def binary(self, expr: Binary) -> Typed:
        sides = [self.visit(expr.left), self.visit(expr.right)]
        if expr.op in ("and", "or"):
            return self.connective(expr, sides)
        if expr.op in ("+", "-", "*", "/"):
            return self.arithmetic(expr, sides)
        sides, kind = unify_kinds(sides, self.faults)
        if expr.op not in ("=", "!="):
            for side in sides:
                self.faults.require(side, "number", "date")
        if kind == "number":
            sides, _ = unify_units(sides, self.faults)
        return Typed(replace(expr, left=sides[0].expr, right=sides[1].expr), "boolean")

    def connective(self, expr: Binary, sides: list[Typed]) -> Typed:
        for side in sides:
            self.faults.require(side, "boolean")
        left, right = (with_kind(side, "boolean").expr for side in sides)
        return Typed(replace(expr, left=left, right=right), "boolean")

    def arithmetic(self, expr: Binary, sides: list[Typed]) -> Typed:
        dates = [side for side in sides if side.kind == "date"]
        if dates:
            self.faults.add(
                "kind",
                "日期不能直接加减，请用 days_between（相隔天数）或 months_between（相隔月数）。",
                "dates can't be added or subtracted; use days_between or months_between.",
                dates[0].expr.span,
            )
        for side in sides:
            if side.kind != "date":
                self.faults.require(side, "number")
        left, right = (with_kind(side, "number") for side in sides)
        if expr.op in ("+", "-"):
            (left, right), unit = unify_units([left, right], self.faults)
            return Typed(replace(expr, left=left.expr, right=right.expr), "number", unit)
        sign = 1 if expr.op == "*" else -1
        unit, divisor = None, right
        if left.unit is not None or right.unit is not None:
            unit, factor = combine(left.unit or NO_UNIT, right.unit or NO_UNIT, sign)
            right = replace(right, expr=scaled(right.expr, factor**sign))
        if expr.op == "/":
            self.divisor(divisor.expr)
        return Typed(replace(expr, left=left.expr, right=right.expr), "number", unit)

    def divisor(self, expr: Expr) -> None:
        if isinstance(expr, Const):
            if expr.value == 0.0:
                zh, en = "不能除以 0。", "this divides by 0."
                self.faults.add("division_by_zero", zh, en, expr.span)
            return
        if can_be_zero(expr, self.bounds) and expr not in self.guarded:
            self.faults.add(
                "zero_divisor",
                "除数可能为 0，那时结果为“未知”；可用 if(…) 写明怎么办。",
                "the divisor may be 0; the result is then unknown. Say what to do with if(…).",
                expr.span,
                "warning",
            )

    @cached_property
    def by_code(self) -> dict[str, Symbol]:
        """Only divisors ask for it, and a catalogue has thousands of names."""
        return {symbol.code: symbol for symbol in self.symbols.values()}

    def bounds(self, ref: Ref) -> Range:
        symbol = self.by_code.get(ref.name)
        low = symbol.low if symbol else None
        high = symbol.high if symbol else None
        return -math.inf if low is None else low, math.inf if high is None else high

    def conditional(self, expr: If) -> Typed:
        condition = self.visit(expr.condition)
        self.faults.require(condition, "boolean")
        condition = with_kind(condition, "boolean")
        outer = self.guarded
        self.guarded = (*outer, *walk(condition.expr))
        branches, kind = unify_kinds(
            [self.visit(expr.then), self.visit(expr.otherwise)], self.faults
        )
        self.guarded = outer
        unit = None
        if kind == "number":
            branches, unit = unify_units(branches, self.faults)
        then, otherwise = branches
        return Typed(If(condition.expr, then.expr, otherwise.expr, span=expr.span), kind, unit)

    def membership(self, expr: In) -> Typed:
        typed = [self.visit(expr.operand), *(self.const(option) for option in expr.options)]
        items, kind = unify_kinds(typed, self.faults)
        if kind == "number":
            items, _ = unify_units(items, self.faults)
        options = tuple(item.expr for item in items[1:] if isinstance(item.expr, Const))
        return Typed(replace(expr, operand=items[0].expr, options=options), "boolean")

    def shifted(self, expr: Shifted) -> Typed:
        if self.shift:
            self.double_shift(expr)
        outer, self.shift = self.shift, self.shift or expr.shift
        typed = self.visit(expr.operand)
        self.shift = outer
        return typed

    def group(self, expr: GroupStat) -> Typed:
        if self.in_group or self.shift:
            self.faults.add(
                "nested_group",
                "组统计不能套在另一个组统计、上期或上年同期里面；"
                "上期的组均值请写成 group_mean(previous(x))。",
                "a group statistic can't stand inside another one or inside previous(…); "
                "write group_mean(previous(x)) instead.",
                expr.span,
            )
        outer, self.in_group = self.in_group, True
        operand = self.visit(expr.operand)
        self.in_group = outer
        if expr.statistic == "count":
            return Typed(replace(expr, operand=operand.expr), "number", NO_UNIT)
        self.faults.require(operand, "number")
        operand = with_kind(operand, "number")
        return Typed(replace(expr, operand=operand.expr), "number", operand.unit)
