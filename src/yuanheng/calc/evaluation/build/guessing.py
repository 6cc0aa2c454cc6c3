"""Missing figures put in from the other items: by a regression, or by the nearest subjects.

Only figures as they are given count, never ones that were put in. A regression's coefficients are
settled from the data before a run (``calc.evaluation.preparing``) and are plain numbers here. The
nearest are found in the run: distances over the other items, each less its mean and by its
standard deviation over the group's rated subjects (docs/methods/composite.md has sources).
"""

from __future__ import annotations

from yuanheng.calc.evaluation.build.context import Context
from yuanheng.calc.evaluation.build.terms import (
    UNKNOWN,
    add,
    both,
    choose,
    clamp,
    div,
    eq,
    gt,
    known,
    mul,
    negate,
    ref,
    sub,
    surely,
)
from yuanheng.calc.evaluation.program import GROUP, RATED, Pairs
from yuanheng.calc.expression.nodes import Const, Expr
from yuanheng.calc.faults import Fault
from yuanheng.calc.scheme.composing import Impute
from yuanheng.calc.scheme.items import Item
from yuanheng.calc.scheme.model import Group, items_of

FARTHEST = 1e6
"""Standard deviations beyond which all are equally far, so that no square leaves the range."""


def by_regression(context: Context, group: str, item: Item, impute: Impute, path: str) -> Expr:
    """a + Σ b × the other items' figures; unknown until the coefficients are settled."""
    others = {one.code: one for one in _others(context, group, item, impute, path)}
    settled = _group(context, group).regressions.get(item.code)
    if settled is None or settled.start is None:
        return UNKNOWN
    strangers = [code for code in settled.slopes if code not in others]
    if strangers:
        at = context.scheme.groups.index(_group(context, group))
        place = f"groups[{at}].regressions.{item.code}"
        context.faults.append(_no_such_item(strangers, item, place, list(others)))
        return UNKNOWN
    terms = [
        mul(slope, ref(given_column(context, group, others[code])))
        for code, slope in settled.slopes.items()
    ]
    return add(settled.start, *terms)


def by_nearest(
    context: Context, group: str, item: Item, given: Expr, impute: Impute, path: str
) -> Expr:
    """The mean of the ``k`` nearest rated subjects of the group that have the figure."""
    others = _others(context, group, item, impute, path)
    prefix = f"{group}/{item.code}"
    parts = [_standardised(context, group, one) for one in others]
    if not parts:
        return UNKNOWN
    title = f"“{_group(context, group).name}”“{item.name}”"
    here = surely(eq(ref(GROUP), Const(group, "text")))
    of = context.define(f"{prefix}/lacking", both(here, negate(known(given))), "boolean")
    rated = both(here, surely(ref(RATED)), known(given))
    among = context.define(f"{prefix}/donors", rated, "boolean")
    name = f"{prefix}/nearest"
    context.program.steps.append(
        Pairs(name, "nearest", tuple(parts), of, among, title, value=given, most=impute.k)
    )
    return ref(name)


def given_column(context: Context, group: str, item: Item) -> str:
    """The column of an item's figure before anything is put in."""
    rule = item.missing if item.missing is not None else context.scheme.data_rules.missing
    return f"{group}/{item.code}/{'given' if isinstance(rule, Impute) else 'value'}"


def _standardised(context: Context, group: str, item: Item) -> Expr:
    """The item less its mean, by its standard deviation; made once a group, unknown where all are
    alike."""
    name = f"{group}/{item.code}/standardised"
    if all(step.name != name for step in context.program.steps):
        value = ref(given_column(context, group, item))
        mean = ref(context.aggregate("mean", value, "group"))
        spread = ref(context.deviation(value, "group", ""))
        away = choose([(surely(gt(spread, 0.0)), div(sub(value, mean), spread))], UNKNOWN)
        context.define(name, clamp(away, -FARTHEST, FARTHEST))
    return ref(name)


def _group(context: Context, code: str) -> Group:
    return next(group for group in context.scheme.groups if group.code == code)


def _others(context: Context, group: str, item: Item, impute: Impute, path: str) -> list[Item]:
    """The items that are looked at; faults where there are none or where one isn't there."""
    own = {one.code: one for one in items_of(context.scheme, _group(context, group))}
    own.pop(item.code, None)
    strangers = [code for code in impute.on if code not in own]
    if strangers:
        context.faults.append(_no_such_item(strangers, item, f"{path}.on", list(own)))
    elif not own:
        context.faults.append(
            Fault(
                "nothing_to_impute_from",
                f"“{item.name}”要按其他指标补数（{impute.impute}），这一组没有其他指标；"
                "请改用 group_median 等。",
                f"“{item.name}” is to be imputed from the other items ({impute.impute}), and the "
                "group has no other; use group_median or the like.",
                path=f"{path}.impute",
            )
        )
    wanted = impute.on or list(own)
    return [own[code] for code in wanted if code in own]


def _no_such_item(codes: list[str], item: Item, path: str, there: list[str]) -> Fault:
    return Fault(
        "no_such_item",
        f"“{item.name}”补数要看的指标 {'、'.join(codes)} 不在同组的其他指标里；"
        f"可写：{'、'.join(there) or '(没有)'}。",
        f"“{item.name}” is to be imputed from {', '.join(codes)}, which the group's other items "
        f"don't have; there are {', '.join(there) or 'none'}.",
        path=path,
    )
