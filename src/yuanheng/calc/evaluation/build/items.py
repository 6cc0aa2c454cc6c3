"""One item: its value, what happens to missing, zero, negative and false figures, its points."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from yuanheng.calc.evaluation.build.combining import check_way, combined, combining_of
from yuanheng.calc.evaluation.build.context import Context
from yuanheng.calc.evaluation.build.conversion import conversion
from yuanheng.calc.evaluation.build.figures import Figure, as_missing, build_figure
from yuanheng.calc.evaluation.build.normalise import Request, Scoring, build_scoring
from yuanheng.calc.evaluation.build.rounding import rounded
from yuanheng.calc.evaluation.build.terms import (
    FALSE,
    TRUE,
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
    surely,
    term,
)
from yuanheng.calc.evaluation.build.turning import turned
from yuanheng.calc.evaluation.program import (
    GROUP,
    RATED,
    Aggregate,
    Flag,
    ItemColumns,
    NodeColumn,
)
from yuanheng.calc.expression.nodes import Binary, Const, Expr, Ref
from yuanheng.calc.faults import Fault
from yuanheng.calc.scheme.composing import Combine, Impute
from yuanheng.calc.scheme.items import (
    FalseData,
    FixedPoints,
    FixedShare,
    Item,
    Limit,
    Treatment,
)
from yuanheng.calc.scheme.weights import WeightedItem, WeightedNode

ORDINARY, MISSING, ZERO, NEGATIVE, NO_BENCHMARK, FALSE_FIRST = 0, 1, 2, 3, 4, 10
STATE_NAMES = {
    MISSING: "missing",
    ZERO: "zero",
    NEGATIVE: "negative",
    NO_BENCHMARK: "no_benchmark",
}


@dataclass(slots=True)
class Rules:
    """The four rules of an item, from the item or from the scheme's ``data_rules``."""

    missing: Treatment
    zero: Treatment
    negative: Treatment
    false_data: list[FalseData] = field(default_factory=list)
    impute: Impute | None = None


@dataclass(slots=True)
class BuiltItem:
    """An item's columns before the group statistics that points may need."""

    weighted: WeightedItem
    columns: ItemColumns
    left_out: Expr
    fails: list[tuple[Expr, str]]


def rules_of(context: Context, item: Item, path: str) -> Rules:
    """The rules that hold for the item; one that is said nowhere is a fault."""
    general = context.scheme.data_rules
    said: dict[str, object] = {}
    names = {
        "missing": ("缺数", "missing"),
        "zero": ("零值", "zero"),
        "negative": ("负值", "negative"),
        "false_data": ("虚假数据", "false"),
    }
    for key, (zh, en) in names.items():
        own = getattr(item, key)
        said[key] = own if own is not None else getattr(general, key)
        if said[key] is None:
            example = "none" if key == "false_data" else "zero_points"
            context.faults.append(
                Fault(
                    "rule_missing",
                    f"“{item.name}”没有写{zh}怎么处理（{key}）。系统不替您假定；"
                    f"请在本项或 data_rules 里写明，例如 {key}: {example}。",
                    f"“{item.name}” does not say what happens to {en} data ({key}). Nothing is "
                    f"assumed; say it here or under data_rules, such as {key}: {example}.",
                    path=f"{path}.{key}",
                )
            )
            said[key] = "none" if key == "false_data" else "zero_points"
    if said["missing"] in ("as_missing", "as_value"):
        context.faults.append(
            Fault(
                "rule_circular",
                f"missing 不能写 {said['missing']}；可写 fail、zero_points、group_mean_score、"
                "leave_out、{points: 数} 或 {share: 比例}。",
                f"missing can't be {said['missing']}.",
                path=f"{path}.missing",
            )
        )
        said["missing"] = "zero_points"
    false_data = said["false_data"]
    impute = said["missing"] if isinstance(said["missing"], Impute) else None
    if impute is not None:
        # Where there is nothing to put in either, the item earns nothing and is marked missing.
        said["missing"] = "zero_points"
    return Rules(
        said["missing"],  # type: ignore[arg-type]
        said["zero"],  # type: ignore[arg-type]
        said["negative"],  # type: ignore[arg-type]
        list(false_data) if isinstance(false_data, list) else [],
        impute,
    )


