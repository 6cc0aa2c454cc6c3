"""The sheet of a submission: what has been typed, what is known already and from where, what is
computed from both, and what still stands in the way of reporting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.kernel.figures import figure as figure_text
from yuanheng.ledger.choices import EntrySource, Severity
from yuanheng.ledger.models import (
    DraftFigure,
    FigureMark,
    Indicator,
    Observation,
    Subject,
    Submission,
)
from yuanheng.ledger.queries.asking import indicators_of
from yuanheng.ledger.queries.believed import Key, Row, believed
from yuanheng.ledger.queries.catalogue import Catalogue
from yuanheng.ledger.queries.checks import Finding, Proposed, findings_for
from yuanheng.ledger.queries.figures import NOTHING, Figure, Reading
from yuanheng.ledger.queries.modified import Modified, modified_since_approval
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
    mark: FigureMark | None = None
    modified: Modified | None = None
    previous: str = ""
    findings: list[Finding] = field(default_factory=list)  # see ``Sheet.judge``

    @property
    def shown(self) -> str:
        """What stands in the cell: as typed, or what is known."""
        if self.draft.text:
            return self.draft.text
        return plain(self.indicator, self.known.value)

    @property
    def known_text(self) -> str:
        return written(self.indicator, self.known.value)

    @property
    def text(self) -> str:
        """The value as offices write it."""
        return written(self.indicator, self.value)

    @property
    def words(self) -> Any:
        return WORDS[self.state]

    @property
    def is_open(self) -> bool:
        """Whether it can be typed into: another form doesn't ask it already."""
        return self.state != "elsewhere"

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


@dataclass(slots=True)
class SheetRow:
    """One indicator: its cells by subject, or computed figures."""

    number: int
    indicator: Indicator
    cells: list[SheetCell] = field(default_factory=list)
    computed: list[tuple[Subject, str]] = field(default_factory=list)


class Sheet:
    """A round of a submission, read in a few queries whatever its size."""

    def __init__(self, submission: Submission, round_: int = 0) -> None:
        self.submission = submission
        self.period = submission.period
        self.round = round_ or submission.round
        self.catalogue = Catalogue()
        self.indicators = [
            self.catalogue.by_id[one.pk]
            for one in indicators_of(submission.form, submission.form_period.version)
        ]
        self.drafts = list(
            submission.cells.filter(round=self.round)
            .select_related("subject", "asked_by", "changed_by")
            .order_by("position", "subject__code")
        )
        subjects = {one.subject_id: one.subject for one in self.drafts}
        self.subjects = sorted(subjects.values(), key=lambda one: one.code)
        self._rows = list(believed([one.pk for one in self.subjects], *months_needed(self.period)))
        self.reading = Reading(
            [one.pk for one in self.subjects],
            *months_needed(self.period),
            catalogue=self.catalogue,
            rows=self._rows,
        )
        self.judged = False
        self.loose: list[Finding] = []  # findings of figures without a cell
        self.cells = self._cells()

    def _cells(self) -> list[SheetCell]:
        marks = {
            one.cell_id: one
            for one in self.submission.marks.filter(mended_at__isnull=True).select_related("by")
        }
        found = []
        for draft in self.drafts:
            indicator = self.catalogue.by_id[draft.indicator_id]
            known = self.reading.figure(draft.subject_id, indicator, self.period)
            known = known if known.is_complete else NOTHING
            before = self.reading.figure(draft.subject_id, indicator, self._before())
            cell = SheetCell(draft, indicator, draft.subject, known)
            cell.mark = marks.get(draft.pk)
            cell.previous = written(indicator, before.value)
            found.append(cell)
        self._tell_sources(found)
        for cell in found:
            _judge(cell)
        changed = modified_since_approval([self.key(one) for one in found])
        for cell in found:
            cell.modified = changed.get(self.key(cell))
        return found

    def _before(self) -> Any:
        return self.period.before()

    def key(self, cell: SheetCell) -> Key:
        return (cell.subject.pk, self.period.start, self.period.kind, cell.indicator.pk)

    def _tell_sources(self, cells: list[SheetCell]) -> None:
        wanted = {one.known.row for one in cells if one.known.row is not None}
        rows = Observation.objects.filter(pk__in=wanted).select_related("entry__filled_by")
        by_pk = {one.pk: one for one in rows}
        for cell in cells:
            if cell.known.value is None:
                continue
            row = by_pk.get(cell.known.row or 0)
            if row is None or cell.known.basis != "reported":
                cell.source = _BASES.get(cell.known.basis, "")
                continue
            entry = row.entry
            cell.is_own = (
                entry.source == EntrySource.FORM and entry.source_key == self.submission.code
            )
            said = entry.source_name or entry.title
            cell.source = f"{entry.get_source_display()} · {said}"

    def judge(self, user: Any) -> Sheet:
        """What the rules of checks find in the figures as they would be reported, beside each."""
        if self.judged:
            return self
        self.judged = True
        proposed = [
            Proposed(one.subject.pk, one.indicator.pk, self.period, one.value)
            for one in self.cells
            if one.value is not None and one.is_open
        ]
        at = {(one.subject.pk, one.indicator.pk): one for one in self.cells}
        found = (
            findings_for(proposed, acting_user=user, catalogue=self.catalogue) if proposed else ()
        )
        for finding in found:
            cell = at.get((finding.subject_id, finding.indicator_id))
            if cell is not None and cell.is_open:
                cell.findings.append(finding)
            else:  # of a figure that is computed, or typed elsewhere
                self.loose.append(finding)
        return self

    # what the page shows

    @cached_property
    def with_drafts(self) -> Reading:
        """The ledger as it would be with what has been typed."""
        own = {self.key(one): one.value for one in self.cells}
        rows: list[Row] = [row for row in self._rows if row[:4] not in own]
        rows += [(*key, 0, value) for key, value in own.items() if value is not None]
        return Reading(
            [one.pk for one in self.subjects],
            *months_needed(self.period),
            catalogue=self.catalogue,
            rows=rows,
        )

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

    def computed(self, subject: Subject, indicator: Indicator) -> str:
        found = self.with_drafts.figure(subject.pk, indicator, self.period)
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
        return sum(self.counts[state] for state in DONE)

    @property
    def modified(self) -> list[SheetCell]:
        return [one for one in self.cells if one.modified]

    @property
    def problems(self) -> list[str]:
        """What keeps it from being reported, a sentence each."""
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
            cells = [one for one in self.cells if one.state == state]
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
