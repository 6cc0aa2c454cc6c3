"""What a problem that was found somewhere may become: the kinds of cases that rooms offer for it.

The room that found it (a visit) and the one whose case it becomes need not know each other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from yuanheng.kernel.models import Case


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem: its words, where it was found and by whom, and for which office."""

    words: str
    found_at: str
    found_by: str
    office_id: int
    org_unit_id: int | None = None
    deadline: date | None = None


@dataclass(frozen=True, slots=True)
class CaseOffer:
    """A kind of case. ``may_open(user)`` says whether to show it; ``open_case(acting_user=,
    finding=)`` opens one and raises Refused or ValidationError with a sentence."""

    code: str
    title: Any
    may_open: Callable[[Any], bool]
    open_case: Callable[..., Case]


_offers: dict[str, CaseOffer] = {}


def offer_case(offer: CaseOffer) -> None:
    """Let problems become such cases; called once, when the room starts."""
    _offers[offer.code] = offer


def case_offers() -> list[CaseOffer]:
    """All kinds that are offered, whoever asks."""
    return list(_offers.values())


def case_offer(code: str) -> CaseOffer:
    """Raises LookupError for a kind that nobody offers."""
    return _offers[code]
