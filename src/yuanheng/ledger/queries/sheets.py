"""The sheet of a submission: what has been typed, what is known already and from where, what is
computed from both, and what still stands in the way of reporting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.kernel.figures import figure as figure_text
from yuanheng.kernel.masking import MASK
from yuanheng.ledger.choices import BearerKind, EntrySource, Severity
from yuanheng.ledger.models import (
    DraftFigure,
    Indicator,
    Observation,
    Subject,
    Submission,
)
from yuanheng.ledger.queries.around import facts_of_row
from yuanheng.ledger.queries.believed import Key, Row, believed
from yuanheng.ledger.queries.catalogue import Catalogue
from yuanheng.ledger.queries.checks import Finding, Proposed, examine_believed
from yuanheng.ledger.queries.figures import NOTHING, Reading
from yuanheng.ledger.queries.ground import Stretch
from yuanheng.ledger.queries.hidden import hidden_subjects
from yuanheng.ledger.queries.judging import leaves_of
from yuanheng.ledger.queries.sheet_cells import (
    DONE,
    SheetCell,
    SheetLine,
    SheetRow,
    places_in_words,
    settle,
)
from yuanheng.ledger.queries.sheet_drafts import ENTRY, WHOLE, Cut, read_drafts
from yuanheng.ledger.queries.totals import months_needed
from yuanheng.ledger.wording import written


@dataclass(frozen=True, slots=True)
class Whole:
    """Of a whole submission: its cells, those that are done, and the enterprises (parks) that
    fit what is looked for."""

    total: int = 0
    done: int = 0
    subjects: int = 0


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
        self.drafts = read_drafts(submission, self.round, cut, user)
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
            settle(cell)
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
            told |= {row["id"]: row for row in rows.annotate(**ENTRY).values("id", *ENTRY)}
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
                found.append(text % {"count": len(cells), "places": places_in_words(cells)})
        cells = [one for one in self.cells if one.needs_reason and not one.is_own]
        if cells:
            text = _("%(count)d known figures are corrected without a reason: %(places)s.")
            found.append(text % {"count": len(cells), "places": places_in_words(cells)})
        cells = [one for one in self.cells if one.mark is not None]
        if cells:
            text = _(
                "%(count)d marked figures have been neither mended nor explained: %(places)s."
            )
            found.append(text % {"count": len(cells), "places": places_in_words(cells)})
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


def believed_in(read: Any, subject_ids: Sequence[int]) -> list[Row]:
    """What is believed of these subjects, of rows that were read for the rules."""
    last: dict[Key, tuple[int, float]] = {}
    for subject, indicator, start, kind, value, row in read[
        np.isin(read["subject"], list(subject_ids))
    ].tolist():
        last[subject, start, kind, indicator] = row, value
    return [(*key, row, value) for key, (row, value) in last.items() if value == value]
