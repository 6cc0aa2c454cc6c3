"""What a scheme leaves to the data is settled once, before a run: weights, treatments, and the
sets of weights among which each subject has its best (`composite.weights.doubt`).

A weight by entropy or a winsorising bound depends on every subject and can't be printed as part of
one query that an official follows. So it is computed first, rounded, and put into the scheme as if
it had been written there (``weights`` and ``treatments`` of the group); the run keeps it. Copied
into the scheme file it is frozen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from yuanheng.calc.evaluation.build import BuiltScheme
from yuanheng.calc.evaluation.doubting import deepest_waiting, is_doubtful, own_weights
from yuanheng.calc.evaluation.program import GROUP, RATED, ItemColumns
from yuanheng.calc.faults import Fault, FaultyInput
from yuanheng.calc.scheme.composing import (
    FROM_DATA,
    TOP_LEVEL,
    BoxCox,
    Impute,
    LogRange,
    Quantiles,
    SettledRegression,
    SettledTreatment,
    Treat,
    WeightsFrom,
    Winsorise,
)
from yuanheng.calc.scheme.document import SchemeText
from yuanheng.calc.scheme.items import Dimension, Item, TreeNode
from yuanheng.calc.scheme.level_weights import LevelWeights, code_of, shared_out
from yuanheng.calc.scheme.model import Group, Scheme, items_of

Array = npt.NDArray[Any]
Prepared = dict[str, dict[str, Any]]
"""By group: ``regressions`` by code (start, slopes), ``treatments`` by code (low, high, power),
``weights`` by code in points, and ``weightings`` by level."""
SAME_WITHIN = 1e-9
"""Correlations as near to ±1 as this are those of one thing said twice."""
DIGITS_OF_POWER = 6
DIGITS_OF_SLOPES = 12
"""Significant digits: a figure that they give is right to far more than any table states."""


@dataclass(frozen=True, slots=True)
class _Level:
    """One level with ``weights_from`` data: its nodes, its points, its place in the file."""

    source: LevelWeights
    nodes: list[Item]
    total: float


def unsettled(scheme: Scheme) -> bool:
    """Whether a run must settle something first."""
    return any(
        next(_levels(scheme, group), None) is not None
        or _waiting(scheme, group)
        or _to_regress(scheme, group)
        or is_doubtful(scheme, group)
        for group in scheme.groups
    )


def settle(text: SchemeText, prepared: Prepared | None) -> SchemeText:
    """The scheme with what was settled put in; its text and hash stay those of the file."""
    if not prepared:
        return text
    groups = []
    for group in text.scheme.groups:
        found = prepared.get(group.code, {})
        treatments = {
            code: SettledTreatment.model_validate(values)
            for code, values in found.get("treatments", {}).items()
        }
        regressions = {
            code: SettledRegression.model_validate(values)
            for code, values in found.get("regressions", {}).items()
        }
        update = {
            "regressions": {**group.regressions, **regressions},
            "weights": {**group.weights, **found.get("weights", {})},
            "treatments": {**group.treatments, **treatments},
            "weightings": {**group.weightings, **found.get("weightings", {})},
        }
        groups.append(group.model_copy(update=update))
    return replace(text, scheme=text.scheme.model_copy(update={"groups": groups}))


def prepare(
    built: BuiltScheme, run: Callable[[BuiltScheme], Mapping[str, Array]]
) -> tuple[BuiltScheme, Prepared]:
    """Settle a scheme on its data; ``run`` computes every column of a program.

    Regressions for missing figures first; then treatments, on the figures with missing ones put
    in; then weights, on treated figures
    between 0 and 1 (min-max, the better the higher), of the rated subjects of each group; last
    the sets of weights of ``benefit_of_the_doubt``, from the deepest level up. Raises FaultyInput
    where the data give no weights, with the place in the scheme.
    """
    from yuanheng.calc.evaluation.build import build_program

    prepared: Prepared = {}
    told: list[Fault] = []
    columns = run(built)
    for what, of in (("regressions", _regressions), ("treatments", _treatments)):
        settled = {group.code: of(built, group, columns) for group in built.scheme.groups}
        for code, found in settled.items():
            if found:
                prepared.setdefault(code, {})[what] = found
        if any(settled.values()):
            built = build_program(settle(built.text, prepared))
            columns = run(built)
    for group in built.scheme.groups:
        weights: dict[str, float] = {}
        for level in _levels(built.scheme, group):
            weights.update(_weights(built, group, level, columns))
            told += _collinear(built, group, level, columns)
        if weights:
            prepared.setdefault(group.code, {})["weights"] = weights
    built = build_program(settle(built.text, prepared))
    while waiting := deepest_waiting(built):
        columns = run(built)
        for code, at, how in waiting:
            rows = _rows(next(one for one in built.scheme.groups if one.code == code), columns)
            sets = own_weights(built, code, at, how, columns, rows)
            prepared.setdefault(code, {}).setdefault("weightings", {})[at or TOP_LEVEL] = sets
        built = build_program(settle(built.text, prepared))
    return replace(built, warnings=[*built.warnings, *told]), prepared


# --- regressions ------------------------------------------------------------------------------


def _rule_of(scheme: Scheme, item: Item) -> Impute | None:
    rule = item.missing if item.missing is not None else scheme.data_rules.missing
    return rule if isinstance(rule, Impute) else None


def _to_regress(scheme: Scheme, group: Group) -> list[Item]:
    """The items whose missing figures wait for a regression."""
    found = []
    for item in items_of(scheme, group):
        rule = _rule_of(scheme, item)
        if rule is not None and rule.impute == "regression" and item.code not in group.regressions:
            found.append(item)
    return found


def _regressions(
    built: BuiltScheme, group: Group, columns: Mapping[str, Array]
) -> dict[str, dict[str, Any]]:
    """Over the given figures of the group's rated subjects; nothing where the data allow none."""
    from yuanheng.calc.composite.imputation import regression_for

    waiting = _to_regress(built.scheme, group)
    if not waiting:
        return {}
    items, rows = items_of(built.scheme, group), _rows(group, columns)
    codes = [item.code for item in items]
    given = np.column_stack([_given(built, group, item, columns)[rows] for item in items])
    found: dict[str, dict[str, Any]] = {}
    for item in waiting:
        rule = _rule_of(built.scheme, item)
        on = [codes.index(code) for code in rule.on] if rule is not None and rule.on else None
        fit = regression_for(given, codes.index(item.code), predictors=on)
        found[item.code] = {}
        if fit is not None:
            slopes = zip(fit.columns, fit.slopes, strict=True)
            found[item.code] = {
                "start": _short(fit.start),
                "slopes": {codes[at]: _short(slope) for at, slope in slopes},
            }
    return found


