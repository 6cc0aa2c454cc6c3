"""What is wrong, or at least strange, with figures: the rules of checks over what is believed.

Proposed figures (a form that is being filled in) are laid over the ledger, so that a figure is
checked together with those that stand beside it and before it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from yuanheng.calc.periods import Period
from yuanheng.ledger.choices import CheckKind, Severity
from yuanheng.ledger.models import CheckRule, FigureRemark
from yuanheng.ledger.queries.catalogue import Catalogue
from yuanheng.ledger.queries.finding_words import sentence, undecided_sentence
from yuanheng.ledger.queries.hidden import hidden_subjects
from yuanheng.ledger.queries.judging import Case, Hit, Undecided, judge
from yuanheng.ledger.queries.laying import Proposed, lay_out, subjects_seen
from yuanheng.ledger.rules import readable

__all__ = ["Examination", "Finding", "Proposed", "examine", "findings_for"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says of one figure.

    ``severity`` is block, explain or warn (``choices.Severity``); ``text`` is a sentence: what,
    found, expected, what to do. ``explained``: somebody has remarked on this very value.
    """

    subject_id: int
    indicator_id: int
    period: Period
    rule: str
    severity: str
    text: str
    explained: bool


@dataclass(slots=True)
class Examination:
    """Findings, what could not be judged (sentences), and rules that no longer can be read."""

    findings: list[Finding] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    rules: int = 0


# So many subjects are judged at once, lest the cube of their figures grow without end.
_AT_ONCE = 2000
_SHOWN = 200
_GRAVITY = {Severity.BLOCK: 0, Severity.EXPLAIN: 1, Severity.WARN: 2}


def findings_for(
    proposed: Sequence[Proposed], *, acting_user: Any, catalogue: Catalogue | None = None
) -> list[Finding]:
    """What the rules in force find in these figures, the gravest first. ``catalogue``: where it
    has been read already.

    Raises ``Refused`` for a subject that ``acting_user`` does not see. An indicator that isn't in
    the catalogue is no business of the rules and is passed over.
    """
    return examine(proposed, acting_user=acting_user, catalogue=catalogue).findings


def examine(
    proposed: Sequence[Proposed],
    *,
    acting_user: Any,
    with_undecided: bool = False,
    catalogue: Catalogue | None = None,
) -> Examination:
    """The same with what could not be judged (``with_undecided``, the first 200 sentences)."""
    subjects = subjects_seen(proposed, acting_user)
    catalogue = catalogue or Catalogue()
    known = [one for one in proposed if one.indicator_id in catalogue.by_id]
    rules = list(CheckRule.objects.visible_to(acting_user).current().order_by("code"))
    read, broken = readable(rules, catalogue)
    report = Examination(broken=broken, rules=len(rules))
    by_subject: dict[int, list[Proposed]] = defaultdict(list)
    for one in known:
        by_subject[one.subject_id].append(one)
    order = sorted(by_subject)
    for start in range(0, len(order), _AT_ONCE):
        part = [one for pk in order[start : start + _AT_ONCE] for one in by_subject[pk]]
        case, relevant = lay_out(part, subjects, catalogue, read, acting_user)
        hits, undecided = judge(case, relevant)
        report.findings += _findings(case, _without_doubles(case, hits), acting_user)
        if with_undecided:
            left = _SHOWN - len(report.undecided)
            report.undecided += _told(case, undecided[: max(left, 0)], acting_user)
    report.findings.sort(key=lambda one: (_GRAVITY[Severity(one.severity)], one.subject_id,
                                          one.period, one.indicator_id, one.rule))  # fmt: skip
    return report


def _without_doubles(case: Case, hits: list[Hit]) -> list[Hit]:
    """A slip of the unit is also a jump and an outlier: it is told once, as what it is, unless
    the other weighs more."""
    slips: dict[int, int] = {}
    for one in hits:
        if one.rule.rule.kind == CheckKind.SLIP:
            weight = _GRAVITY[Severity(one.rule.rule.severity)]
            slips[one.place] = min(slips.get(one.place, 9), weight)
    also = {CheckKind.JUMP, CheckKind.OUTLIER}
    return [
        one
        for one in hits
        if one.rule.rule.kind not in also
        or _GRAVITY[Severity(one.rule.rule.severity)] < slips.get(one.place, 9)
    ]


def _findings(case: Case, hits: list[Hit], user: Any) -> list[Finding]:
    hides = hidden_subjects(user, {_subject(case, one): one.involved for one in hits},
                            case.catalogue)  # fmt: skip
    found = []
    for one in hits:
        subject, asked = _subject(case, one), _asked(case, one)
        period = case.ground.asked[asked]
        rule = one.rule.rule
        text = sentence(case, one, case.subject_names[int(case.ground.positions([subject])[0])],
                        period, hides=hides(subject, one.involved))  # fmt: skip
        indicator = int(case.ground.indicators[one.indicator])
        found.append(
            Finding(subject, indicator, period, rule.code, str(rule.severity), text, False)
        )
    return _with_remarks(case, found, hits)


def _is_of_place(one: Hit) -> bool:
    return bool(one.rule.comparisons)


def _subject(case: Case, one: Hit) -> int:
    where = case.place_subject if _is_of_place(one) else case.subject
    return int(case.ground.subjects[where[one.place]])


def _asked(case: Case, one: Hit) -> int:
    where = case.place_asked if _is_of_place(one) else case.asked
    return int(where[one.place])


def _with_remarks(case: Case, found: list[Finding], hits: list[Hit]) -> list[Finding]:
    if not found:
        return found
    remarked: dict[tuple[int, int, int, int], list[float | None]] = defaultdict(list)
    keys = sorted({one.subject_id for one in found})
    for start in range(0, len(keys), 500):
        rows = FigureRemark.objects.filter(subject_id__in=keys[start : start + 500])
        for *key, value in rows.exclude(comment="").values_list(
            "subject_id", "period_start", "period_kind", "indicator_id", "value"
        ):
            remarked[key[0], key[1], key[2], key[3]].append(value)
    told = []
    for one, hit in zip(found, hits, strict=True):
        values = remarked.get((one.subject_id, one.period.start, one.period.kind,
                               one.indicator_id))  # fmt: skip
        if values:
            now = case.ground.values[
                hit.indicator,
                case.ground.positions([one.subject_id])[0],
                case.ground.column_of[one.period],
            ]
            is_same = any(value is None or np.isclose(value, now, rtol=1e-9) for value in values)
            one = Finding(one.subject_id, one.indicator_id, one.period, one.rule, one.severity,
                          one.text, bool(is_same))  # fmt: skip
        told.append(one)
    return told


def _told(case: Case, undecided: Sequence[Undecided], user: Any) -> list[str]:
    return [
        undecided_sentence(
            one,
            case.subject_names[int(case.place_subject[one.place])],
            case.ground.asked[int(case.place_asked[one.place])],
        )
        for one in undecided
    ]