def _limit(limit: Limit | str, weight: float) -> float | None:
    if isinstance(limit, str):
        return None
    if limit.points is not None:
        return float(limit.points)
    return float(limit.times_weight or 0.0) * weight


def _value(context: Context, item: Item, path: str) -> tuple[Expr, str]:
    """The item's formula in the item's unit of measure."""
    before = len(context.faults)
    checked = context.compile(item.formula, f"{path}.formula", "number")
    # A division by zero makes the value unknown, and the missing rule says what then happens.
    context.faults[before:] = [
        f for f in context.faults[before:] if not f.code.endswith("zero_divisor")
    ]
    if checked is None:
        return Const(None, "unknown"), item.unit_of_value
    if not item.unit_of_value or checked.unit == item.unit_of_value:
        return checked.expr, item.unit_of_value or checked.unit
    if not checked.unit and item.unit_of_value not in ("%",):
        # A figure without a unit is taken in the unit that the item names.
        return checked.expr, item.unit_of_value
    factor, wrong = conversion(checked.unit, item.unit_of_value)
    context.faults.extend(f.at(f"{path}.unit") for f in wrong)
    expr = checked.expr if factor == 1 else mul(checked.expr, factor)
    return expr, item.unit_of_value


def _states(
    context: Context, rules: Rules, figure: Figure, scoring: Scoring, points: Expr, path: str
) -> tuple[list[tuple[Expr, int]], dict[int, Treatment]]:
    """The special states in the order in which they are looked for, and their treatments."""
    value = figure.given
    cases: list[tuple[Expr, int]] = []
    treatments: dict[int, Treatment] = {}
    for number, rule in enumerate(rules.false_data):
        condition = context.condition(rule.when, f"{path}.false_data[{number}].when")
        if condition is not None:
            state = FALSE_FIRST + number
            cases.append((surely(condition), state))
            treatments[state] = rule.then
    cases.append((negate(known(figure.value)), MISSING))
    treatments[MISSING] = rules.missing
    if rules.zero != "as_value":
        cases.append((surely(eq(value, 0)), ZERO))
        treatments[ZERO] = rules.missing if rules.zero == "as_missing" else rules.zero
    if rules.negative != "as_value":
        cases.append((surely(lt(value, 0)), NEGATIVE))
        treatments[NEGATIVE] = rules.missing if rules.negative == "as_missing" else rules.negative
    if not scoring.sure:
        cases.append((negate(known(points)), NO_BENCHMARK))
        treatments[NO_BENCHMARK] = rules.missing
    return cases, treatments


