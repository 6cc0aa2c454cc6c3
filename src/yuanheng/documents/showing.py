"""A document's text with marks, window by window, and its proposals as cards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from yuanheng.accounts.models import OrgUnit
from yuanheng.calc.periods import Period
from yuanheng.documents.choices import Decision, ProposalKind
from yuanheng.documents.models import Document, Proposal
from yuanheng.kernel.figures import day, exact, measured, period_words
from yuanheng.ledger.api import Catalogue, latest_values, subjects_known
from yuanheng.supervision.api import ReportFrequency

WINDOW = 6000  # characters of a page, to the end of the line


def windows(text: str) -> list[tuple[int, int]]:
    """Where the pages of a long text begin and end: at ends of lines."""
    found = []
    start = 0
    while start < len(text):
        stop = min(start + WINDOW, len(text))
        if stop < len(text):
            end = text.rfind("\n", start + WINDOW // 2, stop)
            stop = end + 1 if end > 0 else stop
        found.append((start, stop))
        start = stop
    return found or [(0, 0)]


def marked(document: Document, rows: Sequence[Proposal], start: int, stop: int) -> SafeString:
    """The text from ``start`` to ``stop`` with a mark for each proposal: cut where anything
    begins or ends, so that a figure inside a requirement has both marks."""
    spans = [(one.start, one.stop, one) for one in rows]
    left_out = [(a, b) for a, b in document.removed if b > start and a < stop]
    cuts = {start, stop}
    for a, b, _row in spans:
        cuts |= {a, b}
    for a, b in left_out:
        cuts |= {a, b}
    places = sorted(one for one in cuts if start <= one <= stop)
    first: set[int] = set()
    pieces = []
    for a, b in pairwise(places):
        inside = [row for x, y, row in spans if x <= a and b <= y]
        gone = any(x <= a and b <= y for x, y in left_out)
        pieces.append(_piece(document.text[a:b], inside, gone, first))
    return format_html_join("", "{}", ((one,) for one in pieces))


def _piece(text: str, inside: Sequence[Proposal], gone: bool, first: set[int]) -> Any:
    if not inside:
        return format_html("<del>{}</del>", text) if gone else text
    inner = inside[-1]
    kinds = " ".join(sorted({f"yh-mark-{one.kind}" for one in inside}))
    anchor = ""
    if inner.number not in first:
        first.add(inner.number)
        anchor = format_html(' id="m{}"', inner.number)
    return format_html(
        '<a class="yh-mark {} yh-mark-{}" href="#p{}" data-mark="{}"{}>{}</a>',
        kinds, inner.decision, inner.number, " ".join(str(one.number) for one in inside), anchor,
        text,
    )  # fmt: skip


class Cards:
    """Proposals in words; names, units and known figures are read once for all of them."""

    def __init__(self, rows: Sequence[Proposal]) -> None:
        self.rows = rows
        self.catalogue = Catalogue()
        wanted = {pk for row in rows for pk in _units(row)}
        units = OrgUnit.objects.without_tree_fields().filter(pk__in=wanted)
        self.units = dict(units.values_list("pk", "name"))
        self.known = self._known()
        self.frequencies = dict(ReportFrequency.choices)

    def all(self) -> list[dict[str, Any]]:
        return [self.card(one) for one in self.rows]

    def card(self, row: Proposal) -> dict[str, Any]:
        """What ``_card.html`` draws."""
        is_fact = row.kind == ProposalKind.FACT
        told = self._fact(row) if is_fact else self._directive(row)
        base = reverse("document-proposal", args=[row.document.code, row.number])
        return {
            "row": row,
            "is_fact": is_fact,
            "is_open": row.decision in (Decision.OPEN, Decision.ACCEPTED, Decision.REJECTED),
            "words": row.document.text[row.start : row.stop][:300],
            "href": base,
            **told,
        }

    def _fact(self, row: Proposal) -> dict[str, Any]:
        given = row.values
        one = self.catalogue.by_code.get(given.get("indicator", ""))
        known = self.known.get(row.pk)
        return {
            "title": one.shown_name if one else row.read["indicator"]["raw"],
            "subject": given.get("subject_name") or row.read["subject"]["name"] or _("the area"),
            "period": period_words(given.get("period") or "") or _period_words(row.read["period"]),
            "value": _value_words(row, one),
            "missing": _lacking(row),
            "known": None if known is None or one is None else
            measured(exact(known * one.shown_factor), one.unit_shown),
            "conflict": known is not None and one is not None
            and abs(known * one.shown_factor - float(given["value"])) > 1e-6 * max(
                1.0, abs(float(given["value"]))),
        }  # fmt: skip

    def _directive(self, row: Proposal) -> dict[str, Any]:
        given = row.values
        supporting = [self.units[pk] for pk in given.get("supporting", ()) if pk in self.units]
        lead = given.get("lead")
        return {
            "title": given.get("title", ""),
            "lead": self.units.get(lead, "") if lead else "",
            "lead_read": given.get("lead_name", ""),
            "leader": given.get("leader", ""),
            "supporting": supporting,
            "deadline": given.get("deadline") or "",
            "deadline_read": (row.read.get("deadline") or {}).get("text", ""),
            "frequency": self.frequencies.get(given.get("frequency", ""), ""),
            "result": given.get("result", ""),
            "missing": [] if lead else [_("lead unit")],
        }

    def _known(self) -> dict[int, float]:
        """What the ledger believes of the figures that can be told, by proposal."""
        facts = [row for row in self.rows if row.kind == ProposalKind.FACT and not _lacking(row)]
        subjects = subjects_known(row.values["subject"] for row in facts)
        keys = {}
        for row in facts:
            one = self.catalogue.by_code.get(row.values["indicator"])
            subject = subjects.get(row.values["subject"])
            if one is not None and subject is not None:
                period = Period.parse(row.values["period"])
                keys[row.pk] = (subject, period.start, period.kind, one.pk)
        values = latest_values(list(keys.values()))
        return {pk: values[key] for pk, key in keys.items() if key in values}


def _period_words(told: dict[str, Any]) -> str:
    """As it was read, where it is no period of the ledger: the day of a count."""
    if told["start"] is None and told["end"]:
        return _("as of %(day)s") % {"day": day(date.fromisoformat(told["end"]))}
    return period_words(str(told["label"]))


def _value_words(row: Proposal, one: Any) -> str:
    """In the unit of the indicator; as the document says it where none is known."""
    if one is None and not row.is_mended:
        return f"{row.read['value_text']}{row.read['unit']}"
    return measured(exact(row.values.get("value")), row.values.get("unit"))


def _lacking(row: Proposal) -> list[str]:
    names = {"subject": _("of whom"), "indicator": _("indicator"), "period": _("period")}
    found = [str(name) for key, name in names.items() if not row.values.get(key)]
    if not found and not row.values.get("fits", True):
        found = [_("a unit that fits the indicator")]
    return found


def _units(row: Proposal) -> list[int]:
    if row.kind != ProposalKind.DIRECTIVE:
        return []
    lead = row.values.get("lead")
    return [*row.values.get("supporting", ()), *([lead] if lead else [])]
