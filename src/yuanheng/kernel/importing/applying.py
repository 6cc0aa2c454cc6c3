"""From a plan to the register; runs inside an action."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext as _

from yuanheng.kernel.actions.core import record_rows
from yuanheng.kernel.bulk import insert_rows, rows_of, update_rows
from yuanheng.kernel.importing.base import CannotImport, cleared
from yuanheng.kernel.importing.batch import CLEAR
from yuanheng.kernel.importing.plan import Outcome, Plan
from yuanheng.kernel.importing.planning import outside_sentence
from yuanheng.kernel.policies import IMPORT, Refused, policy_for
from yuanheng.kernel.search.index import index_new_rows, index_rows

if TYPE_CHECKING:
    from yuanheng.kernel.importing.base import TableImporter

_CHUNK = 5000
Before = dict[str, Any]
Changes = dict[int, tuple[Before, dict[str, Any]]]


def write_plan(importer: TableImporter, plan: Plan, *, acting_user: Any, event: Any) -> None:
    """New rows, changed rows, references among them, and a line of history for each."""
    new, changed = plan.places(Outcome.NEW), plan.places(Outcome.CHANGED)
    for group in importer.insert_order(plan, new):
        importer.before_insert(plan, group)
        columns = {name: _chosen(cleared(col), group) for name, col in plan.values.items()}
        for at, pk in zip(group, insert_rows(importer.model, columns, len(group)), strict=True):
            plan.pks[at] = pk
    changes: Changes = {
        at: (dict(plan.before[at]), dict(plan.changed[at])) for at in changed if at in plan.changed
    }
    late = _late(importer, plan, [*new, *changed], set(changed), changes)
    update_rows(importer.model, [*_after(plan, changes), *late])
    _recheck(importer, [plan.pks[at] for at in [*new, *changed]], acting_user)
    record_rows(event, importer.model, _told(plan, new, changed, changes))
    importer.after_write(plan, [*new, *changed], acting_user, event)
    index_new_rows(importer.model, [plan.pks[at] for at in new])
    index(importer.model, [plan.pks[at] for at in changed])


def _chosen(column: Sequence[Any], places: Sequence[int]) -> Sequence[Any]:
    return column if len(places) == len(column) else [column[at] for at in places]


def _after(plan: Plan, changes: Changes) -> Iterator[tuple[Any, dict[str, Any]]]:
    for at, (_before, after) in changes.items():
        yield plan.pks[at], after


def _told(
    plan: Plan, new: Sequence[int], changed: Sequence[int], changes: Changes
) -> Iterator[tuple[Any, Before | None, dict[str, Any] | None]]:
    """What each row's history says; the values of a new row lie in the row itself."""
    for at in new:
        yield plan.pks[at], None, None
    for at in changed:
        if at in changes:
            before, after = changes[at]
            yield plan.pks[at], before, after


def _late(
    importer: TableImporter,
    plan: Plan,
    places: Sequence[int],
    is_old: set[int],
    changes: Changes,
) -> list[tuple[Any, dict[str, Any]]]:
    """References to rows of the same register. Those of new rows are returned, to be written;
    those of changed rows join their other changes."""
    updates = []
    for name, column in plan.late.items():
        wanted = {column[at] for at in places if isinstance(column[at], str)}
        if not wanted and CLEAR not in column:
            continue
        keys = _keys(importer.model, importer.key_name, wanted)
        old = [plan.pks[at] for at in is_old if column[at] is not None]
        now = _keys(importer.model, "pk", old, name)
        for at in places:
            code = column[at]
            if code is None:
                continue
            if code is not CLEAR and code not in keys:
                raise CannotImport(_missing(plan, at, code))
            pk = None if code is CLEAR else keys[code]
            if at not in is_old:
                updates.append((plan.pks[at], {name: pk}))
            elif now.get(plan.pks[at]) != pk:
                before, after = changes.setdefault(at, ({}, {}))
                before[name], after[name] = now.get(plan.pks[at]), pk
    return updates


def _missing(plan: Plan, at: int, code: str) -> str:
    return _("Line %(line)d refers to %(code)s, whose own line can't be used. Mend that line.") % {
        "line": plan.lines[at],
        "code": code,
    }


def _keys(
    model: type[models.Model], key: str, wanted: Iterable[Any], value: str = "pk"
) -> dict[Any, Any]:
    every = list(wanted)
    found: dict[Any, Any] = {}
    for start in range(0, len(every), 900):
        rows = models.QuerySet(model).filter(**{f"{key}__in": every[start : start + 900]})
        found.update(rows.values_list(key, value))
    return found


def _recheck(importer: TableImporter, pks: Sequence[Any], user: Any) -> None:
    """Looked at again after the write: nobody writes outside their own area."""
    policy = policy_for(importer.model)
    for start in range(0, len(pks), _CHUNK):
        some = pks[start : start + _CHUNK]
        rows = rows_of(models.QuerySet(importer.model), some)
        if policy.instances(user, IMPORT, rows).count() != len(some):
            raise Refused(outside_sentence())


def index(model: type[models.Model], pks: Sequence[Any]) -> None:
    """The search finds the rows as they are now."""
    index_rows(model, pks)
