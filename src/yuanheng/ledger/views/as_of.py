"""Pages as of a day: what the ledger held then, without what was corrected later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from yuanheng.kernel.lists.address import shown
from yuanheng.ledger.queries.believed import known_up_to, moment_of


@dataclass(frozen=True, slots=True)
class AsOf:
    """``asked`` as it was written; ``up_to`` as readings take it, None for now."""

    asked: str = ""
    moment: datetime | None = None
    up_to: int | None = None
    problem: str = ""


def as_of(request: HttpRequest) -> AsOf:
    """``?as_of=2024-03-01``: the end of that day."""
    asked = request.GET.get("as_of", "").strip()
    if not asked:
        return AsOf()
    try:
        moment = moment_of(asked)
    except (ValueError, OverflowError):
        words = _("“%(text)s” is no day or moment. Write 2024-03-01 or 2024-03-01T12:00.")
        return AsOf(asked, problem=words % {"text": shown(asked)})
    return AsOf(asked, moment, known_up_to(moment))
