"""Keeping the search index: from inside every action that writes rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.db import models, transaction
from django.db.models.constants import LOOKUP_SEP

from yuanheng.kernel.bulk import rows_of
from yuanheng.kernel.models import Archivable, SearchEntry
from yuanheng.kernel.search.databases import Entry, text_index
from yuanheng.kernel.search.words import analysed

_BATCH = 2000


def index_rows(model: type[models.Model], pks: Iterable[Any]) -> None:
    """These rows of ``model`` were written or deleted: look at them again.

    Called inside the action's transaction. Rows of other registers that are found by a name of
    theirs (a park by its committee) follow.
    """
    from yuanheng.kernel.resources import all_resources

    numbers = [pk for pk in dict.fromkeys(pks) if pk is not None]
    for resource in all_resources():
        if not resource.is_indexed:
            continue
        if resource.model is model:
            _index(resource, numbers)
        for path in _paths_to(resource, model):
            _index_all(resource, _rows(resource), f"{path}__in", numbers)


def index_new_rows(model: type[models.Model], pks: Sequence[Any]) -> None:
    """The same for many rows that were made just now: nothing of theirs has to be looked for."""
    from yuanheng.kernel.resources import all_resources

    for resource in all_resources():
        if not resource.is_indexed or resource.model is not model or not pks:
            continue
        first, last = min(pks), max(pks)
        there = SearchEntry.objects.filter(register=resource.name)
        if there.filter(row_id__gte=first, row_id__lte=last).exists():
            _index(resource, pks)
            continue
        with text_index().filling(len(pks)):
            for start in range(0, len(pks), _BATCH):
                rows = rows_of(_rows(resource), pks[start : start + _BATCH])
                text_index().fill(list(_entries(resource, rows)))


def index_keys(model: type[models.Model], key: str, keys: Sequence[Any]) -> None:
    """The same for rows that are known by a natural key."""
    for start in range(0, len(keys), _BATCH):
        rows = models.QuerySet(model).filter(**{f"{key}__in": keys[start : start + _BATCH]})
        index_rows(model, rows.order_by().values_list("pk", flat=True))


def reindex(progress: Callable[[str, int], None] | None = None) -> dict[str, int]:
    """Make the whole index again; how many rows of each register it holds."""
    from yuanheng.kernel.resources import all_resources

    counts: dict[str, int] = {}
    index = text_index()
    with transaction.atomic():
        index.clear()
        for resource in all_resources():
            if not resource.is_indexed:
                continue
            counts[resource.name] = 0
            for entries in _batches(_entries(resource, _rows(resource))):
                index.fill(entries)
                counts[resource.name] += len(entries)
                if progress:
                    progress(str(resource.title), counts[resource.name])
        index.filled()
    return counts


def index_if_empty() -> bool:
    """After a migration: fill an index that was never filled; whether it was done."""
    from yuanheng.kernel.resources import all_resources

    if SearchEntry.objects.exists():
        return False
    if not any(_rows(one).exists() for one in all_resources() if one.is_indexed):
        return False
    reindex()
    return True


def _index(resource: Any, numbers: Sequence[int]) -> None:
    for start in range(0, len(numbers), _BATCH):
        part = list(numbers[start : start + _BATCH])
        entries = list(_entries(resource, _rows(resource).filter(pk__in=part)))
        text_index().store(entries)
        gone = set(part) - {one.row_id for one in entries}
        if gone:
            text_index().forget(resource.name, sorted(gone))


def _index_all(resource: Any, rows: models.QuerySet, lookup: str, numbers: Sequence[int]) -> None:
    for start in range(0, len(numbers), _BATCH):
        found = rows.filter(**{lookup: numbers[start : start + _BATCH]})
        for entries in _batches(_entries(resource, found)):
            text_index().store(entries)


def _rows(resource: Any) -> models.QuerySet:
    return resource.model._base_manager.order_by()


def _entries(resource: Any, rows: models.QuerySet) -> Iterator[Entry]:
    """One query for all of them: only what is looked for is read."""
    title, code, context = resource.search_title, resource.lookup, resource.search_context
    texts = [path for path in resource.searched_fields if path not in (title, code)]
    archived = ["archived_at"] if issubclass(resource.model, Archivable) else []
    paths = ["pk", title, code, *archived, *context, *texts]
    first = 3 + len(archived)
    for row in rows.values_list(*paths).iterator(chunk_size=_BATCH):
        name, key = str(row[1] or ""), str(row[2] or "")
        where = " · ".join(str(one) for one in row[first : first + len(context)] if one)
        others = [str(one) for one in row[first + len(context) :] if one]
        found = analysed(name, [key, *others])
        yield Entry(
            register=resource.name,
            row_id=row[0],
            code=key[:100],
            title=name[:300],
            context=where[:300],
            initials=found.initials,
            text=found.text,
            is_current=not archived or row[3] is None,
            grams=found.grams,
        )


def _batches(entries: Iterator[Entry]) -> Iterator[list[Entry]]:
    batch: list[Entry] = []
    for one in entries:
        batch.append(one)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _paths_to(resource: Any, model: type[models.Model]) -> list[str]:
    """Relations over which a register is found by rows of ``model``."""
    found = set()
    for path in (*resource.searched_fields, resource.search_title, *resource.search_context):
        current, parts = resource.model, path.split(LOOKUP_SEP)
        for count, part in enumerate(parts[:-1], 1):
            current = current._meta.get_field(part).related_model
            if current is model:
                found.add(LOOKUP_SEP.join(parts[:count]))
    return sorted(found)
