"""Benchmarks: a constant, by year, by class, a statistic of a scope, or the subject's own."""

from __future__ import annotations

from dataclasses import dataclass

from yuanheng.calc.evaluation.build.context import Context, shifted
from yuanheng.calc.evaluation.build.terms import UNKNOWN, div, eq, known, mul, term
from yuanheng.calc.evaluation.program import GROUP
from yuanheng.calc.expression.nodes import Binary, Const, Expr, If, Ref, Shift, rebuild
from yuanheng.calc.faults import Fault
from yuanheng.calc.scheme.items import (
    Benchmark,
    BenchmarkByClass,
    BenchmarkByYear,
    BenchmarkOwn,
    BenchmarkStatistic,
)


@dataclass(frozen=True, slots=True)
class BenchmarkTerm:
    """A benchmark as an expression; ``constant`` where it is one number for all."""

    expr: Expr
    constant: float | None
    sure: bool


def _constant(value: float, path: str, context: Context, zero_allowed: bool) -> BenchmarkTerm:
    if value == 0 and not zero_allowed:
        context.faults.append(
            Fault(
                "benchmark_zero",
                "标杆值是 0，不能作除数；请填写大于 0 的标杆值。",
                "The benchmark is 0 and can't be divided by; give one above 0.",
                path=path,
            )
        )
    return BenchmarkTerm(Const(value), value, True)


def build_benchmark(
    context: Context,
    benchmark: Benchmark,
    value: Expr,
    formula: Expr,
    path: str,
    *,
    zero_allowed: bool = False,
) -> BenchmarkTerm:
    """The benchmark of an item whose value is the column ``value``, computed by ``formula``; a
    constant of zero is a fault."""
    match benchmark:
        case float() | int():
            return _constant(float(benchmark), path, context, zero_allowed)
        case BenchmarkByYear():
            year = context.scheme.period
            found = benchmark.by_year.get(year, benchmark.by_year.get(year[:4]))
            if found is None:
                years = "、".join(sorted(benchmark.by_year))
                context.faults.append(
                    Fault(
                        "benchmark_year_missing",
                        f"没有 {year} 年的标杆值，现有：{years}。请补上本期标杆值。",
                        f"There is no benchmark for {year}; there is one for {years}.",
                        path=f"{path}.by_year",
                    )
                )
                return BenchmarkTerm(UNKNOWN, None, False)
            return _constant(float(found), f"{path}.by_year.{year}", context, zero_allowed)
        case BenchmarkByClass():
            return _by_class(context, benchmark, path, zero_allowed)
        case BenchmarkOwn():
            checked = context.compile(benchmark.formula, f"{path}.formula", "number")
            return BenchmarkTerm(checked.expr if checked else UNKNOWN, None, False)
        case BenchmarkStatistic():
            return _statistic(context, benchmark, value, formula, path)
    raise AssertionError(benchmark)


def _by_class(
    context: Context, benchmark: BenchmarkByClass, path: str, zero_allowed: bool
) -> BenchmarkTerm:
    checked = context.compile(benchmark.by, f"{path}.by", "text")
    result: Expr = UNKNOWN
    for name, value in reversed(benchmark.values.items()):
        inner = _constant(float(value), f"{path}.values.{name}", context, zero_allowed)
        if checked:
            result = If(eq(checked.expr, Const(name, "text")), inner.expr, result)
    return BenchmarkTerm(result, None, False)


def _statistic(
    context: Context, spec: BenchmarkStatistic, value: Expr, formula: Expr, path: str
) -> BenchmarkTerm:
    shift: Shift = "" if spec.of == "current" else spec.of
    if spec.statistic == "quantile" and spec.quantile is None:
        context.faults.append(
            Fault(
                "quantile_missing",
                "statistic: quantile 还要写分位，例如 quantile: 0.9。",
                "statistic: quantile also needs the quantile, such as quantile: 0.9.",
                path=path,
            )
        )
        return BenchmarkTerm(UNKNOWN, None, False)
    if spec.statistic == "ratio_of_sums":
        ratio, factor = _unscaled(formula)
        if not (isinstance(ratio, Binary) and ratio.op == "/"):
            context.faults.append(
                Fault(
                    "not_a_ratio",
                    "statistic: ratio_of_sums 只用于“甲 / 乙”形式的指标。",
                    "statistic: ratio_of_sums is only for indicators of the form a / b.",
                    path=path,
                )
            )
            return BenchmarkTerm(UNKNOWN, None, False)
        top = _over_scope(context, "sum", _with(ratio.left, ratio), spec, shift, path)
        bottom = _over_scope(context, "sum", _with(ratio.right, ratio), spec, shift, path)
        found = div(top, bottom) if factor == 1 else mul(div(top, bottom), factor)
    else:
        given = formula if shift else value
        found = _over_scope(context, spec.statistic, given, spec, shift, path)
    return BenchmarkTerm(found if spec.times == 1 else mul(term(spec.times), found), None, False)


def _unscaled(formula: Expr) -> tuple[Expr, float]:
    """A formula without the constant by which its unit is converted, and that constant."""
    if isinstance(formula, Binary) and formula.op == "*" and isinstance(formula.right, Const):
        scale = formula.right.value
        return formula.left, float(scale) if isinstance(scale, float) else 1.0
    return formula, 1.0


def _with(part: Expr, whole: Expr) -> Expr:
    """``part`` where ``whole`` is known: both sums run over the same subjects."""
    return If(known(whole), part, UNKNOWN)


def _over_scope(
    context: Context,
    statistic: str,
    value: Expr,
    spec: BenchmarkStatistic,
    shift: Shift,
    path: str,
) -> Expr:
    if not shift:
        quantile = spec.quantile if statistic == "quantile" else None
        return Ref(context.aggregate(statistic, value, spec.scope, quantile, f"{path}.scope"))
    context.program.history = True
    by = context.scope(spec.scope, f"{path}.scope")
    source = tuple(
        f"{GROUP}@{shift}" if column == GROUP else context.note_input(column, shift)
        for column in by
    )
    shifted_value = _note_shifted(context, shifted(value, shift))
    if spec.quantile is not None and statistic == "quantile":
        return Ref(context.quantile(shifted_value, None, by, source, spec.quantile))
    return Ref(context.gather(statistic, shifted_value, None, by, source))


def _note_shifted(context: Context, expr: Expr) -> Expr:
    """Make sure that the table gives each field of the earlier period that is used."""
    if isinstance(expr, Ref):
        if expr.name in context.indicators:
            return _note_shifted(context, shifted(context.indicators[expr.name], expr.shift))
        if expr.name in context.fields:
            context.note_input(expr.name, expr.shift)
        return expr
    return rebuild(expr, lambda child: _note_shifted(context, child))
