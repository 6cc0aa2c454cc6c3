"""From a scheme to a program: everything is checked here, and every fault said at once."""

from __future__ import annotations

import graphlib
from dataclasses import dataclass

from yuanheng.calc.evaluation.build.combining import check_way
from yuanheng.calc.evaluation.build.context import Context
from yuanheng.calc.evaluation.build.conversion import conversion
from yuanheng.calc.evaluation.build.items import BuiltItem, build_tree
from yuanheng.calc.evaluation.build.population import (
    add_shifted_groups,
    build_classes,
    build_groups,
    build_merge,
    build_participation,
    build_status,
    item_failures,
)
from yuanheng.calc.evaluation.build.scores import (
    build_adjustments,
    build_grades,
    build_ranks,
    build_score,
    build_vetoes,
)
from yuanheng.calc.evaluation.build.terms import mul
from yuanheng.calc.evaluation.program import Program, Step, reads
from yuanheng.calc.expression import Symbol, parse
from yuanheng.calc.expression.nodes import Expr, Ref, walk
from yuanheng.calc.faults import Fault, FaultyInput
from yuanheng.calc.scheme.composing import Combine
from yuanheng.calc.scheme.document import SchemeText
from yuanheng.calc.scheme.model import Scheme
from yuanheng.calc.scheme.weights import WeightedNode, leaves, weigh_group

RESERVED_CODES = {"subject_id", "subject_name", "period", "row_no"}
"""What every table has beside the fields."""


@dataclass(frozen=True, slots=True)
class BuiltScheme:
    """A scheme with the program that computes it, and what is worth a warning."""

    text: SchemeText
    program: Program
    warnings: list[Fault]

    @property
    def scheme(self) -> Scheme:
        return self.text.scheme


def build_program(text: SchemeText) -> BuiltScheme:
    """Check a scheme in depth and compile it.

    Raises FaultyInput with every error at once, each with its path and line: unknown names, units
    that clash, circular formulas, weights that do not add up, benchmarks of zero, rules not said.
    """
    program, faults = _build(text.scheme)
    placed = [text.place(fault) for fault in _unique(faults)]
    errors = [fault for fault in placed if fault.severity == "error"]
    if errors:
        raise FaultyInput(placed)
    return BuiltScheme(text, program, placed)


def check_scheme(text: SchemeText) -> list[Fault]:
    """Every fault of meaning, errors and warnings, in the order of the file."""
    _, faults = _build(text.scheme)
    placed = [text.place(fault) for fault in _unique(faults)]
    return sorted(placed, key=lambda f: f.line or 0)


def _unique(faults: list[Fault]) -> list[Fault]:
    return list(dict.fromkeys(faults))


def _build(scheme: Scheme) -> tuple[Program, list[Fault]]:
    context = Context(scheme)
    _declare_fields(context)
    _declare_indicators(context)
    _adjustments_once(context)
    build_merge(context)
    groups = build_groups(context)
    cases = build_participation(context, groups)
    trees: dict[str, Expr] = {}
    for number, group in enumerate(scheme.groups):
        weighted = weigh_group(scheme, number, context.faults)
        _codes_once(context, [(f"{leaf.path}.code", leaf.item.code) for leaf in leaves(weighted)])
        _codes_once(context, _dimension_codes(weighted))
        combine, place = _way_of_group(scheme, number)
        check_way(context, combine, place)
        context.ways[f"{group.code}//"] = place
        tree, _, items = build_tree(context, group.code, weighted, combine=combine)
        trees[group.code] = tree
        cases.extend(item_failures(context, group.code, items))
    sums, failures = build_adjustments(context)
    context.takes_part = build_status(context, [*cases, *failures])
    build_classes(context, context.takes_part)
    build_score(context, trees, sums)
    keys = build_ranks(context)
    build_vetoes(context)
    build_grades(context, keys)
    add_shifted_groups(context, groups)
    context.program.steps = _in_order(context)
    return context.program, context.faults


def _way_of_group(scheme: Scheme, number: int) -> tuple[Combine | None, str]:
    """How a group's first level is combined, its own way or that of the group it is like."""
    group, at = scheme.groups[number], number
    if group.combine is None and group.like is not None:
        at = next((n for n, g in enumerate(scheme.groups) if g.code == group.like), number)
    return scheme.groups[at].combine, f"groups[{at}].combine"


def _dimension_codes(node: WeightedNode) -> list[tuple[str, str]]:
    """The path and the code of every dimension below."""
    found: list[tuple[str, str]] = []
    for child in node.children:
        if isinstance(child, WeightedNode) and child.dimension is not None:
            found.append((f"{child.path}.dimension", child.dimension.dimension))
            found.extend(_dimension_codes(child))
    return found


def _codes_once(context: Context, codes: list[tuple[str, str]]) -> None:
    seen: set[str] = set()
    for path, code in codes:
        if code in seen:
            context.faults.append(
                Fault(
                    "item_twice",
                    f"指标编码“{code}”在同一分组中重复。",
                    f"The code “{code}” is used twice in one group.",
                    path=path,
                )
            )
        seen.add(code)


