"""What is wrong, or at least strange, with figures: the rules of checks over what is believed.

Proposed figures (a form that is being filled in) are laid over the ledger, so that a figure is
checked together with those that stand beside it and before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from yuanheng.calc.periods import Period
from yuanheng.kernel.policies import Refused
from yuanheng.ledger.models import Subject


@dataclass(frozen=True, slots=True)
class Proposed:
    """A figure as somebody would report it, in the indicator's measure; None: left empty."""

    subject_id: int
    indicator_id: int
    period: Period
    value: float | None


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


def findings_for(proposed: Sequence[Proposed], *, acting_user: Any) -> list[Finding]:
    """What the rules in force find in these figures, the gravest first.

    Raises ``Refused`` for a subject that ``acting_user`` does not see.
    """
    _require_sight(proposed, acting_user)
    return []


def _require_sight(proposed: Sequence[Proposed], user: Any) -> None:
    wanted = {one.subject_id for one in proposed}
    seen: set[int] = set()
    keys = sorted(wanted)
    for start in range(0, len(keys), 500):
        rows = Subject.objects.visible_to(user).filter(pk__in=keys[start : start + 500])
        seen |= set(rows.values_list("pk", flat=True))
    if wanted - seen:
        raise Refused(_("These figures lie outside your area."))
