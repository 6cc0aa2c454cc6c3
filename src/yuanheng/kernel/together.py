"""Writing many rows in one transaction, each by its own action, without asking the same each time.

While ``writing_together`` runs, what every row would ask is asked once for all: the rights before
and after the writes, the rows that relations lead to, the search index, the audit rows. Every rule
still holds for every row; only the rounds to the database are fewer. It lasts as long as one
transaction of one person, and ends with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import models

T = TypeVar("T")


class Together:
    """What is known, and what is still to be done, for the rows that are written together."""

    def __init__(self) -> None:
        self.answers: dict[Any, Any] = {}
        self.rights: dict[tuple[Any, str, str, Any], bool] = {}
        self.locked: dict[tuple[str, Any], models.Model] = {}
        self.to_index: dict[type[models.Model], dict[Any, None]] = defaultdict(dict)
        self.to_check: dict[type[models.Model], dict[Any, None]] = defaultdict(dict)

    def know_rights(self, user: Any, action: str, rows: list[Any]) -> None:
        """Ask for all of ``rows`` at once whether ``user`` may."""
        from yuanheng.kernel.policies import instances

        for model, keys in _by_model(rows).items():
            found = instances(user, action, models.QuerySet(model).filter(pk__in=keys))
            allowed = set(found.order_by().values_list("pk", flat=True))
            for pk in keys:
                self.rights[user.pk, action, model._meta.label, pk] = pk in allowed

    def lock(self, rows: list[Any]) -> None:
        """Read all of ``rows`` again under a lock; each write takes its own from here."""
        known = {(one._meta.label, one.pk): one for one in rows}
        for model, keys in _by_model(rows).items():
            for row in model._base_manager.select_for_update().filter(pk__in=keys):
                _take_relations(row, known[model._meta.label, row.pk])
                self.locked[model._meta.label, row.pk] = row

    def outside(self, user: Any, action: str) -> set[tuple[str, Any]]:
        """The rows written on which ``user`` may not do ``action`` as they are now."""
        from yuanheng.kernel.policies import instances

        found = set()
        for model, keys in self.to_check.items():
            rows = models.QuerySet(model).filter(pk__in=list(keys))
            inside = set(instances(user, action, rows).order_by().values_list("pk", flat=True))
            found |= {(model._meta.label, pk) for pk in keys if pk not in inside}
        return found

    def index(self) -> None:
        """Bring the search index up to date with all that was written."""
        from yuanheng.kernel.search.index import index_rows

        waiting, self.to_index = self.to_index, defaultdict(dict)
        for model, keys in waiting.items():
            index_rows(model, keys)


_running: ContextVar[Together | None] = ContextVar("writing_together", default=None)


@contextmanager
def writing_together() -> Iterator[Together]:
    """For the body of one action that calls the actions of many rows."""
    token = _running.set(Together())
    try:
        yield _running.get()  # type: ignore[misc]
    finally:
        _running.reset(token)


def together() -> Together | None:
    """What runs now, if rows are being written together."""
    return _running.get()


def remember(key: Any, ask: Callable[[], T]) -> T:
    """The answer to ``key``: asked each time, or once for rows that are written together. What
    ``ask`` raises isn't kept."""
    running = _running.get()
    if running is None:
        return ask()
    if key not in running.answers:
        running.answers[key] = ask()
    found: T = running.answers[key]
    return found


def _take_relations(row: models.Model, known: models.Model) -> None:
    """The related rows that were read with ``known``, as far as they are still the same."""
    for field in row._meta.concrete_fields:
        if not (field.is_relation and field.is_cached(known)):
            continue
        if getattr(row, field.attname) == getattr(known, field.attname):
            field.set_cached_value(row, field.get_cached_value(known))


def _by_model(rows: list[Any]) -> dict[type[models.Model], list[Any]]:
    found: dict[type[models.Model], list[Any]] = defaultdict(list)
    for row in rows:
        found[type(row)].append(row.pk)
    return found
