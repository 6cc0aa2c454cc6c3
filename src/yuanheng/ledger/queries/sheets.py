"""The sheet of a submission: what has been typed, what is known already and from where, what is
computed from both, and what still stands in the way of reporting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Literal

import numpy as np
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.calc.periods import Period
from yuanheng.kernel.figures import figure as figure_text
from yuanheng.kernel.gathering import gathered
from yuanheng.kernel.masking import MASK
from yuanheng.ledger.choices import BearerKind, EntrySource, Severity
from yuanheng.ledger.models import (
    DraftFigure,
    Entry,
    FigureMark,
    FigureRemark,
    Indicator,
    Observation,
    Subject,
    Submission,
)
from yuanheng.ledger.queries.around import facts_of_row
from yuanheng.ledger.queries.believed import Key, Row, believed
from yuanheng.ledger.queries.catalogue import Catalogue
from yuanheng.ledger.queries.checks import Finding, Proposed, examine_believed
from yuanheng.ledger.queries.figures import NOTHING, Figure, Reading
from yuanheng.ledger.queries.ground import Stretch
from yuanheng.ledger.queries.hidden import hidden_subjects
from yuanheng.ledger.queries.judging import leaves_of
from yuanheng.ledger.queries.modified import Modified, modified_in
from yuanheng.ledger.queries.progress import IS_DONE
from yuanheng.ledger.queries.totals import months_needed
from yuanheng.ledger.typed import plain, same_as, understood
from yuanheng.ledger.wording import written

State = Literal[
    "missing", "explained", "faulty", "typed", "known", "confirmed", "corrected", "elsewhere"
]
# What a state is called beside the figure.
WORDS = {
    "missing": gettext_lazy("to be filled in"),
    "explained": gettext_lazy("explained"),
    "faulty": gettext_lazy("not understood"),
    "typed": gettext_lazy("filled in"),
    "known": gettext_lazy("known, to be confirmed"),
    "confirmed": gettext_lazy("confirmed"),
    "corrected": gettext_lazy("corrected"),
    "elsewhere": gettext_lazy("asked already"),
}
DONE = frozenset({"explained", "typed", "confirmed", "corrected", "elsewhere"})
SHOWN = 5  # problems of a kind that a sentence names


@dataclass(slots=True)
class SheetCell:
    """One figure of the sheet."""

    draft: DraftFigure
    indicator: Indicator
    subject: Subject
    known: Figure
    source: str = ""  # where the known figure comes from, in words
    is_own: bool = False  # this very submission has reported it
    state: State = "missing"
    value: float | None = None  # what counts: typed, or known
    fault: str = ""
    mark: Mark | None = None
    modified: Modified | None = None
    previous: str = ""
    findings: list[Finding] = field(default_factory=list)  # see ``Sheet.judge``
    is_hidden: bool = False  # from who looks: tax and energy data of an enterprise

    @property
    def shown(self) -> str:
        """What stands in the cell: as typed, or what is known."""
        if self.is_hidden:
            return MASK
        if self.draft.text:
            return self.draft.text
        return plain(self.indicator, self.known.value)

    @property
    def known_text(self) -> str:
        if self.is_hidden:
            return MASK
        return written(self.indicator, self.known.value)

    @property
    def text(self) -> str:
        """The value as offices write it."""
        if self.is_hidden:
            return MASK
        return written(self.indicator, self.value)

    def stands_below(self, standing: int) -> bool:
        """Whether the known figure, reported as such, has not come so far yet."""
        return any(
            row["id"] == self.known.row and row["standing"] < standing
            for row in self.draft.told or ()  # type: ignore[attr-defined]
        )

    @property
    def words(self) -> Any:
        return WORDS[self.state]

    @property
    def is_open(self) -> bool:
        """Whether it can be typed into: another form doesn't ask it already."""
        return self.state != "elsewhere" and not self.is_hidden

    @property
    def needs_reason(self) -> bool:
        return self.state == "corrected" and not self.draft.reason.strip()

    def is_explained(self, finding: Finding) -> bool:
        """By a remark on this very value, or by what stands beside the cell."""
        return finding.explained or bool(self.draft.reason.strip())

    @property
    def blocked(self) -> list[Finding]:
        """The findings that keep it from being reported."""
        return [
            one
            for one in self.findings
            if one.severity == Severity.BLOCK
            or (one.severity == Severity.EXPLAIN and not self.is_explained(one))
        ]

    @property
    def note(self) -> str:
        """The line below the cell: where it stands, and what to do about it."""
        told = {"value": self.known_text, "source": self.source}
        if self.state == "faulty":
            return self.fault
        if self.state == "elsewhere":
            form = self.draft.asked_by
            if self.known.value is None:
                return _("asked by the form “%(form)s”, not reported there yet") % {"form": form}
            return _("asked by the form “%(form)s”") % {"form": form}
        if self.state == "known":
            return _("known: %(source)s") % told
        if self.state == "confirmed" and not self.is_own:
            return _("confirmed: %(source)s") % told
        if self.state == "corrected" and self.is_own:
            return _("reported as %(value)s before") % told
        if self.state == "corrected":
            if self.needs_reason:
                return _("the ledger has %(value)s (%(source)s): say why it is corrected") % told
            return _("corrects %(value)s (%(source)s)") % told
        return str(self.words)

    @property
    def place(self) -> str:
        """“入园企业 · 冷水江经开区”, for a sentence."""
        return f"{self.indicator.name} · {self.subject.name}"


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One enterprise: for each indicator its cell, or what is computed."""

    subject: Subject
    entries: list[tuple[Indicator, Any]]

    @property
    def open(self) -> int:
        """How many of its figures are still to be done."""
        cells = [one for indicator, one in self.entries if not indicator.is_derived and one]
        return sum(one.state not in DONE for one in cells)


@dataclass(frozen=True, slots=True)
class Whole:
    """Of a whole submission: its cells, those that are done, and the enterprises (parks) that
    fit what is looked for."""

    total: int = 0
    done: int = 0
    subjects: int = 0


@dataclass(slots=True)
class SheetRow:
    """One indicator: its cells by subject, or computed figures."""

    number: int
    indicator: Indicator
    cells: list[SheetCell] = field(default_factory=list)
    computed: list[tuple[Subject, str]] = field(default_factory=list)


A_PAGE = 30  # enterprises


@dataclass(frozen=True, slots=True)
class Cut:
    """Which part of a sheet is wanted: these subjects, these cells, or the enterprises of a page,
    of those that ``find`` fits (name or code) and, with ``is_open``, that still lack figures."""

    subjects: Collection[int] | None = None
    cells: Collection[int] | None = None
    page: int = 0
    find: str = ""
    is_open: bool = False


WHOLE = Cut()


class Sheet:
    """A round of a submission, or a part of it, read in two queries whatever its size; judged by
    the rules in two more.

    ``user``: for whom it is read; figures of enterprises that they may not see are veiled.
    """

    def __init__(
        self, submission: Submission, round_: int = 0, *, user: Any = None, cut: Cut = WHOLE
    ) -> None:
        self.submission = submission
        self.period = submission.period
        self.round = round_ or submission.round
        self.user, self.cut = user, cut
        form = submission.form
        self.of_firms = form.asks == BearerKind.ENTERPRISE
        self.catalogue = Catalogue.with_form(form.pk, submission.form_period.version)
        self.indicators = self.catalogue.of_form
        self.drafts = read_drafts(self)
        subjects = {one.subject_id: one.subject for one in self.drafts}
        self.subjects = sorted(subjects.values(), key=lambda one: one.code)
        self._rows: list[Row] | None = None
        self.judged = False
        self.loose: list[Finding] = []  # findings of figures without a cell

    # reading

    @property
    def ids(self) -> list[int]:
        return [one.pk for one in self.subjects]

    @cached_property
    def _needed(self) -> set[int]:
        """The indicators that its figures, and what is computed from them, are made of."""
        found: set[int] = set()
        for one in self.indicators:
            for leaf in leaves_of(one, self.catalogue):
                of = self.catalogue.by_id[leaf]
                found |= {pk for pk in (leaf, of.growth_of_id, of.weight_id) if pk}
        return found

    @property
    def rows_read(self) -> list[Row]:
        """What is believed of its subjects in the months that are needed."""
        if self._rows is None:
            first, last = months_needed(self.period)
            self._rows = list(believed(self.ids, first, last, indicator_ids=self._needed))
        return self._rows

    @cached_property
    def reading(self) -> Reading:
        return Reading(
            self.ids, *months_needed(self.period), catalogue=self.catalogue, rows=self.rows_read
        )

    @cached_property
    def cells(self) -> list[SheetCell]:
        found = []
        for draft in self.drafts:
            indicator = self.catalogue.by_id[draft.indicator_id]
            known = self.reading.figure(draft.subject_id, indicator, self.period)
            known = known if known.is_complete else NOTHING
            before = self.reading.figure(draft.subject_id, indicator, self.period.before())
            cell = SheetCell(draft, indicator, draft.subject, known)
            cell.mark = draft.marks_read[0] if draft.marks_read else None
            cell.previous = written(indicator, before.value)
            cell.is_hidden = self._hides(draft.subject_id, [draft.indicator_id])
            cell.modified = draft.modified
            found.append(cell)
        self._tell_sources(found)
        for cell in found:
            _judge(cell)
        return found

    @cached_property
    def _hides(self) -> Any:
        if self.user is None or not self.of_firms:
            return lambda _subject, _indicators: False
        asked = [one.pk for one in self.indicators]
        return hidden_subjects(self.user, dict.fromkeys(self.ids, asked), self.catalogue)

    def key(self, cell: SheetCell) -> Key:
        return (cell.subject.pk, self.period.start, self.period.kind, cell.indicator.pk)

    def _tell_sources(self, cells: list[SheetCell]) -> None:
        told = {row["id"]: row for one in self.drafts for row in one.told or ()}
        wanted = {one.known.row for one in cells if one.known.row is not None} - set(told)
        if wanted:  # reported for the same months under another kind of period
            rows = Observation.objects.filter(pk__in=wanted)
            told |= {row["id"]: row for row in rows.annotate(**_ENTRY).values("id", *_ENTRY)}
        for cell in cells:
            if cell.known.value is None:
                continue
            row = told.get(cell.known.row or 0)
            if row is None or cell.known.basis != "reported":
                cell.source = _BASES.get(cell.known.basis, "")
                continue
            cell.is_own = row["source"] == EntrySource.FORM and row["key"] == self.submission.code
            cell.source = f"{EntrySource(row['source']).label} · {row['name'] or row['title']}"

    def judge(self, user: Any) -> Sheet:
        """What the rules of checks find in the figures as they would be reported, beside each. The
        figures themselves are read along with what the rules look at, if they haven't been yet."""
        if self.judged:
            return self
        self.judged = True
        subjects = {
            one.subject_id: facts_of_row(one.subject)
            for one in self.drafts
            if getattr(one, "is_seen", True)
        }
        first, last = months_needed(self.period)
        further = [Stretch(self.ids, self._needed, first, last)] if self._rows is None else []
        report = examine_believed(
            subjects, [self.period], acting_user=user, catalogue=self.catalogue,
            remarks=[remark for one in self.drafts for remark in one.remarks_read],
            only=[one.pk for one in self.indicators], further=further, propose=self._propose,
        )  # fmt: skip
        at = {(one.subject.pk, one.indicator.pk): one for one in self.cells}
        for finding in report.findings:
            cell = at.get((finding.subject_id, finding.indicator_id))
            if cell is not None and cell.is_open:
                cell.findings.append(finding)
            else:  # of a figure that is computed, or typed elsewhere, or of the region's sum
                self.loose.append(finding)
        return self

    def _propose(self, read: Any) -> list[Proposed]:
        """The figures to be judged, once what is believed has been read."""
        if self._rows is None:
            self._rows = believed_in(read, self.ids)
        return [
            Proposed(one.subject.pk, one.indicator.pk, self.period, one.value)
            for one in self.cells
            if one.value is not None and one.is_open
        ]

    # what the page shows

    @cached_property
    def with_drafts(self) -> Reading:
        """The ledger as it would be with what has been typed."""
        own = {self.key(one): one.value for one in self.cells}
        rows: list[Row] = [row for row in self.rows_read if row[:4] not in own]
        rows += [(*key, 0, value) for key, value in own.items() if value is not None]
        return Reading(self.ids, *months_needed(self.period), catalogue=self.catalogue, rows=rows)

    @cached_property
    def rows(self) -> list[SheetRow]:
        by_indicator: dict[int, list[SheetCell]] = {}
        for cell in self.cells:
            by_indicator.setdefault(cell.indicator.pk, []).append(cell)
        found = []
        for number, one in enumerate(self.indicators, 1):
            row = SheetRow(number, one, by_indicator.get(one.pk, []))
            if one.is_derived:
                row.computed = [
                    (subject, self.computed(subject, one)) for subject in self.subjects
                ]
            found.append(row)
        return found

    @cached_property
    def lines(self) -> list[SheetLine]:
        """One line for each enterprise: the cells and computed figures in the form's order."""
        by_subject: dict[int, dict[int, SheetCell]] = {}
        for cell in self.cells:
            by_subject.setdefault(cell.subject.pk, {})[cell.indicator.pk] = cell
        return [
            SheetLine(
                subject,
                [
                    (one, by_subject[subject.pk].get(one.pk))
                    if not one.is_derived
                    else (one, self.computed(subject, one))
                    for one in self.indicators
                ],
            )
            for subject in self.subjects
        ]

    def computed(self, subject: Subject, indicator: Indicator) -> str:
        found = self.with_drafts.figure(subject.pk, indicator, self.period)
        if self._hides(subject.pk, [indicator.pk]):
            return MASK
        return figure_text(
            None if found.value is None else found.value * indicator.shown_factor,
            indicator.decimals,
        )

    @cached_property
    def counts(self) -> Counter[str]:
        """How many cells are in each state."""
        return Counter(one.state for one in self.cells)

    @property
    def done(self) -> int:
        if self.of_firms:
            return self.whole.done
        return sum(self.counts[state] for state in DONE)

    @property
    def total(self) -> int:
        return self.whole.total if self.of_firms else len(self.drafts)

    @cached_property
    def whole(self) -> Whole:
        """How far the submission is, whatever part of it this is."""
        first = next(iter(self.drafts), None)
        if first is None:
            return Whole()
        return Whole(first.whole_total, first.whole_done, first.whole_subjects)

    @property
    def modified(self) -> list[DraftFigure]:
        """The cells whose figures have been changed since they were approved."""
        return [one for one in self.drafts if one.modified]

    @property
    def problems_shown(self) -> list[str]:
        """What a page or a program is told: of a form of enterprises how many figures of the whole
        are still to be done, and what is wrong with those of this part."""
        if not self.of_firms:
            return self.problems
        left = self.whole.total - self.whole.done
        if not left or self.cut.subjects is not None:
            return self.problems_of_part
        text = _("%(count)d figures are still to be filled in, confirmed or explained.")
        return [text % {"count": left}, *self.problems_of_part]

    @property
    def problems_of_part(self) -> list[str]:
        """What is wrong with the figures of this part; that some are missing, is counted of the
        whole."""
        return self._said(("faulty",))

    @property
    def problems(self) -> list[str]:
        """What keeps it from being reported, a sentence each."""
        return self._said(("faulty", "missing", "known"))

    def _said(self, states: Sequence[str]) -> list[str]:
        found = []
        for state, text in (
            ("faulty", _("%(count)d figures are not understood: %(places)s.")),
            ("missing", _(
                "%(count)d figures are missing: %(places)s. Write the figure, or say why there "
                "is none."
            )),
            ("known", _(
                "%(count)d figures are known already and wait for your confirmation: %(places)s."
            )),
        ):  # fmt: skip
            cells = [one for one in self.cells if one.state == state and state in states]
            if cells:
                found.append(text % {"count": len(cells), "places": _places(cells)})
        cells = [one for one in self.cells if one.needs_reason and not one.is_own]
        if cells:
            text = _("%(count)d known figures are corrected without a reason: %(places)s.")
            found.append(text % {"count": len(cells), "places": _places(cells)})
        cells = [one for one in self.cells if one.mark is not None]
        if cells:
            text = _(
                "%(count)d marked figures have been neither mended nor explained: %(places)s."
            )
            found.append(text % {"count": len(cells), "places": _places(cells)})
        return [*found, *self._against]

    @property
    def _against(self) -> list[str]:
        """What the rules of checks have against it."""
        found = [one.text for cell in self.cells for one in cell.blocked]
        found += [one.text for one in self.loose if one.severity == Severity.BLOCK]
        return list(dict.fromkeys(found))


