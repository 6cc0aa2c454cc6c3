"""Rules of lights as an office has set them, or as they come with the software."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from yuanheng.calc.faults import FaultyInput
from yuanheng.kernel.dated import nearest_in_force, nearest_of
from yuanheng.kernel.figures import in_english
from yuanheng.kernel.lights.rules import NONE, Light, evaluate, read_rule
from yuanheng.kernel.lights.shipped import ShippedRule, shipped_rules
from yuanheng.kernel.models import LightRule

AnyRule = LightRule | ShippedRule | Mapping[str, Any]


def rule_in_force(code: str, org_unit_id: int | None, on: date) -> LightRule | ShippedRule:
    """The office's rule of that code on a day, else the shipped one; LookupError without one."""
    found = nearest_in_force(LightRule.objects.filter(code=code), org_unit_id, on)
    if found is None and code not in shipped_rules():
        raise LookupError(f"no rule of lights is called {code!r}")
    return found or shipped_rules()[code]


def rules_in_force(
    keys: Iterable[tuple[str, int | None]], on: date
) -> dict[tuple[str, int | None], LightRule | ShippedRule]:
    """The same for many (code, office), read at once; those without a rule are left out."""
    wanted = set(keys)
    set_by: dict[str, list[LightRule]] = defaultdict(list)
    for one in LightRule.objects.filter(code__in={code for code, _office in wanted}):
        set_by[one.code].append(one)
    lines: dict[int | None, list[int]] = {}
    found = {}
    for code, office in wanted:
        rule = nearest_of(set_by[code], office, on, lines) or shipped_rules().get(code)
        if rule is not None:
            found[code, office] = rule
    return found


def frozen_light(code: str, org_unit_id: int | None, on: date) -> dict[str, Any]:
    """What a running clock keeps of the rule of lights that was in force when it started."""
    rule = rule_in_force(code, org_unit_id, on)
    return {
        "code": rule.code,
        "name": rule.name,
        "clause": rule.clause,
        "applies": rule.applies,
        "conditions": rule.conditions,
    }


def light_for(rule: AnyRule, facts: Mapping[str, Any], on: date) -> Light:
    """The light of a rule for the facts of a day. Nothing is stored.

    ``rule`` is an office's row, a shipped rule, or what a clock kept. Facts that are not given are
    unknown; KeyError for a name that is no fact.
    """
    if isinstance(rule, LightRule) and not rule.is_in_force(on):
        return Light(NONE, _("This rule is not in force on %(day)s.") % {"day": on})
    if isinstance(rule, Mapping):
        words = rule["conditions"], rule["applies"], rule["clause"]
    else:
        words = rule.conditions, rule.applies, rule.clause
    # The type counts: 1 and True are the same key.
    given = tuple((name, type(value), value) for name, value in sorted(facts.items()))
    try:
        return _decided(*words, given, on, in_english())
    except TypeError:  # a plan's curve is no key
        conditions, applies, clause = words
        return evaluate(read_rule(conditions, applies), facts, on, clause)


@lru_cache(maxsize=2048)
def _decided(
    conditions: str,
    applies: str,
    clause: str,
    given: tuple[tuple[str, type, Any], ...],
    on: date,
    english: bool,
) -> Light:
    """Kept by language, since on a list of two hundred cases most have the facts of another."""
    facts = {name: value for name, _kind, value in given}
    return evaluate(read_rule(conditions, applies), facts, on, clause)


def check_light_rule(rule: LightRule) -> None:
    """ValidationError for a rule that can't be used, with every fault."""
    wrong: dict[str, Any] = {}
    lang = "en" if in_english() else "zh"
    try:
        read_rule(rule.conditions, rule.applies)
    except FaultyInput as error:
        where = [fault for fault in error.faults if fault.line is None]
        lines = [fault for fault in error.faults if fault.line is not None]
        if where and rule.applies and lines != error.faults:
            wrong["applies"] = [fault.text(lang) for fault in where]
        if lines or not wrong:
            wrong["conditions"] = [fault.text(lang) for fault in lines or where]
    if rule.valid_until and rule.valid_from and rule.valid_until < rule.valid_from:
        wrong["valid_until"] = _("It can't end before it begins.")
    if wrong:
        raise ValidationError(wrong)