def _adjustments_once(context: Context) -> None:
    """Bonuses, deductions and vetoes share their codes' namespace: each is a row of items.csv."""
    seen: set[str] = set()
    scheme = context.scheme
    placed = [(a.code, f"adjustments[{n}].code") for n, a in enumerate(scheme.adjustments)]
    placed += [(v.code, f"vetoes[{n}].code") for n, v in enumerate(scheme.vetoes)]
    for code, path in placed:
        if code in seen:
            context.faults.append(
                Fault(
                    "adjustment_twice",
                    f"加扣分、否决的编码“{code}”重复，请换一个。",
                    f"The code “{code}” of a bonus, deduction or veto is used twice.",
                    path=path,
                )
            )
        seen.add(code)


def _declare_fields(context: Context) -> None:
    for number, declared in enumerate(context.scheme.data.fields):
        path = f"data.fields[{number}]"
        symbol = Symbol(
            declared.code,
            declared.kind,
            unit=declared.measure,
            low=declared.at_least,
            high=declared.at_most,
            name=declared.name,
        )
        if declared.code in RESERVED_CODES:
            context.faults.append(
                Fault(
                    "reserved_code",
                    f"字段编码“{declared.code}”由系统使用，请换一个。",
                    f"The field code “{declared.code}” is used by the system; choose another.",
                    path=f"{path}.code",
                )
            )
        if declared.measure:
            context.faults.extend(f.at(f"{path}.unit") for f in unit_faults(declared.measure))
        context.fields[declared.code] = declared
        context.add_symbol(symbol, [declared.name], path)


def unit_faults(measure: str) -> list[Fault]:
    """What is wrong with a unit of measure, if anything."""
    return conversion(measure, measure)[1]


def _declare_indicators(context: Context) -> None:
    """Named formulas, each after those that it uses; a circle is a fault that names it."""
    indicators = context.scheme.indicators
    by_name = {name: i for i in indicators for name in (i.code, i.name)}
    for number, indicator in enumerate(indicators):
        if by_name[indicator.code] is not indicator:
            context.faults.append(
                Fault(
                    "indicator_twice",
                    f"公式编码“{indicator.code}”重复，请换一个。",
                    f"The formula code “{indicator.code}” is used twice.",
                    path=f"indicators[{number}].code",
                )
            )
    numbers = {i.code: n for n, i in enumerate(indicators)}
    graph: dict[str, list[str]] = {}
    for indicator in indicators:
        try:
            used = {n.name for n in walk(parse(indicator.formula)) if isinstance(n, Ref)}
        except FaultyInput:
            used = set()
        graph[indicator.code] = sorted({by_name[n].code for n in used if n in by_name})
    try:
        order = list(graphlib.TopologicalSorter(graph).static_order())
    except graphlib.CycleError as error:
        circle = [by_name[code].name for code in error.args[1]]
        shown = " → ".join(reversed(circle))
        context.faults.append(
            Fault(
                "circular_formulas",
                f"公式循环引用：{shown}。请改其中一个公式。",
                f"These formulas refer to each other in a circle: {shown}. Change one of them.",
                path=f"indicators[{numbers[error.args[1][0]]}].formula",
            )
        )
        in_circle = set(error.args[1])
        order = [i.code for i in indicators if i.code not in in_circle]
        for code in in_circle:
            item = by_name[code]
            context.add_symbol(Symbol(code, "number", name=item.name), [item.name], "indicators")
    for code in order:
        if code in by_name:
            _declare_indicator(context, numbers[code])


def _declare_indicator(context: Context, number: int) -> None:
    indicator = context.scheme.indicators[number]
    path = f"indicators[{number}]"
    before = len(context.faults)
    checked = context.compile(indicator.formula, f"{path}.formula")
    context.faults[before:] = [
        f for f in context.faults[before:] if not f.code.endswith("zero_divisor")
    ]
    kind, measure = (checked.kind, checked.unit) if checked else ("number", indicator.measure)
    if checked is not None:
        expr = checked.expr
        if indicator.measure and checked.unit and indicator.measure != checked.unit:
            factor, wrong = conversion(checked.unit, indicator.measure)
            expr = expr if factor == 1 else mul(expr, factor)
            context.faults.extend(f.at(f"{path}.unit") for f in wrong)
        measure = indicator.measure or measure
        context.define(indicator.code, expr, kind)
        context.indicators[indicator.code] = expr
    symbol = Symbol(indicator.code, kind, unit=measure, name=indicator.name)
    context.add_symbol(symbol, [indicator.name], path)


def _in_order(context: Context) -> list[Step]:
    """The steps, each after those it reads; ties keep the order in which they were made."""
    steps = {step.name: step for step in context.program.steps}
    graph = {name: sorted(reads(step) & steps.keys()) for name, step in steps.items()}
    try:
        order = list(graphlib.TopologicalSorter(graph).static_order())
    except graphlib.CycleError as error:
        names = [context.program.column_names.get(n, n) for n in error.args[1]]
        shown = " → ".join(n for n in reversed(names) if not n.startswith("_")) or "…"
        context.faults.append(
            Fault(
                "circular_rules",
                f"规则循环：{shown}。谁参评要用到组统计值，而组统计值又取决于谁参评；"
                "请把 fail 规则、参评条件或否决条件改为不依赖组统计值。",
                f"The rules run in a circle: {shown}. Who is rated depends on a group statistic "
                "that depends on who is rated; make the condition independent of it.",
                path="groups",
            )
        )
        return list(steps.values())
    return [steps[name] for name in order]


__all__ = ["BuiltItem", "BuiltScheme", "build_program", "check_scheme"]