_BASES = {
    "added": gettext_lazy("put together from finer or other reports"),
    "computed": gettext_lazy("computed from other figures"),
    "back_cast": gettext_lazy("cast back from level and growth"),
    "reported": gettext_lazy("in the ledger"),
}


def _places(cells: Iterable[SheetCell]) -> str:
    """The indicators of these cells; with the park, where there are several."""
    found = list(cells)
    several = len({one.subject.pk for one in found}) > 1
    named = [one.place if several else one.indicator.name for one in found]
    text = _(", ").join(named[:SHOWN])
    return text + "…" if len(named) > SHOWN else text


def _judge(cell: SheetCell) -> None:
    """The state of a cell and the value that counts."""
    draft, known = cell.draft, cell.known.value
    if draft.asked_by is not None and draft.asked_by.is_issued:
        cell.state, cell.value = "elsewhere", known
        return
    typed = understood(cell.indicator, draft.text)
    if typed.fault:
        cell.state, cell.fault = "faulty", typed.fault
    elif typed.text and known is None:
        cell.value = typed.value
        has_reason = bool(draft.reason.strip())
        cell.state = "typed" if not typed.is_none else "explained" if has_reason else "missing"
    elif typed.text and same_as(cell.indicator, typed, known):
        cell.state, cell.value = ("typed" if cell.is_own else "confirmed"), known
    elif typed.text:
        cell.state, cell.value = "corrected", typed.value
    elif known is not None:
        is_confirmed = draft.confirmed_value == known or cell.is_own
        cell.state, cell.value = ("confirmed" if is_confirmed else "known"), known
    elif draft.reason.strip():
        cell.state = "explained"


