"""Weights of one level out of people's comparisons, which the scheme writes down: AHP by one or
several experts, and best-worst.

Each takes ``weights_from``, its place in the file and the level's parts (code → name), and gives
the shares, or None where something is wrong, which goes to ``faults``. Inconsistent comparisons
are used, with a warning that says which one is furthest off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from yuanheng.calc.faults import Fault, FaultyInput
from yuanheng.calc.scheme.composing import WeightsFrom

if TYPE_CHECKING:
    from yuanheng.calc.composite.weights import Ahp

Names = Mapping[str, str]
Shares = list[float] | None
ACCEPTED_RATIO = (1.0, 1.0, 1.0, 0.1667, 0.1898, 0.2306, 0.2643, 0.2819, 0.2958, 0.3062)
"""By the largest comparison (0 to 9), the input-based consistency ratio that passes for five
criteria: Liang, Brunelli and Rezaei, Consistency issues in the best worst method (2020)."""


def unknown_part(code: str, path: str, known: Names | set[str]) -> Fault:
    """A code that is none of the level's."""
    return Fault(
        "unknown_part",
        f"这一层没有编码为“{code}”的部分；有的是：{'、'.join(sorted(known))}。",
        f"This level has no part “{code}”; it has {', '.join(sorted(known))}.",
        path=path,
    )


def by_ahp(spec: WeightsFrom, path: str, names: Names, faults: list[Fault]) -> Shares:
    """The eigenvector of one matrix, or of the experts' weighted geometric mean."""
    from yuanheng.calc.composite.weights import ahp_group, from_upper

    experts = [(f"experts[{at}].comparisons", one) for at, one in enumerate(spec.experts)]
    given = [(f"{path}.{place}", one.name, one.comparisons, one.voice) for place, one in experts]
    given = given or [(f"{path}.comparisons", "", spec.comparisons, 1.0)]
    matrices, before = [], len(faults)
    for place, _, comparisons, _ in given:
        try:
            matrices.append(from_upper(comparisons))
        except FaultyInput as error:
            faults.extend(fault.at(place) for fault in error.faults)
            continue
        if len(matrices[-1]) != len(names):
            faults.append(_wrong_size(len(matrices[-1]), len(names), place))
    if len(faults) > before:
        return None
    found = ahp_group(matrices, voices=[voice for *_, voice in given])
    labels = list(names.values())
    told: list[tuple[Ahp, str, str]] = []
    if len(given) > 1:
        each = zip(found.experts, given, strict=True)
        told = [(one, name, place) for one, (place, name, *_) in each]
    told.append((found.result, "", f"{path}.experts" if spec.experts else given[0][0]))
    faults.extend(_inconsistent(one, who, labels, place)
                  for one, who, place in told if not one.consistent)  # fmt: skip
    return [float(weight) for weight in found.result.weights]


def _wrong_size(found: int, wanted: int, place: str) -> Fault:
    return Fault(
        "ahp_size",
        f"comparisons 是 {found} 项两两比较，这一层有 {wanted} 项；"
        f"应写 {wanted * (wanted - 1) // 2} 个数。",
        f"comparisons are those of {found} parts; this level has {wanted}.",
        path=place,
    )


def _inconsistent(found: Ahp, who: str, names: list[str], place: str) -> Fault:
    one, other, ratio = found.worst
    zh, en = (f"“{who}”的判断矩阵", f"“{who}”: the comparisons'") if who else (
        "判断矩阵", "The comparisons'"
    )  # fmt: skip
    return Fault(
        "ahp_inconsistent",
        f"{zh}的一致性比率是 {found.ratio:.3f}，超过 0.10；最不一致的是"
        f"“{names[one]}”对“{names[other]}”，按其余判断应约为 {ratio:.2g}。请复核。",
        f"{en} consistency ratio is {found.ratio:.3f}, above 0.10; most "
        f"off is “{names[one]}” to “{names[other]}”, which the others put at "
        f"{ratio:.2g}.",
        path=place,
        severity="warning",
    )


