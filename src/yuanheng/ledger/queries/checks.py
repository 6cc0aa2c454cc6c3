"""What is wrong, or at least strange, with figures: the rules of checks over what is believed.

Proposed figures (a form that is being filled in) are laid over the ledger, so that a figure is
checked together with those that stand beside it and before it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from yuanheng.calc.periods import Period
from yuanheng.ledger.choices import CheckKind, Severity
from yuanheng.ledger.models import CheckRule, FigureRemark
from yuanheng.ledger.queries.around import Of, subjects_seen
from yuanheng.ledger.queries.catalogue import Catalogue
from yuanheng.ledger.queries.finding_words import sentence, undecided_sentence
from yuanheng.ledger.queries.ground import Stretch
from yuanheng.ledger.queries.hidden import hidden_subjects
from yuanheng.ledger.queries.judging import Case, Hit, Undecided, judge
from yuanheng.ledger.queries.laying import Laid, Propose, Proposed, lay_out
from yuanheng.ledger.rules import ReadRule, readable

__all__ = [
    "Examination",
    "Finding",
    "Proposed",
    "examine",
    "examine_believed",
    "findings_for",
]

# By subject, indicator, period; the latest first.
Remarks = dict[tuple[int, int, Period], list[FigureRemark]]


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
    """Findings, what could not be judged (sentences), and rules that no longer can be read. With
    it what was read on the way, for the page that shows it: ``catalogue``, ``rules`` by code,
    remarks on figures with findings by (subject, indicator, period), the latest first, and how
    many ``figures`` were judged."""

    catalogue: Catalogue
    findings: list[Finding] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    rules: dict[str, CheckRule] = field(default_factory=dict)
    remarks: Remarks = field(default_factory=dict)
    figures: int = 0
    rows: Any = None


# So many subjects are judged at once, lest the cube of their figures grow without end.
_AT_ONCE = 2000
_SHOWN = 200
_GRAVITY = {Severity.BLOCK: 0, Severity.EXPLAIN: 1, Severity.WARN: 2}


def findings_for(
    proposed: Sequence[Proposed],
    *,
    acting_user: Any,
    catalogue: Catalogue | None = None,
    subjects: dict[int, Of] | None = None,
) -> list[Finding]:
    """What the rules in force find in these figures, the gravest first. ``catalogue`` and
    ``subjects`` (which the person sees): where they have been read already.

    Raises ``Refused`` for a subject that ``acting_user`` does not see. An indicator that isn't in
    the catalogue is no business of the rules and is passed over.
    """
    return examine(
        proposed, acting_user=acting_user, catalogue=catalogue, subjects=subjects
    ).findings


def examine(
    proposed: Sequence[Proposed],
    *,
    acting_user: Any,
    with_undecided: bool = False,
    catalogue: Catalogue | None = None,
    subjects: dict[int, Of] | None = None,
) -> Examination:
    """The same with what could not be judged (``with_undecided``, the first 200 sentences)."""
    if subjects is None:
        subjects = subjects_seen((one.subject_id for one in proposed), acting_user)
    report = _begin(catalogue)
    by_subject: dict[int, list[Proposed]] = defaultdict(list)
    for one in proposed:
        if one.indicator_id in report.catalogue.by_id:
            by_subject[one.subject_id].append(one)
    read = _rules(report, acting_user)
    order = sorted(by_subject)
    for start in range(0, len(order), _AT_ONCE):
        part = [one for pk in order[start : start + _AT_ONCE] for one in by_subject[pk]]
        laid = lay_out(part, subjects, report.catalogue, read, acting_user)
        _judge(report, laid, acting_user, with_undecided=with_undecided)
    return _sorted(report)


def examine_believed(
    subjects: dict[int, Of],
    spans: Sequence[Period],
    *,
    acting_user: Any,
    with_undecided: bool = False,
    catalogue: Catalogue | None = None,
    remarks: Iterable[FigureRemark] | None = None,
    only: Collection[int] | None = None,
    further: Sequence[Stretch] = (),
    propose: Propose | None = None,
) -> Examination:
    """What the rules find in what is believed of these subjects, which the person sees, in
    ``spans``, ``only`` of some indicators; or in what ``propose`` makes of the rows read.

    ``remarks`` on them where they have been read already; ``further`` is read along into ``rows``.
    """
    report = _begin(catalogue)
    read = _rules(report, acting_user)
    order = sorted(subjects)
    known = None if remarks is None else _by_figure(remarks)
    for start in range(0, len(order), _AT_ONCE):
        part = {pk: subjects[pk] for pk in order[start : start + _AT_ONCE]}
        laid = lay_out(
            propose, part, report.catalogue, read, acting_user, spans=spans, only=only,
            further=further,
        )  # fmt: skip
        report.rows = laid.rows
        _judge(report, laid, acting_user, with_undecided=with_undecided, remarks=known)
    return _sorted(report)


def _begin(catalogue: Catalogue | None) -> Examination:
    return Examination(catalogue or Catalogue())


def _rules(report: Examination, user: Any) -> list[ReadRule]:
    rules = list(CheckRule.objects.visible_to(user).current().order_by("code"))
    report.rules = {one.code: one for one in rules}
    read, report.broken = readable(rules, report.catalogue)
    return read


def _judge(
    report: Examination,
    laid: Laid,
    user: Any,
    *,
    with_undecided: bool = False,
    remarks: Remarks | None = None,
) -> None:
    hits, undecided = judge(laid.case, laid.rules)
    report.figures += laid.figures
    found = _without_doubles(laid.case, hits)
    if remarks is None and found:
        remarks = _remarks_on({_subject(laid.case, one) for one in found})
    report.remarks |= remarks or {}
    report.findings += _findings(laid.case, found, report.remarks, user)
    if with_undecided:
        left = _SHOWN - len(report.undecided)
        report.undecided += _told(laid.case, undecided[: max(left, 0)])


def _sorted(report: Examination) -> Examination:
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


def _findings(case: Case, hits: list[Hit], remarks: Remarks, user: Any) -> list[Finding]:
    involved: dict[int, set[int]] = defaultdict(set)
    for one in hits:
        involved[_subject(case, one)].update(one.involved)
    hides = hidden_subjects(user, involved, case.catalogue)
    found = []
    for one in hits:
        subject, asked = _subject(case, one), _asked(case, one)
        period = case.ground.asked[asked]
        rule = one.rule.rule
        name = case.subject_names[int(case.ground.positions([subject])[0])]
        is_hidden = subject in case.veiled or hides(subject, one.involved)
        text = sentence(case, one, name, period, hides=is_hidden)
        indicator = int(case.ground.indicators[one.indicator])
        found.append(
            Finding(subject, indicator, period, rule.code, str(rule.severity), text, False)
        )
    return _with_remarks(case, found, hits, remarks)


def _is_of_place(one: Hit) -> bool:
    return bool(one.rule.comparisons)


def _subject(case: Case, one: Hit) -> int:
    where = case.place_subject if _is_of_place(one) else case.subject
    return int(case.ground.subjects[where[one.place]])


def _asked(case: Case, one: Hit) -> int:
    where = case.place_asked if _is_of_place(one) else case.asked
    return int(where[one.place])


def _remarks_on(subject_ids: Collection[int]) -> Remarks:
    """Every remark on figures of these subjects, the latest first."""
    found: list[FigureRemark] = []
    keys = sorted(subject_ids)
    for start in range(0, len(keys), _AT_ONCE):
        rows = FigureRemark.objects.filter(subject_id__in=keys[start : start + _AT_ONCE])
        found += rows.select_related("by")
    return _by_figure(found)


def _by_figure(rows: Iterable[FigureRemark]) -> Remarks:
    found: Remarks = defaultdict(list)
    for one in sorted(rows, key=lambda one: -one.pk):
        found[one.subject_id, one.indicator_id, one.period].append(one)
    return dict(found)


def _with_remarks(
    case: Case, found: list[Finding], hits: list[Hit], remarks: Remarks
) -> list[Finding]:
    """A remark explains the value that it was written on."""
    told = []
    for one, hit in zip(found, hits, strict=True):
        on = remarks.get((one.subject_id, one.indicator_id, one.period), [])
        values = [remark.value for remark in on if remark.comment]
        if values:
            now = case.ground.values[
                hit.indicator,
                case.ground.positions([one.subject_id])[0],
                case.ground.column_of[one.period],
            ]
            is_same = any(value is None or np.isclose(value, now, rtol=1e-9) for value in values)
            one = replace(one, explained=bool(is_same))
        told.append(one)
    return told


def _told(case: Case, undecided: Sequence[Undecided]) -> list[str]:
    return [
        undecided_sentence(
            one,
            case.subject_names[int(case.place_subject[one.place])],
            case.ground.asked[int(case.place_asked[one.place])],
        )
        for one in undecided
        # Of a region above: while parks are still reporting, its sum never can be judged.
        if int(case.place_subject[one.place]) not in case.only_sums
    ]
