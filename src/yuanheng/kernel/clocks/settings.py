"""Terms as an office has set them: which one is in force, and whether one can be used."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yuanheng.calc.faults import FaultyInput
from yuanheng.kernel.clocks.terms import FIXED, LONGEST_TERM, Term, read_ladder
from yuanheng.kernel.directory import directory
from yuanheng.kernel.models import TermRule


def term_in_force(term: Term, org_unit_id: int | None, on: date) -> Term:
    """``term``, or what the office has set under its code: the setting of the nearest organisation
    above ``org_unit_id`` that was in force on ``on``."""
    rule = nearest_in_force(TermRule.objects.filter(code=term.code), org_unit_id, on)
    if rule is None:
        return term
    return term.changed(
        title=rule.title,
        days=rule.days,
        counting=rule.counting,
        ladder=read_ladder(rule.ladder),
        clause=rule.clause,
    )


def nearest_in_force(rules: Any, org_unit_id: int | None, on: date) -> Any:
    """Of dated rows with ``org_unit``: that of the nearest organisation upward, the latest of
    several; ``None`` if there is none. One query where nothing is set."""
    living = Q(valid_until__isnull=True) | Q(valid_until__gte=on)
    found: dict[int | None, Any] = {}
    for rule in rules.filter(living, valid_from__lte=on).order_by("valid_from", "pk"):
        found[rule.org_unit_id] = rule
    if not found:
        return None
    for place in line_of(org_unit_id):
        if place in found:
            return found[place]
    return found.get(None)


def line_of(org_unit_id: int | None) -> list[int]:
    """An organisation and those above it, nearest first."""
    line: list[int] = []
    while org_unit_id is not None and org_unit_id not in line:
        line.append(org_unit_id)
        org_unit_id = directory().superior(org_unit_id)
    return line


def check_term_rule(rule: TermRule) -> None:
    """ValidationError for a term that could not run."""
    wrong: dict[str, Any] = {}
    if rule.counting != FIXED and not (rule.days and 0 < rule.days <= LONGEST_TERM):
        wrong["days"] = _("Give 1 to %(most)d days.") % {"most": LONGEST_TERM}
    if rule.counting == FIXED and rule.days:
        wrong["days"] = _("A fixed date has no number of days; leave this empty.")
    try:
        read_ladder(rule.ladder)
    except FaultyInput as error:
        lang = "zh" if (get_language() or "zh").startswith("zh") else "en"
        wrong["ladder"] = [fault.text(lang) for fault in error.faults]
    if rule.valid_until and rule.valid_from and rule.valid_until < rule.valid_from:
        wrong["valid_until"] = _("It can't end before it begins.")
    if wrong:
        raise ValidationError(wrong)
