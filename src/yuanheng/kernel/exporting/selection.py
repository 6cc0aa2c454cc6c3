"""Which rows and columns go out: those of the list, as its address says."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import QueryDict

from yuanheng.kernel.importing.fields import ExchangeField
from yuanheng.kernel.importing.known import canonical_writer
from yuanheng.kernel.importing.relations import Finder, name_fields, natural_key
from yuanheng.kernel.lists.choosing import Chosen, choose
from yuanheng.kernel.lists.saved import saved_lists
from yuanheng.kernel.masking import MASK, hidden_fields
from yuanheng.kernel.policies import policy_for

_CHUNK = 2000
_NAMED_UP_TO = 5000  # of a larger register only codes are written
_OFFERED_UP_TO = 400


@dataclass(frozen=True)
class ExportRequest:
    """A register, who asks, and the list's address; ``narrow`` keeps to the list's columns."""

    resource: Any
    user: Any
    query: str = ""
    narrow: bool = False

    @property
    def fields(self) -> list[ExchangeField]:
        """The columns, the natural key first."""
        exchange = self.resource.exchange
        fields: list[ExchangeField] = exchange.fields
        if not self.narrow:
            return fields
        shown = {column.path.partition("__")[0] for column in self.chosen.columns}
        kept = {exchange.key_name, exchange.label_name, *shown}
        return [one for one in fields if one.code in kept]

    @functools.cached_property
    def chosen(self) -> Chosen:
        """What the list's address chooses; raises ``BadAddress``."""
        own = saved_lists(self.user, self.resource.name).columns
        return choose(self.resource, self.user, QueryDict(self.query), own_columns=own)

    def rows(self) -> models.QuerySet:
        """What the list shows, without its pages."""
        return self.chosen.ordered.select_related(None).prefetch_related(None)

    def count(self) -> int:
        """How many rows that is."""
        return self.chosen.rows.count()


class Hidden(str):
    """A mask, apart from a text that looks like one."""

    __slots__ = ()


HIDDEN = Hidden(MASK)


class Words:
    """How the values of one relation are written: a name that only one has, else the code, and a
    mask for a row that the person may not see."""

    def __init__(self, finder: Finder) -> None:
        self.model = finder.model
        self.key = natural_key(self.model)
        self.names = name_fields(self.model)
        self.finder = finder
        self.words: dict[Any, str] = {}
        rows = finder.rows()
        self.is_small = rows.count() <= _NAMED_UP_TO
        if self.is_small:
            self._name(rows)

    def _name(self, rows: models.QuerySet) -> None:
        found = list(rows.values_list("pk", self.key, *self.names))
        owners: dict[str, set[Any]] = {}
        for pk, code, *names in found:
            for text in {str(code), *names}:
                owners.setdefault(text, set()).add(pk)
        for pk, code, *names in found:
            name = names[0] if names else ""
            self.words[pk] = name if name and owners[name] == {pk} else str(code)

    def load(self, pks: set[Any]) -> None:
        """Of a large register only those that are needed now."""
        missing = [pk for pk in pks if pk not in self.words] if not self.is_small else []
        for start in range(0, len(missing), 900):
            some = self.finder.rows().filter(pk__in=missing[start : start + 900])
            self.words.update((pk, str(code)) for pk, code in some.values_list("pk", self.key))

    def offered(self) -> list[str]:
        """What a drop-down list offers, if it isn't too long."""
        if not self.is_small or len(self.words) > _OFFERED_UP_TO:
            return []
        return sorted(self.words.values())


def values_of(
    request: ExportRequest, fields: Sequence[ExchangeField], words: dict[str, Words]
) -> Iterator[list[Any]]:
    """The rows, one list of values each, in the order of ``fields``; at most some thousand rows
    are in memory. Texts, numbers, bools and dates; words for choices and relations."""
    model = request.resource.model
    own = [one for one in fields if not one.is_extra]
    names = [one.attname for one in own]
    writers = {one.attname: canonical_writer(model, one.attname) for one in own}
    masks = bool(policy_for(model).masked_fields)
    source = request.rows().values_list("pk", *names).iterator(chunk_size=_CHUNK)
    while batch := [row for _n, row in zip(range(_CHUNK), source, strict=False)]:
        pks = [row[0] for row in batch]
        columns = dict(zip(names, zip(*(row[1:] for row in batch), strict=True), strict=True))
        extra = request.resource.exchange.extra_values(pks)
        hidden = hidden_fields(request.user, model, pks) if masks else {}
        written = [_written(one, columns, extra, writers, words, len(batch)) for one in fields]
        for at, row in enumerate(zip(*written, strict=True)):
            concealed = hidden.get(pks[at])
            if concealed:
                yield [
                    HIDDEN if one.code in concealed else value
                    for one, value in zip(fields, row, strict=True)
                ]
            else:
                yield list(row)


def _written(
    one: ExchangeField,
    columns: dict[str, tuple[Any, ...]],
    extra: Any,
    writers: dict[str, Any],
    words: dict[str, Words],
    count: int,
) -> Sequence[Any]:
    """One column of a batch, as it is written."""
    if one.is_extra:
        return extra.get(one.code) or [None] * count
    column = columns[one.attname]
    if one.kind == "relation":
        known = words[one.code]
        known.load({pk for pk in column if pk is not None})
        return [None if pk is None else known.words.get(pk, HIDDEN) for pk in column]
    if one.kind == "choice":
        return [one.labels.get(str(value), value) or None for value in column]
    if one.kind == "text":
        return column
    if one.kind in ("moment", "number"):
        write = writers[one.attname]
        return [write(value) for value in column] if one.kind == "moment" else column
    return column
