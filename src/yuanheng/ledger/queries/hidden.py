"""Which figures of an enterprise are not shown to a person: tax and energy data."""

from __future__ import annotations

from typing import Any

from yuanheng.kernel.policies import policy_for
from yuanheng.ledger.choices import BearerKind, DataGroup
from yuanheng.ledger.models import Indicator, Subject


def hidden_groups(user: Any, subject: Subject) -> frozenset[str]:
    """The data groups whose figures of this subject are masked. Those of parks never are: they are
    what is published."""
    if subject.kind != BearerKind.ENTERPRISE:
        return frozenset()
    policy: Any = policy_for(Subject)
    rows = Subject.objects.filter(pk=subject.pk)
    hidden = set()
    for group in DataGroup.values:
        seen = policy.unmasked(user, group, rows)
        if seen is False or (seen is not True and not seen.exists()):
            hidden.add(group)
    return frozenset(hidden)


def is_hidden(indicator: Indicator, hidden: frozenset[str]) -> bool:
    """Whether the indicator itself belongs to a masked group; a computed one says so itself."""
    return bool(indicator.data_group) and indicator.data_group in hidden