def by_best_worst(spec: WeightsFrom, path: str, names: Names, faults: list[Fault]) -> Shares:
    """min ξ over the comparisons with the best and the worst part, each named by its code."""
    from yuanheng.calc.composite.weights import best_worst_weights

    wrong = _misnamed(spec, path, names)
    if wrong or spec.best is None or spec.worst is None:
        faults.extend(wrong)
        return None
    to_others, to_worst = _both_lists(spec.best, spec.worst, spec)
    for key, given in (("to_others", to_others), ("to_worst", to_worst)):
        if lacking := [name for code, name in names.items() if code not in given]:
            wrong.append(_lacking(key, lacking, f"{path}.{key}"))
    if wrong:
        faults.extend(wrong)
        return None
    codes = list(names)
    try:
        found = best_worst_weights(
            [to_others[code] for code in codes], [to_worst[code] for code in codes],
            best=codes.index(spec.best), worst=codes.index(spec.worst),
        )  # fmt: skip
    except FaultyInput as error:
        faults.extend(fault.at(path) for fault in error.faults)
        return None
    accepted = ACCEPTED_RATIO[min(int(to_others[spec.worst]), len(ACCEPTED_RATIO) - 1)]
    if found.input_ratio > accepted:
        at = names[codes[found.worst]]
        faults.append(_contradictory(found.input_ratio, accepted, at, path))
    return [float(weight) for weight in found.weights]


def _misnamed(spec: WeightsFrom, path: str, names: Names) -> list[Fault]:
    """Codes that are lacking or that the level doesn't have."""
    found = []
    for key, code in (("best", spec.best), ("worst", spec.worst)):
        place = f"{path}.{key}"
        if code is None:
            found.append(
                Fault("missing_key", f"缺少必填项 {key}。", f"{key} is required.", path=place)
            )
        elif code not in names:
            found.append(unknown_part(code, place, names))
    for key, given in (("to_others", spec.to_others), ("to_worst", spec.to_worst)):
        found += [unknown_part(code, f"{path}.{key}.{code}", names)
                  for code in given if code not in names]  # fmt: skip
    return found


def _both_lists(
    best: str, worst: str, spec: WeightsFrom
) -> tuple[dict[str, float], dict[str, float]]:
    """The comparisons with what goes without saying: 1 to itself, and best to worst, which is one
    comparison, in both lists."""
    to_others = {best: 1.0, **spec.to_others}
    to_worst = {worst: 1.0, **spec.to_worst}
    if worst in to_others:
        to_worst.setdefault(best, to_others[worst])
    elif best in to_worst:
        to_others.setdefault(worst, to_worst[best])
    return to_others, to_worst


def _lacking(key: str, names: list[str], place: str) -> Fault:
    return Fault(
        "comparison_missing",
        f"{key} 没有写 {'、'.join(names)}；这一层的每一部分都要比较，写 1 至 9。",
        f"{key} lacks {', '.join(names)}; every part of the level is compared, by 1 to 9.",
        path=place,
    )


def _contradictory(ratio: float, accepted: float, name: str, place: str) -> Fault:
    return Fault(
        "best_worst_inconsistent",
        f"最优最劣比较的一致性比率是 {ratio:.3f}，超过 {accepted:.3f}；最不一致的是“{name}”："
        "最优对它乘以它对最劣，应接近最优对最劣。请复核。",
        f"The best-worst comparisons' consistency ratio is {ratio:.3f}, above {accepted:.3f}; "
        f"most off is “{name}”: best to it times it to worst should be near best to worst.",
        path=place,
        severity="warning",
    )


COMPARING: dict[str, Callable[[WeightsFrom, str, Names, list[Fault]], Shares]] = {
    "ahp": by_ahp,
    "best_worst": by_best_worst,
}
"""The methods whose weights the file alone gives."""
