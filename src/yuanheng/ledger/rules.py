"""Rules of checks as they are written and as they are judged: sides checked for names and units.

A side is a formula in the house's expression language over indicators. Beside each indicator
``x`` there are ``x_累计`` (from January to the period's end), ``x_园区合计`` (of a region: the sum
of its parks), ``x_企业合计`` (of a park: the sum of its enterprises), and sums of the cumulative.
Earlier periods are the language's own: 上期(x), 上年同期(x).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from yuanheng.calc.expression import (
    Binary,
    Checked,
    PreparedExpression,
    Ref,
    Symbol,
    check,
    parse,
    walk,
)
from yuanheng.calc.faults import FaultyInput
from yuanheng.kernel.importing.reading import language
from yuanheng.ledger.choices import BearerKind, CheckKind, Operator, OverSubjects
from yuanheng.ledger.models import CheckRule, Indicator
from yuanheng.ledger.queries.catalogue import Catalogue

PARKS, FIRMS = "parks", "firms"
_OVER = (("", "", ""), (PARKS, "__parks", "_园区合计"), (FIRMS, "__firms", "_企业合计"))


@dataclass(frozen=True, slots=True)
class Term:
    """What a name of a rule stands for: an indicator's code, from January on or not, summed over
    ``parks`` or ``firms`` or not."""

    code: str
    is_cumulative: bool
    over: str


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """The names that a rule may use: symbols for the checker, terms by their code."""

    symbols: Mapping[str, Symbol]
    terms: Mapping[str, Term]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sides ready to be judged, both in ``unit``; ``refs`` in the order of the text."""

    left: PreparedExpression
    right: PreparedExpression
    unit: str
    refs: tuple[Ref, ...]
    left_text: str
    right_text: str


@dataclass(frozen=True, slots=True)
class ReadRule:
    """A rule with what it was read into: comparisons, or the indicators it looks at (None: all
    that are reported)."""

    rule: CheckRule
    comparisons: tuple[Comparison, ...] = ()
    indicators: frozenset[int] | None = None


def names_of(catalogue: Catalogue) -> Names:
    """Every indicator that isn't archived, by code and name, with its cumulative and its sums."""
    return _names(
        tuple(
            (one.code, one.name, one.measure)
            for one in catalogue.by_id.values()
            if not one.is_archived
        )
    )


@functools.lru_cache(maxsize=4)
def _names(indicators: tuple[tuple[str, str, str], ...]) -> Names:
    symbols: dict[str, Symbol] = {}
    terms: dict[str, Term] = {}
    for own_code, own_name, measure in indicators:
        for so_far, own, said in ((False, "", ""), (True, "__cumulative", "_累计")):
            for over, end, word in _OVER:
                code, name = own_code + own + end, own_name + said + word
                symbol = Symbol(code, "number", measure, name=name)
                symbols[code] = symbols[name] = symbol
                terms[code] = Term(own_code, so_far, over)
    return Names(symbols, terms)


def read_rule(rule: CheckRule, catalogue: Catalogue, names: Names) -> ReadRule:
    """Raises FaultyInput for sides that can't be judged, LookupError for an unknown indicator."""
    if rule.kind == CheckKind.COMPARISON:
        return ReadRule(rule, (_comparison(rule.left, rule.right, names),))
    chosen = _named(rule.left, catalogue)
    if rule.kind != CheckKind.PARTS:
        return ReadRule(rule, (), frozenset(one.pk for one in chosen) if chosen else None)
    summed = chosen or [
        one
        for one in catalogue.by_id.values()
        if one.for_parks and one.over_subjects == OverSubjects.SUM and not one.is_archived
    ]
    return ReadRule(
        rule,
        tuple(_comparison(f"【{one.name}】", f"【{one.name}_园区合计】", names) for one in summed),
        frozenset(one.pk for one in summed),
    )


