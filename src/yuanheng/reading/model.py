"""What reading a document gives: figures, directives, parties, each with its place."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, field
from typing import Any

from yuanheng.reading.mapping import Span


@dataclass(slots=True)
class Comparison:
    """A change or difference said of a figure: ``kind`` yoy, mom, qoq, base, average, plan, rank."""

    kind: str
    direction: str | None
    value: float
    unit: str
    value_text: str
    span: Span

    def as_json(self) -> dict[str, Any]:
        data = asdict(self)
        return {"type": data.pop("kind"), **data, "span": list(self.span)}


@dataclass(slots=True)
class Fact:
    """A figure. ``span`` is that of its number in the original; ``value_canonical`` is in
    ``unit_canonical`` and signed where the measure is a growth."""

    subject: str | None
    subject_type: str
    period: str
    period_start: dt.date | None
    period_end: dt.date | None
    basis: str
    indicator: str
    raw: str
    measure: str
    value: float
    value_text: str
    unit: str
    unit_canonical: str
    value_canonical: float
    qualifier: str
    span: Span
    comparison: Comparison | None = None
    further: list[Comparison] = field(default_factory=list)
    marked: str | None = None

    def add(self, comparison: Comparison) -> None:
        """The first comparison is the comparison; others are kept beside it."""
        if self.comparison is None:
            self.comparison = comparison
        else:
            self.further.append(comparison)

    def as_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {
            "subject": {"name": self.subject, "type": self.subject_type},
            "period": {
                "label": self.period,
                "start": self.period_start.isoformat() if self.period_start else None,
                "end": self.period_end.isoformat() if self.period_end else None,
                "basis": self.basis,
            },
            "indicator": {"canonical": self.indicator, "raw": self.raw},
            "measure": self.measure,
            "value": self.value,
            "value_text": self.value_text,
            "unit": self.unit,
            "unit_canonical": self.unit_canonical,
            "value_canonical": self.value_canonical,
            "qualifier": self.qualifier,
            "comparison": self.comparison.as_json() if self.comparison else None,
            "span": list(self.span),
        }
        if self.further:
            data["further_comparisons"] = [one.as_json() for one in self.further]
        return data | ({"source": self.marked} if self.marked else {})


@dataclass(slots=True)
class Responsible:
    """A unit that answers for a task: ``role`` is lead, subject or support."""

    name: str
    role: str
    kind: str
    basis: str = "explicit"


@dataclass(slots=True)
class Directive:
    """A task that somebody is asked to do."""

    action: str
    issuer: str | None
    responsible: list[Responsible]
    deadline_text: str | None
    deadline: dt.date | None
    targets: list[dict[str, Any]]
    recurrence: str | None
    level: str
    span: Span
    marked: str | None = None

    def as_json(self) -> dict[str, Any]:
        day = self.deadline.isoformat() if self.deadline else None
        data: dict[str, Any] = {
            "action": self.action,
            "issuer": self.issuer,
            "responsible": [
                {"name": one.name, "role": one.role, "type": one.kind, "basis": one.basis}
                for one in self.responsible
            ],
            "deadline": {"text": self.deadline_text, "date": day} if self.deadline_text else None,
            "targets": self.targets,
            "recurrence": self.recurrence,
            "level": self.level,
            "span": list(self.span),
        }
        return data | ({"source": self.marked} if self.marked else {})


@dataclass(slots=True)
class Party:
    """Somebody named in the document, at the first mention."""

    name: str
    kind: str
    role: str
    span: Span

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "type": self.kind, "role": self.role, "span": list(self.span)}


@dataclass(slots=True)
class Reading:
    """Everything read from one text."""

    title: str | None
    publisher: str | None
    published: dt.date | None
    place: str | None
    facts: list[Fact]
    directives: list[Directive]
    parties: list[Party]
    removed: list[dict[str, Any]]

    def as_json(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "publisher": self.publisher,
            "published": self.published.isoformat() if self.published else None,
            "place": self.place,
            "facts": [one.as_json() for one in self.facts],
            "directives": [one.as_json() for one in self.directives],
            "parties": [one.as_json() for one in self.parties],
            "removed": self.removed,
        }