def _given(
    built: BuiltScheme, group: Group, item: Item, columns: Mapping[str, Array]
) -> npt.NDArray[np.float64]:
    name = _of(built, group, item).value
    put_in = _rule_of(built.scheme, item) is not None
    name = f"{name.removesuffix('/value')}/given" if put_in else name
    return np.asarray(columns[name], dtype=np.float64)


def _short(value: float) -> float:
    return float(f"{value:.{DIGITS_OF_SLOPES}g}")


# --- treatments --------------------------------------------------------------------------------


def _waiting(scheme: Scheme, group: Group) -> list[Item]:
    """The items whose treatment depends on the data and isn't settled."""
    return [
        item
        for item in items_of(scheme, group)
        if item.code not in group.treatments
        and (
            isinstance(item.treat, Winsorise)
            or (isinstance(item.treat, BoxCox) and item.treat.power is None)
        )
    ]


def _treatments(
    built: BuiltScheme, group: Group, columns: Mapping[str, Array]
) -> dict[str, dict[str, float]]:
    from yuanheng.calc.composite.outliers import winsorise
    from yuanheng.calc.composite.transforms import box_cox_power

    found: dict[str, dict[str, float]] = {}
    rows = _rows(group, columns)
    for item in _waiting(built.scheme, group):
        values = np.asarray(columns[_of(built, group, item).value], dtype=np.float64)[rows]
        known = values[~np.isnan(values)]
        if not len(known):
            found[item.code] = {}
        elif isinstance(item.treat, Winsorise):
            spec = item.treat
            pulled, _, _ = winsorise(
                known, most=spec.most, max_skewness=spec.skewness, max_kurtosis=spec.kurtosis
            )
            ends: dict[str, float] = {}
            if pulled.min() > known.min():
                ends["low"] = float(pulled.min())
            if pulled.max() < known.max():
                ends["high"] = float(pulled.max())
            found[item.code] = ends
        else:
            found[item.code] = {"power": round(box_cox_power(known), DIGITS_OF_POWER)}
    return found