_ENTRY = {
    "source": F("entry__source"),
    "name": F("entry__source_name"),
    "title": F("entry__title"),
    "key": F("entry__source_key"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """That a figure is to be mended: what was said, and by whom."""

    note: str
    by: str


def read_drafts(sheet: Sheet) -> list[Any]:
    """The cells, each with what has been written of its figure (``told``), with remarks and marks
    on it, and how far the whole submission is: one query."""
    submission, cut, at = sheet.submission, sheet.cut, sheet.period
    every = submission.cells.filter(round=sheet.round)
    here = {"subject": OuterRef("subject"), "indicator": OuterRef("indicator")}
    here |= {"period_start": at.start, "period_kind": at.kind}
    entry = {name: one.name for name, one in _ENTRY.items()}
    entry |= {name: f"entry__{name}" for name in ("standing", "approved_at", "known_at")}
    told = Observation.objects.filter(**here)
    remarks = FigureRemark.objects.filter(**here).exclude(comment="")
    marks = FigureMark.objects.filter(cell=OuterRef("pk"), mended_at__isnull=True)
    marked = {"note": "note", "full_name": "by__full_name", "username": "by__username"}
    fitting = _fitting(every, cut)
    rows = _cut(every, fitting, cut).annotate(
        told=Subquery(gathered(told, "subject", id="id", value="value", **entry)),
        remarked=Subquery(gathered(remarks, "subject", value="value", comment="comment")),
        marked=Subquery(gathered(marks, "cell", **marked)),
        whole_total=_number(every, "pk"),
        whole_done=_number(every.filter(IS_DONE), "pk"),
        whole_subjects=_number(fitting, "subject"),
    )
    if sheet.user is not None:
        seen = Subject.objects.visible_to(sheet.user).filter(pk=OuterRef("subject"))
        rows = rows.annotate(is_seen=Exists(seen.order_by()))
    found = list(
        rows.select_related(
            "subject__region", "subject__park__region", "subject__enterprise__region",
            "subject__enterprise__park", "asked_by", "changed_by",
        ).order_by("position", "subject__code")
    )  # fmt: skip
    for one in found:
        _complete(one, at)
    return found


def _complete(one: Any, at: Period) -> None:
    """What came as JSON, as the page takes it."""
    one.marks_read = [
        Mark(row["note"], row["full_name"] or row["username"]) for row in one.marked or ()
    ]
    one.remarks_read = [
        FigureRemark(
            pk=0, subject_id=one.subject_id, indicator_id=one.indicator_id, value=row["value"],
            period_start=at.start, period_kind=at.kind, comment=row["comment"],
        )
        for row in one.remarked or ()
    ]  # fmt: skip
    rows = sorted(one.told or (), key=lambda row: row["id"])
    one.modified = modified_in(
        [
            (
                row["id"],
                row["value"],
                Entry(
                    standing=row["standing"],
                    approved_at=moment_of(row["approved_at"]),
                    known_at=moment_of(row["known_at"]),
                ),
            )
            for row in rows
        ]
    )


def moment_of(text: str | None) -> datetime | None:
    found = parse_datetime(text) if text else None
    return timezone.make_aware(found, UTC) if found and timezone.is_naive(found) else found


def _fitting(every: QuerySet, cut: Cut) -> QuerySet:
    """The cells of the subjects that are looked for."""
    if cut.subjects is not None:
        every = every.filter(subject__in=list(cut.subjects))
    if cut.find:
        named = Q(subject__name__icontains=cut.find) | Q(subject__code__icontains=cut.find)
        every = every.filter(named)
    if cut.is_open:
        every = every.filter(subject__in=every.exclude(IS_DONE).order_by().values("subject"))
    return every


def _cut(every: QuerySet, fitting: QuerySet, cut: Cut) -> QuerySet:
    if cut.cells is not None:
        return fitting.filter(pk__in=list(cut.cells))
    if not cut.page:
        return fitting
    start = (cut.page - 1) * A_PAGE
    subjects = Subject.objects.filter(pk__in=fitting.order_by().values("subject"))
    return every.filter(subject__in=subjects.order_by("code").values("pk")[start : start + A_PAGE])


def _number(rows: QuerySet, what: str) -> Any:
    counted = rows.order_by().values("submission").annotate(n=Count(what, distinct=True))
    return Coalesce(Subquery(counted.values("n")), 0)


def believed_in(read: Any, subject_ids: Sequence[int]) -> list[Row]:
    """What is believed of these subjects, of rows that were read for the rules."""
    last: dict[Key, tuple[int, float]] = {}
    for subject, indicator, start, kind, value, row in read[
        np.isin(read["subject"], list(subject_ids))
    ].tolist():
        last[subject, start, kind, indicator] = row, value
    return [(*key, row, value) for key, (row, value) in last.items() if value == value]
