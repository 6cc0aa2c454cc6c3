"""The cells of a sheet: what is known and typed of one figure, how far it is, and what
is said of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.kernel.masking import MASK
from yuanheng.ledger.choices import Severity
from yuanheng.ledger.models import DraftFigure, Indicator, Subject
from yuanheng.ledger.queries.checks import Finding
from yuanheng.ledger.queries.figures import Figure
from yuanheng.ledger.queries.modified import Modified
from yuanheng.ledger.queries.sheet_drafts import Mark
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
        return f"{self.indicator.shown_name} · {self.subject.name}"


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


@dataclass(slots=True)
class SheetRow:
    """One indicator: its cells by subject, or computed figures."""

    number: int
    indicator: Indicator
    cells: list[SheetCell] = field(default_factory=list)
    computed: list[tuple[Subject, str]] = field(default_factory=list)


def places_in_words(cells: Iterable[SheetCell]) -> str:
    """The indicators of these cells; with the park, where there are several."""
    found = list(cells)
    several = len({one.subject.pk for one in found}) > 1
    named = [one.place if several else one.indicator.shown_name for one in found]
    text = _(", ").join(named[:SHOWN])
    return text + "…" if len(named) > SHOWN else text


def settle(cell: SheetCell) -> None:
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