def prepare_item(
    context: Context, group: str, dimension: str, weighted: WeightedItem
) -> BuiltItem:
    """The item's value, ordinary points and state; its final points come with ``finish_item``."""
    item, path = weighted.item, weighted.path
    prefix = f"{group}/{item.code}"
    rules = rules_of(context, item, path)
    formula, measure = _value(context, item, path)
    if rules.impute is not None:
        formula = as_missing(formula, rules.zero == "as_missing", rules.negative == "as_missing")
    figure = build_figure(context, group, item, formula, rules.impute, path)
    value = figure.value
    request = Request(context, item, figure.scored, formula, weighted.weight, path)
    scoring = build_scoring(request)
    cap, floor = _limit(item.cap, weighted.weight), _limit(item.floor, weighted.weight)
    if cap is not None and floor is not None and floor > cap:
        context.faults.append(
            Fault(
                "cap_below_floor",
                f"“{item.name}”的上限 {cap:g} 低于下限 {floor:g}。",
                f"The cap {cap:g} of “{item.name}” is below its floor {floor:g}.",
                path=f"{path}.cap",
            )
        )
    raw = scoring.points
    raw_column = None
    capped = floored = None
    if cap is not None or floor is not None:
        raw_column = f"{prefix}/raw"
        raw = context.define(raw_column, raw)
    if cap is not None:
        capped = context.define(f"{prefix}/capped", surely(gt(raw, cap)), "boolean").name
    if floor is not None:
        floored = context.define(f"{prefix}/floored", surely(lt(raw, floor)), "boolean").name
    ordinary = _item_rounded(context, clamp(raw, floor, cap))
    cases, treatments = _states(context, rules, figure, scoring, ordinary, path)
    state = None
    if len(cases) > 1:
        state = f"{prefix}/state"
        context.define(state, choose([(c, s) for c, s in cases], ORDINARY))
        ordinary = choose([(eq(ref(state), ORDINARY), ordinary)], Const(None, "unknown"))
    ordinary_ref = context.define(f"{prefix}/ordinary", ordinary)
    points = _finish(context, item, weighted.weight, ordinary_ref, state, treatments)
    benchmark = scoring.benchmark
    columns = ItemColumns(
        group=group,
        item=item.code,
        name=item.name,
        dimension=dimension,
        weight=weighted.weight,
        measure=measure,
        better=item.better,
        value=value.name,
        formula=formula,
        points=points.name,
        state=state,
        benchmark=benchmark.name if isinstance(benchmark, Ref) else None,
        constant_benchmark=scoring.constant,
        raw=raw_column,
        capped=capped,
        floored=floored,
        cap=cap,
        floor=floor,
        treatments={s: _treatment_name(t) for s, t in treatments.items()},
        path=path,
        method=item.normalise.method,
        imputed=figure.imputed,
        imputed_by=figure.imputed_by,
        treated=figure.treated,
        treated_by=figure.treated_by,
        pulled=figure.pulled,
        turned=weighted.turned,
    )
    context.program.column_names[value.name] = item.name
    context.program.items.append(columns)
    in_state = _in_state(state, ordinary_ref)
    left_out = [in_state(s) for s, t in treatments.items() if t == "leave_out"]
    return BuiltItem(weighted, columns, _any(left_out), _failures(cases, treatments))


def _failures(
    cases: list[tuple[Expr, int]], treatments: dict[int, Treatment]
) -> list[tuple[Expr, str]]:
    """When a ``fail`` rule applies, said without the state column: who is rated decides on the
    statistics, so it must not look at anything that comes from them."""
    found: list[tuple[Expr, str]] = []
    earlier: list[Expr] = []
    for condition, state in cases:
        if treatments[state] == "fail" and state != NO_BENCHMARK:
            found.append((both(*earlier, condition), STATE_NAMES.get(state, "false")))
        if state >= FALSE_FIRST:
            earlier.append(negate(condition))
    return found


def _any(conditions: list[Expr]) -> Expr:
    result: Expr = Const(False, "boolean")
    for number, condition in enumerate(conditions):
        result = condition if number == 0 else Binary("or", result, condition)
    return result


def _in_state(state: str | None, ordinary: Expr):  # type: ignore[no-untyped-def]
    """A function from a state's number to the condition of being in it."""
    if state is None:
        return lambda _: negate(known(ordinary))
    return lambda number: eq(ref(state), number)


def _treatment_name(treatment: Treatment) -> str:
    if isinstance(treatment, FixedPoints):
        return f"points:{treatment.points:g}"
    if isinstance(treatment, FixedShare):
        return f"share:{treatment.share:g}"
    return treatment


def _finish(
    context: Context,
    item: Item,
    weight: float,
    ordinary: Ref,
    state: str | None,
    treatments: dict[int, Treatment],
) -> Ref:
    """Points in every state. What no rule can give (no mean to take) is 0 with a flag."""
    prefix = ordinary.name.rsplit("/", 1)[0]
    mean: Expr | None = None
    in_state = _in_state(state, ordinary)
    cases: list[tuple[Expr, Expr | float]] = []
    for number, treatment in treatments.items():
        if treatment == "group_mean_score":
            if mean is None:
                name = f"{prefix}/mean_score"
                context.program.steps.append(
                    Aggregate(name, "mean", ordinary, Ref(RATED), (GROUP,))
                )
                mean = ref(name)
            cases.append((in_state(number), mean))
        elif isinstance(treatment, FixedPoints):
            cases.append((in_state(number), treatment.points))
        elif isinstance(treatment, FixedShare):
            cases.append((in_state(number), treatment.share * weight))
        else:
            cases.append((in_state(number), 0.0))
    if state is None and len(cases) == 1 and context.scheme.score.item_digits is None:
        given = term(cases[0][1])
        fallback = [given] if isinstance(given, Const) else [given, term(0.0)]
        return context.define(f"{prefix}/points", call("coalesce", ordinary, *fallback))
    points = call("coalesce", choose(cases, ordinary), 0.0)
    return context.define(f"{prefix}/points", _item_rounded(context, points))


