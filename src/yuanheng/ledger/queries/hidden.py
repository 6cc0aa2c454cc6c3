"""Which figures of an enterprise are not shown to a person: tax and energy data."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from yuanheng.kernel.policies import policy_for
from yuanheng.ledger.choices import BearerKind, DataGroup, TargetKind
from yuanheng.ledger.models import Indicator, Subject, Target
from yuanheng.ledger.queries.catalogue import Catalogue


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


def is_masked(user: Any, target: Target) -> bool:
    """Whether its figures are of a group that this person doesn't see of enterprises."""
    one = target.indicator
    if one is None or not one.data_group:
        return False
    rows = Subject.objects.filter(kind=BearerKind.ENTERPRISE)
    if target.kind == TargetKind.FIGURE:
        if target.enterprise_id is None:
            return False
        rows = rows.filter(enterprise=target.enterprise_id)
    policy: Any = policy_for(Subject)
    seen = policy.unmasked(user, one.data_group, rows)
    return bool(seen is False or (seen is not True and not seen.exists()))


def hidden_subjects(
    user: Any, involved: Mapping[int, Collection[int]], catalogue: Catalogue
) -> Callable[[int, Collection[int]], bool]:
    """A question for many figures at once: (subject, indicators) → whether they are masked.

    ``involved`` are the subjects that will be asked for; two queries a group at most.
    """
    group_of = {one.pk: one.data_group for one in catalogue.by_id.values() if one.data_group}
    masked: dict[str, set[int]] = {}
    policy: Any = policy_for(Subject)
    keys = sorted(pk for pk, ids in involved.items() if any(one in group_of for one in ids))
    for group in DataGroup.values:
        rows = Subject.objects.filter(pk__in=keys, kind=BearerKind.ENTERPRISE)
        seen = policy.unmasked(user, group, rows) if keys else True
        if seen is True:
            masked[group] = set()
            continue
        shown = set(seen.values_list("pk", flat=True)) if seen is not False else set()
        masked[group] = set(rows.values_list("pk", flat=True)) - shown

    def hides(subject: int, indicators: Collection[int]) -> bool:
        groups = {group_of[one] for one in indicators if one in group_of}
        return any(subject in masked[one] for one in groups)

    return hides
