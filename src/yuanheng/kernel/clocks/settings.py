"""Terms as an office has set them: which one is in force, and whether one can be used."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yuanheng.calc.faults import FaultyInput
from yuanheng.kernel.clocks.terms import FIXED, LONGEST_TERM, Term, read_ladder
from yuanheng.kernel.dated import nearest_in_force
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