def _item_rounded(context: Context, points: Expr) -> Expr:
    """Points of one item, rounded where the scheme rounds them."""
    digits = context.scheme.score.item_digits
    return points if digits is None else rounded(context, points, digits)


def build_tree(
    context: Context,
    group: str,
    node: WeightedNode,
    parent: str = "",
    combine: Combine | None = None,
) -> tuple[Expr, Expr, list[BuiltItem]]:
    """What a branch adds to the level above, whether anything in it counts, and its items.

    Where an item is left out, its branch's weight falls on what is left of the branch; where all
    of a branch is left out, on what is left of the branch above.
    """
    own = node.dimension.dimension if node.dimension else ""
    items: list[BuiltItem] = []
    parts: list[tuple[Expr, Expr, float]] = []
    for child in node.children:
        if isinstance(child, WeightedItem):
            built = prepare_item(context, group, own, child)
            items.append(built)
            parts.append((ref(built.columns.points), negate(built.left_out), child.weight))
        elif not child.children:
            # A reserved block that nobody filled yet: its weight falls on the others.
            parts.append((term(0.0), FALSE, child.weight))
        else:
            below_by = child.dimension.combine if child.dimension else None
            check_way(context, below_by, f"{child.path}.combine")
            if child.dimension is not None:
                name = f"{group}//{child.dimension.dimension}"
                context.ways[name] = f"{child.path}.combine"
            points, counts, below = build_tree(context, group, child, own, below_by)
            items.extend(below)
            parts.append((points, counts, child.weight))
    total, counts = _branch(context, parts, node.weight, group, own, combine)
    names = [
        child.item.name if isinstance(child, WeightedItem) else child.dimension.name  # type: ignore[union-attr]
        for child in node.children
    ]
    way = combining_of(context, combine, group, own, list(zip(names, parts, strict=True)))
    if node.dimension is not None:
        column = context.define(f"{group}//{own}", total)
        context.program.nodes.append(
            NodeColumn(
                group, own, node.dimension.name, parent, node.weight, column.name, way,
                node.dimension.better,
            )
        )  # fmt: skip
        context.program.column_names[column.name] = node.dimension.name
        total = turned(context, node, column, counts, column.name)
    else:
        context.program.root_ways[group] = way
    return total, counts, items


def _branch(
    context: Context,
    parts: list[tuple[Expr, Expr, float]],
    weight: float,
    group: str,
    own: str,
    combine: Combine | None = None,
) -> tuple[Expr, Expr]:
    if not parts:
        return term(0.0), FALSE
    if combine is not None and combine.way != "arithmetic":
        total, counts, zero = combined(context, parts, weight, combine, f"{group}//{own}")
        if zero != FALSE:
            here = both(zero, surely(eq(ref(GROUP), Const(group, "text"))))
            marked = context.define(f"{group}//{own}/marked", here, "boolean")
            context.program.flags.append(Flag(f"zero_mean:{own or group}", marked.name))
        return total, counts
    if all(counts == TRUE for _, counts, _ in parts):
        return add(*(points for points, _, _ in parts)), TRUE
    # What is left out has 0 points already; only the weight has to be shared out anew.
    whole = math.fsum(w for _, _, w in parts)
    if all(counts in (TRUE, FALSE) for _, counts, _ in parts):
        fixed = math.fsum(w for _, counts, w in parts if counts == TRUE)
        if not fixed:
            return term(0.0), FALSE
        return mul(add(*(p for p, c, _ in parts if c == TRUE)), whole / fixed), TRUE
    available = add(
        *(w if counts == TRUE else choose([(counts, w)], 0.0) for _, counts, w in parts)
    )
    available = context.define(f"{group}//{own}/available", available)
    total = choose(
        [(gt(available, 0), div(mul(add(*(p for p, _, _ in parts)), whole), available))], 0.0
    )
    return total, gt(available, 0)
