"""Two versions of a text, line against line."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _

from yuanheng.calc.scheme import Scheme
from yuanheng.calc.scheme.comparing import ItemPair
from yuanheng.calc.scheme.weights import leaves, weigh_group
from yuanheng.evaluation.method_names import METHOD_NAMES
from yuanheng.evaluation.method_words import limit_words, method_words, treatment_words

_CONTEXT = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the comparison: ``sign`` is +, − or blank; numbers are those of each text."""

    sign: str
    old: int | None
    new: int | None
    text: str


def compare(old: str, new: str) -> list[list[Line]]:
    """The places where two texts differ, each with some lines around it."""
    before, after = old.splitlines(), new.splitlines()
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    places = []
    for group in matcher.get_grouped_opcodes(_CONTEXT):
        lines: list[Line] = []
        for kind, start, end, start_new, end_new in group:
            if kind == "equal":
                pairs = zip(range(start, end), range(start_new, end_new), strict=True)
                lines += [Line(" ", a + 1, b + 1, before[a]) for a, b in pairs]
                continue
            lines += [Line("−", at + 1, None, before[at]) for at in range(start, end)]
            lines += [Line("+", None, at + 1, after[at]) for at in range(start_new, end_new)]
        places.append(lines)
    return places


def differing_items(old: Scheme, new: Scheme) -> list[dict[str, Any]]:
    """Two schemes item by item: weights, and in words what else is different; items that are the
    same in both are left out."""
    before, after = _items(old), _items(new)
    several = len(new.groups) > 1 or len(old.groups) > 1
    found = []
    for key in dict.fromkeys([*before, *after]):
        one, other = before.get(key), after.get(key)
        told = other or one
        assert told is not None
        differences = [
            (name, was, one_now)
            for (name, was), (_name, one_now) in zip(
                one["words"] if one else [], other["words"] if other else [], strict=False
            )
            if was != one_now
        ]
        weights = (one["weight"] if one else None, other["weight"] if other else None)
        if one and other and not differences and weights[0] == weights[1]:
            continue
        found.append(
            {
                "name": told["name"],
                "group": told["group"] if several else "",
                "before": weights[0],
                "after": weights[1],
                "change": "" if one and other else "added" if other else "removed",
                "differences": differences,
            }
        )
    return found


def item_words(pair: ItemPair) -> list[tuple[str, str, str]]:
    """In words what differs between an item of one scheme and the same of another."""
    if pair.one is None or pair.other is None:
        return []
    names = {
        "formula": _("formula"),
        "unit": _("unit"),
        "better": _("Direction"),
        "treat": _("Extremes"),
        "cap": _("most"),
        "floor": _("least"),
        "missing": _("If missing"),
        "zero": _("If zero"),
        "negative": _("If negative"),
    }
    one, other = pair.one.item, pair.other.item
    said = [] if one.name == other.name else [(_("name"), one.name, other.name)]
    words = method_words(one), method_words(other)
    if words[0] != words[1]:
        said.append((_("How it earns points"), *words))
    for key, mine, theirs in pair.differences:
        if key in names:
            choices = [str(METHOD_NAMES.get(text, text)) for text in (mine, theirs)]
            said.append((names[key], *choices))
    return said


def _items(scheme: Scheme) -> dict[tuple[str, str], dict[str, Any]]:
    found = {}
    for number, group in enumerate(scheme.groups):
        for leaf in leaves(weigh_group(scheme, number, [])):
            item = leaf.item
            missing = item.missing if item.missing is not None else scheme.data_rules.missing
            found[group.code, item.code] = {
                "name": item.name,
                "group": group.name,
                "weight": round(leaf.weight, 9),
                "words": [
                    (_("name"), item.name),
                    (_("formula"), item.formula),
                    (_("unit"), item.unit_of_value),
                    (_("How it earns points"), method_words(item)),
                    (_("most"), limit_words(item.cap, 1.0)),
                    (_("least"), limit_words(item.floor, 1.0)),
                    (_("If missing"), treatment_words(missing)),
                ],
            }
    return found