# --- weights -----------------------------------------------------------------------------------


def _levels(scheme: Scheme, group: Group) -> Iterator[_Level]:
    """The levels of a group that wait for weights from data."""
    at = next((n for n, g in enumerate(scheme.groups) if g.code == (group.like or group.code)), 0)
    model = scheme.groups[at]
    yield from _below(model.items, model.weights_from, f"groups[{at}]", scheme.score.total, group)


def _below(
    nodes: list[TreeNode], spec: WeightsFrom | None, path: str, total: float, group: Group
) -> Iterator[_Level]:
    items = [node for node in nodes if isinstance(node, Item)]
    waits = any(node.code not in group.weights for node in items)
    if spec is not None and spec.method in FROM_DATA and waits and len(items) == len(nodes):
        yield _Level(LevelWeights(spec, f"{path}.weights_from"), items, total)
    for number, node in enumerate(nodes):
        if isinstance(node, Dimension):
            weight = _weight_of(node, nodes, spec, total, group)
            yield from _below(
                node.items, node.weights_from, f"{path}.items[{number}]", weight, group
            )


def _weight_of(
    node: Dimension,
    nodes: list[TreeNode],
    spec: WeightsFrom | None,
    total: float,
    group: Group,
) -> float:
    """The points of a dimension, as the tree gives them."""
    if code_of(node) in group.weights:
        return group.weights[code_of(node)]
    if spec is not None:
        at = nodes.index(node)
        return LevelWeights(spec, "").provisional(nodes, total, [])[at]
    if node.weight is not None:
        return node.weight
    whole = sum(n.coefficient or 0.0 for n in nodes)
    return total * (node.coefficient or 0.0) / whole if whole else 0.0


def _weights(
    built: BuiltScheme, group: Group, level: _Level, columns: Mapping[str, Array]
) -> dict[str, float]:
    rows = _rows(group, columns)
    found = [_of(built, group, item) for item in level.nodes]
    values = np.column_stack(
        [np.asarray(columns[i.treated or i.value], dtype=np.float64)[rows] for i in found]
    )
    direction = [1 if item.better == "higher" else -1 for item in found]
    source = level.source
    try:
        shares = _shares(source.spec, values, direction, found)
    except FaultyInput as error:
        raise FaultyInput([_no_weights(built, group, source, f) for f in error.faults]) from None
    mixed = source.mixed([float(share) for share in shares], list(level.nodes))
    points = shared_out(mixed, level.total, source.spec.digits)
    return {item.code: weight for item, weight in zip(level.nodes, points, strict=True)}


def _collinear(
    built: BuiltScheme, group: Group, level: _Level, columns: Mapping[str, Array]
) -> list[Fault]:
    """A warning for each pair of a level's items that say the same over the ranked subjects."""
    from yuanheng.calc.composite.analysis import correlation

    rows, found = _rows(group, columns), [_of(built, group, item) for item in level.nodes]
    values = np.column_stack(
        [np.asarray(columns[i.treated or i.value], dtype=np.float64)[rows] for i in found]
    )
    same = np.triu(np.abs(np.nan_to_num(correlation(values))) > 1 - SAME_WITHIN, 1)
    return [
        built.text.place(
            Fault(
                "items_say_the_same",
                f"“{group.name}”的“{found[a].name}”与“{found[b].name}”完全相关，"
                f"等于同一件事算两次；{level.source.spec.method} 的权重照算，请考虑去掉一项。",
                f"“{found[a].name}” and “{found[b].name}” in “{group.name}” go together entirely: "
                f"one thing counts twice. {level.source.spec.method} weighs them all the same; "
                "consider leaving one out.",
                path=level.source.path,
                severity="warning",
            )
        )
        for a, b in np.argwhere(same).tolist()
    ]


