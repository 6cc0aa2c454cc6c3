"""Findings in sentences: of whom and when, what was found, what was expected, what to do."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from yuanheng.calc.figures import in_unit
from yuanheng.calc.periods import Period
from yuanheng.kernel.figures import MISSING, exact, figure, listed, measured
from yuanheng.kernel.importing.reading import language
from yuanheng.ledger.choices import Against, CheckKind, Operator
from yuanheng.ledger.models import CheckRule, Indicator
from yuanheng.ledger.queries.judging import Case, Hit, Undecided


def sentence(case: Case, hit: Hit, subject: str, period: Period, *, hides: bool) -> str:
    """The finding in words; without its numbers where the reader may not see them."""
    rule = hit.rule.rule
    indicator = case.catalogue.by_id[int(case.ground.indicators[hit.indicator])]
    said = {
        "subject": subject,
        "period": period.label,
        "name": indicator.shown_name,
        "rule": rule.name,
    }
    if hides:
        text = _(
            "%(subject)s, %(period)s: %(name)s breaks the rule “%(rule)s”; its figures are not "
            "shown to you."
        )
        return text % said
    words = _WORDS[rule.kind](case, hit, indicator, period)
    head = _("%(subject)s, %(period)s: ") % said
    return f"{head}{words}{rule.advice or _advice(rule)}"


def undecided_sentence(one: Undecided, subject: str, period: Period) -> str:
    """Why a rule could not be judged."""
    said = {"subject": subject, "period": period.label, "rule": one.rule.rule.name}
    if not one.missing:
        text = _("%(subject)s, %(period)s: “%(rule)s” can't be judged, a divisor is 0.")
        return text % said
    text = _("%(subject)s, %(period)s: “%(rule)s” can't be judged, not known: %(missing)s.")
    return text % {**said, "missing": listed(one.missing)}


def shown(indicator: Indicator, *values: float) -> tuple[str, ...]:
    """``20.00亿元``: figures that stand beside one another in one unit. Money is written in the
    largest of 亿元, 万元 and 元 in which the smallest of them is still a tenth; a figure that
    rounding would make nothing keeps its digits."""
    factor, unit = indicator.shown_factor, indicator.unit_shown
    if indicator.measure == "元":
        factor, unit = _money(values)
    return tuple(measured(_number(one * factor, indicator.decimals), unit) for one in values)


def _money(values: Iterable[float]) -> tuple[float, str]:
    least = min((abs(one) for one in values if one and math.isfinite(one)), default=0.0)
    return (1e-8, "亿元") if least >= 1e7 else (1e-4, "万元") if least >= 1e3 else (1.0, "元")


def _number(value: float, decimals: int) -> str:
    if not math.isfinite(value):
        return MISSING
    is_small = 0 < abs(value) < 10**-decimals
    return exact(value, 8) if is_small else figure(value, decimals)


def _compared(case: Case, hit: Hit, indicator: Indicator, period: Period) -> str:
    rule, compared = hit.rule.rule, hit.detail
    found, expected = _sides(case, hit, compared.unit)
    text = _("%(left)s is %(found)s, but must be %(operator)s %(right)s, %(expected)s%(within)s. ")
    operator = rule.operator if rule.kind == CheckKind.COMPARISON else "="
    return text % {
        "left": compared.left_text,
        "found": found,
        "operator": Operator(operator).label,
        "right": compared.right_text,
        "expected": expected,
        "within": _within(rule),
    }


def _sides(case: Case, hit: Hit, unit: str) -> tuple[str, ...]:
    """Both sides as an indicator of the rule is written that is kept in their unit."""
    for pk in hit.involved:
        if case.catalogue.by_id[pk].measure == unit:
            return shown(case.catalogue.by_id[pk], hit.left, hit.right)
    factor, word = _money((hit.left, hit.right)) if unit == "元" else (1.0, unit)
    return tuple(measured(exact(one * factor, 4), word) for one in (hit.left, hit.right))


def _within(rule: CheckRule) -> str:
    if rule.tolerance_percent:
        return _(" (tolerance %(percent)s%%)") % {"percent": exact(rule.tolerance_percent)}
    return ""


def _jumped(case: Case, hit: Hit, indicator: Indicator, period: Period) -> str:
    which, moved, is_points = hit.detail
    rule = hit.rule.rule
    before, limit = (
        (period.before(), rule.limit_previous)
        if which == "previous"
        else (period.last_year(), rule.limit_last_year)
    )
    found, expected = shown(indicator, hit.left, hit.right)
    said = {
        "name": indicator.shown_name,
        "found": found,
        "then": before.label,
        "before": expected,
        "moved": exact(abs(moved), 2),
        "limit": exact(limit, 2),
    }
    if is_points:
        text = _("%(name)s is %(found)s, %(moved)s points away from %(before)s in %(then)s; the "
                 "limit is %(limit)s points. ")  # fmt: skip
    elif moved > 0:
        text = _("%(name)s is %(found)s, up by %(moved)s%% from %(before)s in %(then)s; the limit "
                 "is %(limit)s%%. ")  # fmt: skip
    else:
        text = _("%(name)s is %(found)s, down by %(moved)s%% from %(before)s in %(then)s; the "
                 "limit is %(limit)s%%. ")  # fmt: skip
    return text % said


def _slipped(case: Case, hit: Hit, indicator: Indicator, period: Period) -> str:
    slip = in_unit(hit.detail, indicator.unit_shown)
    found, expected = shown(indicator, hit.left, hit.right)
    text = _("%(name)s is %(found)s, usually it is about %(usual)s: %(slip)s. ")
    return text % {
        "name": indicator.shown_name,
        "found": found,
        "usual": expected,
        "slip": slip.en if language() == "en" else slip.zh,
    }


def _strayed(case: Case, hit: Hit, indicator: Indicator, period: Period) -> str:
    against, score = hit.detail
    found, expected = shown(indicator, hit.left, hit.right)
    said = {
        "name": indicator.shown_name,
        "found": found,
        "middle": expected,
        "score": exact(abs(score), 1),
        "limit": exact(hit.rule.rule.threshold, 1),
    }
    if against == Against.PEERS:
        text = _("%(name)s is %(found)s, far from the %(middle)s in the middle of its class "
                 "(robust distance %(score)s, limit %(limit)s). ")  # fmt: skip
    else:
        text = _("%(name)s is %(found)s, far from its usual %(middle)s (robust distance "
                 "%(score)s, limit %(limit)s). ")  # fmt: skip
    return text % said


def _advice(rule: CheckRule) -> str:
    if rule.kind == CheckKind.SLIP:
        return _("Check the unit and type the figure again; if it is right, say why.")
    if rule.kind == CheckKind.PARTS:
        return _("Ask which parks have not reported, or correct the published figure.")
    if rule.severity == "block":
        return _("Correct the figures.")
    if rule.severity == "explain":
        return _("Check it; if it is right, say why.")
    return _("Check it.")


_WORDS: dict[str, Any] = {
    CheckKind.COMPARISON: _compared,
    CheckKind.PARTS: _compared,
    CheckKind.JUMP: _jumped,
    CheckKind.SLIP: _slipped,
    CheckKind.OUTLIER: _strayed,
}
