"""From an item's formula to the figure that is scored: missing ones imputed, outliers treated."""

from __future__ import annotations

from dataclasses import dataclass

from yuanheng.calc.evaluation.build.context import Context, shifted
from yuanheng.calc.evaluation.build.guessing import by_nearest, by_regression
from yuanheng.calc.evaluation.build.terms import (
    UNKNOWN,
    Term,
    add,
    both,
    call,
    choose,
    clamp,
    div,
    eq,
    gt,
    known,
    lt,
    mul,
    negate,
    ref,
    sub,
    surely,
)
from yuanheng.calc.expression.nodes import Expr, Ref, rebuild
from yuanheng.calc.faults import Fault
from yuanheng.calc.scheme.composing import (
    CURVED,
    BoxCox,
    Impute,
    LogRange,
    Quantiles,
    SettledTreatment,
    Treat,
)
from yuanheng.calc.scheme.items import BenchmarkStatistic, Item


@dataclass(frozen=True, slots=True)
class Figure:
    """``given``: as the formula says; ``value``: with missing ones put in; ``scored``: after
    treatment. The others name the columns that mark what was done."""

    given: Expr
    value: Ref
    scored: Expr
    imputed: str | None = None
    imputed_by: str = ""
    treated: str | None = None
    treated_by: str = ""
    pulled: str | None = None


def build_figure(
    context: Context, group: str, item: Item, formula: Expr, impute: Impute | None, path: str
) -> Figure:
    """The item's figure in its three forms; each only where the scheme asks for it."""
    prefix = f"{group}/{item.code}"
    if impute is None:
        value = context.define(f"{prefix}/value", formula)
        figure = Figure(value, value, value)
    else:
        given = context.define(f"{prefix}/given", formula)
        filler = _filler(context, group, item, given, formula, impute, _rule_path(item, path))
        value = context.define(f"{prefix}/value", call("coalesce", given, filler))
        put_in = both(negate(known(given)), known(value))
        marked = context.define(f"{prefix}/imputed", put_in, "boolean")
        figure = Figure(given, value, value, marked.name, impute.impute)
    if item.treat is None:
        return figure
    _own_unit_only(context, item, path)
    settled = _settled(context, group, item.code)
    scored = _treated(context, value, item.treat, settled)
    column = context.define(f"{prefix}/treated", scored)
    pulled = None
    if not isinstance(item.treat, CURVED):
        off = surely(negate(eq(value, column)))
        pulled = context.define(f"{prefix}/pulled", off, "boolean").name
    return Figure(
        figure.given, value, column, figure.imputed, figure.imputed_by,
        column.name, item.treat.method, pulled,
    )  # fmt: skip


def _rule_path(item: Item, path: str) -> str:
    return f"{path}.missing" if item.missing is not None else "data_rules.missing"


def _filler(
    context: Context,
    group: str,
    item: Item,
    given: Expr,
    formula: Expr,
    impute: Impute,
    path: str,
) -> Expr:
    """What stands in for a missing figure."""
    how = impute.impute
    if how == "group_mean":
        return ref(context.aggregate("mean", given, "group"))
    if how == "group_median":
        return ref(context.aggregate("quantile", given, "group", 0.5))
    if how in ("previous", "last_year"):
        return _noted(context, shifted(formula, how))
    if how == "regression":
        return by_regression(context, group, item, impute, path)
    return by_nearest(context, group, item, given, impute, path)


def _noted(context: Context, expr: Expr) -> Expr:
    """The expression with its fields asked of the table, named formulas put in place."""
    if isinstance(expr, Ref):
        if expr.name in context.indicators:
            return _noted(context, shifted(context.indicators[expr.name], expr.shift))
        if expr.name in context.fields:
            context.note_input(expr.name, expr.shift)
        return expr
    return rebuild(expr, lambda child: _noted(context, child))


def _settled(context: Context, group: str, code: str) -> SettledTreatment:
    groups = {one.code: one for one in context.scheme.groups}
    return groups[group].treatments.get(code, SettledTreatment())


def _treated(context: Context, value: Ref, treat: Treat, settled: SettledTreatment) -> Expr:
    if isinstance(treat, Quantiles):
        low, high = (
            ref(context.aggregate("quantile", value, "group", share))
            for share in (treat.low, treat.high)
        )
        return call("max", call("min", value, high), low)
    if isinstance(treat, LogRange | BoxCox):
        low, high = (ref(context.aggregate(end, value, "group")) for end in ("min", "max"))
        return _curved(value, low, high, treat, settled)
    return clamp(value, settled.low, settled.high)


def _curved(
    value: Ref, low: Expr, high: Expr, treat: LogRange | BoxCox, settled: SettledTreatment
) -> Expr:
    """A flat indicator is left as it is; who is not rated may lie below the group's least."""
    above = call("max", sub(value, low), 0)
    if isinstance(treat, LogRange):
        inside = add(above, mul(0.01, sub(high, low)))
        return choose([(surely(gt(high, low)), call("ln", inside))], value)
    power = treat.power if treat.power is not None else settled.power
    logged = call("ln", add(above, 1))
    if power is None or power == 1:
        return value
    if power == 0:
        return logged
    raised = div(sub(call("exp", mul(power, logged)), 1), power)
    return choose([(surely(gt(high, low)), raised)], value)


def _own_unit_only(context: Context, item: Item, path: str) -> None:
    """A benchmark that is written as a number, or is last year's, is on the figure's own scale."""
    if not isinstance(item.treat, CURVED):
        return
    fixed = []
    for key, spec in item.normalise:
        if key in ("benchmark", "satisfactory", "not_allowed", "low", "high", "base", "target"):
            now = isinstance(spec, BenchmarkStatistic) and spec.of == "current"
            if spec is not None and not (now and spec.statistic != "ratio_of_sums"):
                fixed.append(key)
    if item.normalise.method in ("levels", "piecewise", "events"):
        fixed.append(item.normalise.method)
    fixed = [
        key for key in fixed if not (key == "base" and item.normalise.method == "floored_range")
    ]
    if fixed:
        context.faults.append(
            Fault(
                "curved_against_fixed",
                f"“{item.name}”先取 {item.treat.method} 变换，再与写定的 {'、'.join(fixed)} 比，"
                "两者不是一个尺度；请改用取自本组的标杆（如 floored_range、z_score、rank_only），"
                "或去掉 treat。",
                f"“{item.name}” is changed by {item.treat.method} and then held against a fixed "
                f"{', '.join(fixed)}, which is on another scale; use a benchmark of the group.",
                path=f"{path}.treat",
            )
        )


def as_missing(given: Expr, zero: bool, negative: bool) -> Expr:
    """The formula with zeros or negatives that count as missing made unknown."""
    cases: list[tuple[Expr, Term]] = []
    if zero:
        cases.append((surely(eq(given, 0)), UNKNOWN))
    if negative:
        cases.append((surely(lt(given, 0)), UNKNOWN))
    return choose(cases, given) if cases else given