@functools.lru_cache(maxsize=2000)
def _comparison(left: str, right: str, names: Names) -> Comparison:
    """Read once as long as the catalogue stays as it is: ``names`` is the same object then."""
    sides = [parse(left), parse(right)]
    both = check(Binary("=", sides[0], sides[1]), names.symbols)
    _refuse(both)
    assert isinstance(both.expr, Binary)
    first = check(sides[0], names.symbols)
    unit = (first if first.references else check(sides[1], names.symbols)).unit
    refs = [node for node in walk(both.expr) if isinstance(node, Ref)]
    return Comparison(
        PreparedExpression(both.expr.left),
        PreparedExpression(both.expr.right),
        unit,
        tuple(dict.fromkeys(refs)),
        left.replace("【", "").replace("】", ""),
        right.replace("【", "").replace("】", ""),
    )


def _refuse(checked: Checked) -> None:
    wrong = [one for one in checked.faults if one.severity == "error"]
    if wrong:
        raise FaultyInput(wrong)


def _named(text: str, catalogue: Catalogue) -> list[Indicator]:
    """The indicators of a list with "、" between; LookupError with the name that isn't known."""
    found = []
    for part in text.replace(",", "、").replace("，", "、").split("、"):
        if name := part.strip():
            one = catalogue.find(name)
            if one is None or one.is_archived:
                raise LookupError(name)
            found.append(one)
    return found


def rule_faults(rule: CheckRule) -> dict[str, list[Any]]:
    """What keeps a rule from being judged, by field, in sentences."""
    if rule.kind == CheckKind.COMPARISON:
        return _comparison_faults(rule)
    found: dict[str, list[Any]] = {}
    catalogue = Catalogue()
    try:
        chosen = _named(rule.left, catalogue)
    except LookupError as error:
        text = _("There is no indicator “%(name)s”. Write names separated by “、”.")
        return {"left": [text % {"name": error.args[0]}]}
    if rule.kind == CheckKind.JUMP and rule.limit_previous is None is rule.limit_last_year:
        found["limit_previous"] = [_("Give a limit against the period before or last year.")]
    if rule.kind == CheckKind.PARTS:
        bad = [one.name for one in chosen if one.over_subjects != OverSubjects.SUM]
        if bad:
            text = _("“%(name)s” is not added up over parks, so it can't be checked as a sum.")
            found["left"] = [text % {"name": bad[0]}]
        if rule.subject_kind not in {"", BearerKind.REGION}:
            found["subject_kind"] = [_("The sum of the parks is checked of regions.")]
    return found


def _comparison_faults(rule: CheckRule) -> dict[str, list[Any]]:
    names = names_of(Catalogue())
    found: dict[str, list[Any]] = {}
    if rule.operator not in Operator.values:
        found["operator"] = [_("Choose how the left side must stand to the right side.")]
    for field in ("left", "right"):
        wrong = _side_faults(getattr(rule, field), names)
        if wrong:
            found[field] = wrong
    if not ({"left", "right"} & found.keys()):
        try:
            compared = _comparison(rule.left, rule.right, names)
        except FaultyInput as error:
            found["right"] = [_unit_clash(rule, names)] + [
                one.text(language()) for one in error.faults if "unit" not in one.code
            ]
        else:
            if not compared.refs:
                found["left"] = [_("A rule must name at least one indicator.")]
    return found


def _unit_clash(rule: CheckRule, names: Names) -> str:
    units = [check(parse(one), names.symbols).unit or "—" for one in (rule.left, rule.right)]
    text = _(
        "The left side is in “%(left)s”, the right side in “%(right)s”: they can't be compared."
    )
    return text % {"left": units[0], "right": units[1]}


def _side_faults(text: str, names: Names) -> list[str]:
    if not text.strip():
        return [_("Write a formula, such as the name of an indicator.")]
    try:
        checked = check(parse(text), names.symbols)
    except FaultyInput as error:
        return [one.text(language()) for one in error.faults]
    wrong = [one.text(language()) for one in checked.faults if one.severity == "error"]
    if not wrong and checked.kind not in {"number", "unknown"}:
        wrong = [_("A side must be a number; the operator stands in its own field.")]
    return wrong


def readable(rules: Sequence[CheckRule], catalogue: Catalogue) -> tuple[list[ReadRule], list[str]]:
    """The rules that can be judged, and the names of those that no longer can (an indicator was
    renamed or archived since)."""
    names = names_of(catalogue)
    found, broken = [], []
    for one in rules:
        try:
            found.append(read_rule(one, catalogue, names))
        except (FaultyInput, LookupError):
            broken.append(one.name)
    return found, broken
