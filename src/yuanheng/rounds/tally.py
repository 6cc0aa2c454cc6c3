"""How far a round is: counted in one query, kept with the row for a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Value

from yuanheng.rounds.choices import Answer
from yuanheng.rounds.models import EvaluationRound, Objection, Sheet

_KEPT = "_tally"


@dataclass(slots=True)
class Tally:
    """Sheets by answer, objections by what they are about and how they stand."""

    answers: dict[str, int] = field(default_factory=dict)
    objections: dict[tuple[str, str, str], int] = field(default_factory=dict)

    @property
    def sheets(self) -> int:
        return sum(self.answers.values())

    @property
    def waiting(self) -> int:
        return self.answers.get(Answer.WAITING, 0)

    @property
    def undecided(self) -> int:
        """Objections that wait for a decision."""
        return sum(
            number
            for (_about, state, _outcome), number in self.objections.items()
            if state in ("filed", "checking")
        )

    def objected(self, about: str) -> int:
        """Objections of a kind that were not withdrawn."""
        return sum(
            number
            for (one, state, _outcome), number in self.objections.items()
            if one == about and state != "withdrawn"
        )


def tally_of(case: EvaluationRound, *, afresh: bool = False) -> Tally:
    """The counts of a round."""
    kept = case.__dict__.get(_KEPT)
    if kept is not None and not afresh:
        return kept
    found = Tally()
    none = Value("")
    sheets = Sheet.objects.filter(round=case).order_by()
    answers = sheets.values_list("answer", none, none).annotate(Count("pk"))
    filed = Objection.objects.filter(round=case).order_by()
    objections = filed.values_list("about", "state", "outcome").annotate(Count("pk"))
    for first, state, outcome, number in answers.union(objections, all=True):
        if state:
            found.objections[first, state, outcome] = number
        else:
            found.answers[first] = number
    case.__dict__[_KEPT] = found
    return found


def corrections_of(case: EvaluationRound) -> dict[tuple[str, str], Any]:
    """What upheld objections say counts: (subject's code, field) → figure. A later decision about
    the same figure takes the place of an earlier one."""
    found: dict[tuple[str, str], Any] = {}
    decided = Objection.objects.filter(round=case, state="decided").order_by("closed_at", "pk")
    for subject, claims in decided.values_list("sheet__subject_code", "claims"):
        for one in claims:
            if one.get("upheld"):
                found[subject, one["field"]] = one["value"]
    return found
