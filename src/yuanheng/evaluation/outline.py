"""A scheme as a page shows it: what is measured, how, for whom, and what is assumed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from yuanheng.calc.evaluation.preparing import treatment_words as treatment_words_of
from yuanheng.calc.scheme import Scheme
from yuanheng.calc.scheme.composing import SettledTreatment
from yuanheng.calc.scheme.items import FalseData
from yuanheng.calc.scheme.weights import WeightedItem, weigh_group
from yuanheng.evaluation.method_words import (
    composing_words,
    limit_words,
    method_words,
    scope_words,
    share,
    treatment_words,
)
from yuanheng.kernel.chinese import full_width
from yuanheng.kernel.figures import exact, listed
from yuanheng.kernel.importing.reading import language


def outline(scheme: Scheme) -> dict[str, Any]:
    """Everything that ``evaluation/_outline.html`` draws."""
    return {
        "scheme": scheme,
        "groups": [_group(scheme, number) for number in range(len(scheme.groups))],
        "population": _population(scheme),
        "adjustments": [_adjustment(one) for one in scheme.adjustments],
        "vetoes": [_veto(one) for one in scheme.vetoes],
        "grades": _grades(scheme.grades) if scheme.grades else None,
        "score": _score(scheme),
        "fields": scheme.data.fields,
        "data_rules": _rules(scheme.data_rules),
    }


def _group(scheme: Scheme, number: int) -> dict[str, Any]:
    group = scheme.groups[number]
    same_as = next((g.name for g in scheme.groups if g.code == group.like), "")
    if same_as and not group.weights:
        return {
            "code": group.code,
            "name": group.name,
            "when": group.when,
            "same_as": same_as,
            "rows": [],
            "grades": _grades(group.grades) if group.grades else None,
        }
    tree = weigh_group(scheme, number, [])
    model = next((g for g in scheme.groups if g.code == group.like), group)
    rows: list[dict[str, Any]] = []
    _walk(tree, rows, depth=-1, scheme=scheme)
    return {
        "code": group.code,
        "name": group.name,
        "when": group.when,
        "composed": composing_words(group.combine or model.combine, model.weights_from),
        "rows": rows,
        "count": sum(1 for row in rows if row["is_item"]),
        "grades": _grades(group.grades) if group.grades else None,
    }


def _walk(node: Any, rows: list[dict[str, Any]], depth: int, scheme: Scheme) -> None:
    if isinstance(node, WeightedItem):
        rows.append(_item(node, depth, scheme))
        return
    if node.dimension is not None:
        rows.append(
            {
                "is_item": False,
                "depth": depth,
                "name": node.dimension.name,
                "weight": exact(node.weight),
                "reserved": node.dimension.reserved,
                "composed": composing_words(node.dimension.combine, node.dimension.weights_from),
                "better": _("lower is better"),
                "lower": node.dimension.better == "lower",
            }
        )
    for child in node.children:
        _walk(child, rows, depth + (1 if node.dimension is not None or depth < 0 else 0), scheme)


def _item(node: WeightedItem, depth: int, scheme: Scheme) -> dict[str, Any]:
    item = node.item
    missing = item.missing if item.missing is not None else scheme.data_rules.missing
    return {
        "is_item": True,
        "depth": depth,
        "name": item.name,
        "formula": item.formula,
        "measure": item.unit_of_value,
        "better": _("higher is better") if item.better == "higher" else _("lower is better"),
        "lower": item.better == "lower",
        "weight": exact(node.weight),
        "method": method_words(item),
        "cap": limit_words(item.cap, node.weight),
        "floor": limit_words(item.floor, node.weight),
        "missing": treatment_words(missing),
        "treat": _treat(item),
        "note": item.note,
    }


def _treat(item: Any) -> str:
    if item.treat is None:
        return ""
    zh, en = treatment_words_of(item.treat, SettledTreatment())
    return en if language() == "en" else full_width(zh)


def _population(scheme: Scheme) -> list[tuple[str, str]]:
    people, lines = scheme.population, []
    if people.include:
        lines.append((_("Takes part"), _why(people.include, people.include_reason)))
    lines += [(_("Left out"), _why(one.when, one.reason)) for one in people.exclude]
    for one in people.unrated:
        label = _("Class %(name)s, not ranked") % {"name": one.unrated_class}
        lines.append((label, _why(one.when, one.reason)))
    if people.merge:
        lines.append((_("Computed together"), _("the same %(f)s") % {"f": people.merge.by}))
    if people.inherit:
        lines.append((_("Takes the landlord's grade"),
                      _why(people.inherit.when, people.inherit.reason)))  # fmt: skip
    return lines


def _why(condition: str, reason: str) -> str:
    return f"{condition}（{reason}）" if reason else condition


def _adjustment(one: Any) -> dict[str, Any]:
    if one.points is not None:
        how = one.points
    else:
        text = _("%(points)s points for each: %(event)s")
        said = [{"points": exact(e.points), "event": e.event_level} for e in one.per_event]
        how = "；".join(text % part for part in said)
    return {
        "name": one.name,
        "kind": _("Bonus") if one.kind == "bonus" else _("Deduction"),
        "is_bonus": one.kind == "bonus",
        "how": how,
        "cap": _("no limit") if one.cap == "none" else exact(one.cap),
    }


def _veto(one: Any) -> dict[str, Any]:
    effects = {
        "cancel": _("no score this time"),
        "grade_at_most": _("grade %(grade)s at most"),
        "grade": _("grade %(grade)s"),
        "lose_eligibility": _("not eligible for honours"),
    }
    effect = effects[one.effect] % {"grade": one.grade} if one.grade else effects[one.effect]
    return {"name": one.name, "when": one.when, "effect": effect}


def _grades(grades: Any) -> dict[str, Any]:
    return {
        "scale": grades.scale,
        "scope": scope_words(grades.scope),
        "rules": [{"grade": rule.grade, "how": _grade_rule(rule)} for rule in grades.rules],
        "moves": [{"when": m.when, "reason": m.reason} for m in grades.moves],
    }


def _grade_rule(rule: Any) -> str:
    parts = []
    if rule.top is not None:
        parts.append(_("the first %(share)s") % {"share": share(rule.top)})
    if rule.bottom is not None:
        parts.append(_("the last %(share)s") % {"share": share(rule.bottom)})
    if rule.score_at_least is not None:
        parts.append(_("at least %(n)s points") % {"n": exact(rule.score_at_least)})
    if rule.score_below is not None:
        parts.append(_("below %(n)s points") % {"n": exact(rule.score_below)})
    if rule.when is not None:
        parts.append(rule.when)
    return "，".join(parts) or _("all others")


def _score(scheme: Scheme) -> list[tuple[str, str]]:
    score, ranking = scheme.score, scheme.ranking
    lines = [
        (_("Full score"), exact(score.total)),
        (_("Rounded before ranking to"), _("%(n)s decimals") % {"n": score.digits}),
        (_("Ranked within"), scope_words(ranking.scope)),
    ]
    if score.cap is not None:
        lines.append((_("Score at most"), exact(score.cap)))
    ties = listed(tie.by for tie in ranking.ties)
    lines.append((_("Among equal scores"), ties or _("the same rank")))
    return lines


def _rules(rules: Any) -> list[tuple[str, str]]:
    lines = [
        (_("Missing figure"), treatment_words(rules.missing)),
        (_("Zero"), treatment_words(rules.zero)),
        (_("Negative figure"), treatment_words(rules.negative)),
    ]
    if isinstance(rules.false_data, list):
        lines += [(_("False figures"), _false(one)) for one in rules.false_data]
    return [line for line in lines if line[1] != "—"]


def _false(one: FalseData) -> str:
    return f"{one.when} → {treatment_words(one.then)}"