def _shares(
    spec: WeightsFrom, values: Array, direction: list[int], items: list[ItemColumns]
) -> Array:
    from yuanheng.calc.composite import weights as of
    from yuanheng.calc.composite.normalisation import min_max

    if len(values) < 2:
        raise FaultyInput(
            [
                Fault(
                    "too_few_to_weigh",
                    f"参评的只有 {len(values)} 家，定不出数据权重。",
                    f"{len(values)} rated subjects give no weights.",
                )
            ]
        )
    scaled = min_max(values, direction, low=0.0, high=1.0)
    # Flat indicators tell nothing: min_max puts them in the middle, and so they stay.
    method, names = spec.method, [item.name for item in items]
    if method == "correlation":
        wanted = [
            spec.importance.get(item.item, 0.0 if spec.importance else 1.0) for item in items
        ]
        return of.correlation_weights(scaled, wanted, names=names).weights
    if method == "entropy":
        return of.entropy_weights(scaled, names=names)
    if method == "gini":
        return of.gini_weights(scaled, names=names)
    if method == "critic":
        return of.critic_weights(scaled, scale=False)
    if method == "standard_deviation":
        return of.deviation_weights(scaled, scale=False)
    return of.component_weights(scaled, names=names).weights


def _no_weights(built: BuiltScheme, group: Group, source: LevelWeights, fault: Fault) -> Fault:
    method = source.spec.method
    placed = replace(
        fault,
        path=source.path,
        zh=f"“{group.name}”按 {method} 定不出权重：{fault.zh}",
        en=f"No weights by {method} for group “{group.name}”: {fault.en}",
    )
    return built.text.place(placed)


def _rows(group: Group, columns: Mapping[str, Array]) -> Array:
    own = np.asarray(columns[GROUP], dtype=object) == group.code
    return np.flatnonzero(own & (np.asarray(columns[RATED]) == 1))


def _of(built: BuiltScheme, group: Group, item: Item) -> ItemColumns:
    return next(
        one for one in built.program.items if one.group == group.code and one.item == item.code
    )


def treatment_words(treat: Treat, settled: SettledTreatment) -> tuple[str, str]:
    """What a treatment does, Chinese and English, with what was settled."""
    if isinstance(treat, Quantiles):
        return (
            f"低于 {treat.low:.0%} 分位、高于 {treat.high:.0%} 分位的按分位值计",
            f"figures beyond the {treat.low:.0%} and {treat.high:.0%} quantiles count as these",
        )
    if isinstance(treat, LogRange):
        return "先取对数 ln(x−最小值+极差的1%)", "the logarithm of x − min + 1 % of the range"
    if isinstance(treat, BoxCox):
        power = treat.power if treat.power is not None else settled.power
        shown = "由数据定" if power is None else f"{power:g}"
        return (
            f"先作 Box-Cox 变换(λ={shown})",
            f"a Box-Cox transform (λ={'from the data' if power is None else f'{power:g}'})",
        )
    ends_zh = (
        [f"高于 {settled.high:g} 的按 {settled.high:g} 计"] if settled.high is not None else []
    )
    ends_en = [f"above {settled.high:g} as {settled.high:g}"] if settled.high is not None else []
    if settled.low is not None:
        ends_zh.append(f"低于 {settled.low:g} 的按 {settled.low:g} 计")
        ends_en.append(f"below {settled.low:g} as {settled.low:g}")
    rule = f"|偏度|≥{treat.skewness:g} 且峰度≥{treat.kurtosis:g} 时缩尾"
    rule_en = f"winsorised while |skewness| ≥ {treat.skewness:g} and kurtosis ≥ {treat.kurtosis:g}"
    if not ends_zh:
        return rule, rule_en
    return f"{rule}:{'、'.join(ends_zh)}", f"{rule_en}: {', '.join(ends_en)}"
