"""What the address of a list says. An address that can't be followed exactly is refused.

A condition that was left out in silence would show other rows, and other totals, than the person
believes; so an unknown name, a page that can't be or a broken cursor gets 400 and a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import BadRequest
from django.http import QueryDict
from django.utils.translation import gettext as _

PAGE_SIZES = (20, 50, 100, 200)
MOST_SORTS = 3
MOST_TEXT = 200
# Names in the address that are no filter.
SORT, COLUMNS, SIZE, PAGE, AFTER, BEFORE, COUNT = (
    "sort", "cols", "rows", "page", "after", "before", "count",
)  # fmt: skip
SEARCH, ARCHIVED = "q", "archived"
_OWN = (SORT, COLUMNS, SIZE, PAGE, AFTER, BEFORE, COUNT, SEARCH, ARCHIVED)
# What says where one is, not what is shown: no part of a saved view.
PLACES = (PAGE, AFTER, BEFORE, COUNT)
# U+FFFD: bytes that are no UTF-8, such as half a surrogate pair
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd\ud800-\udfff]")


class BadAddress(BadRequest):
    """An address that can't be followed; the text says what is wrong and what to do."""


@dataclass(frozen=True)
class ListAddress:
    """A list's address, read and checked."""

    sort: tuple[str, ...] = ()  # keys of columns, with "-" before a descending one
    columns: tuple[str, ...] = ()
    size: int = 50
    page: int | None = None
    after: str = ""
    before: str = ""
    exact: bool = False  # whether everything is to be counted
    text: str = ""
    archived: bool = False
    filters: Mapping[str, str] = field(default_factory=dict)

    @property
    def narrows(self) -> bool:
        """Whether a search or a filter hides rows."""
        return bool(self.text or self.archived or self.filters)


def read_address(
    query: QueryDict,
    *,
    filters: Iterable[str],
    sortable: Iterable[str],
    columns: Iterable[str],
    size: int,
    archivable: bool,
    searchable: bool,
) -> ListAddress:
    """The address of a list with these names; raises ``BadAddress``."""
    own = [name for name in _OWN if searchable or name != SEARCH]
    filters = set(filters)
    known = {*own, *filters}
    for name in query:
        if name not in known and query[name]:
            raise BadAddress(
                _("This list has no condition “%(name)s”. Take it out of the address.")
                % {"name": shown(name)}
            )
        for value in query.getlist(name):
            check_text(name, value)
    given = {name: query[name].strip() for name in query if name in filters}
    return ListAddress(
        sort=_sort(query, set(sortable)),
        columns=_columns(query, set(columns)),
        size=_size(query, size),
        page=_page(query),
        after=query.get(AFTER, ""),
        before=query.get(BEFORE, ""),
        exact=query.get(COUNT) == "exact",
        text=query.get(SEARCH, "").strip() if searchable else "",
        archived=archivable and query.get(ARCHIVED) == "1",
        filters={name: value for name, value in given.items() if value},
    )


def canonical(query: QueryDict, leave_out: Sequence[str] = PLACES) -> str:
    """The query string without what is empty and without the place in the list."""
    kept = QueryDict(mutable=True)
    for name in query:
        if name in leave_out:
            continue
        values = [value for value in query.getlist(name) if value]
        if name in (SORT, COLUMNS):
            values = [",".join(values)] if values else []
        if values:
            kept.setlist(name, values if name in (SORT, COLUMNS) else values[-1:])
    return kept.urlencode()


def words_of(query: QueryDict, name: str) -> list[str]:
    """``sort=a,-b`` and ``sort=a&sort=-b`` say the same."""
    return [one for value in query.getlist(name) for one in value.split(",") if one]


def shown(text: Any, most: int = 30) -> str:
    """A piece of an address as a message may repeat it."""
    clean = _UNREADABLE.sub("�", str(text))
    return clean if len(clean) <= most else clean[:most] + "…"


def check_text(name: str, value: str) -> None:
    """Raise ``BadAddress`` for what nobody can have typed."""
    if _UNREADABLE.search(value):
        raise BadAddress(
            _("“%(name)s” holds characters that can't be read. Type the condition again.")
            % {"name": shown(name)}
        )
    if len(value) > (MOST_TEXT if name not in (COLUMNS, AFTER, BEFORE) else 2000):
        raise BadAddress(
            _("“%(name)s” is too long: at most %(most)d characters. Shorten the condition.")
            % {"name": shown(name), "most": MOST_TEXT}
        )


def _sort(query: QueryDict, sortable: set[str]) -> tuple[str, ...]:
    wanted = words_of(query, SORT)
    for one in wanted:
        if one.removeprefix("-") not in sortable:
            raise BadAddress(
                _("This list can't be sorted by “%(name)s”. Click on a heading to sort.")
                % {"name": shown(one.removeprefix("-"))}
            )
    kept: dict[str, str] = {}
    for one in wanted:
        kept.setdefault(one.removeprefix("-"), one)
    return tuple(list(kept.values())[:MOST_SORTS])


def _columns(query: QueryDict, columns: set[str]) -> tuple[str, ...]:
    wanted = words_of(query, COLUMNS)
    for one in wanted:
        if one not in columns:
            raise BadAddress(
                _("This list has no column “%(name)s”. Choose the columns again.")
                % {"name": shown(one)}
            )
    return tuple(dict.fromkeys(wanted))


def _size(query: QueryDict, default: int) -> int:
    asked = query.get(SIZE, "")
    if not asked:
        return default
    if asked not in {str(size) for size in PAGE_SIZES}:
        raise BadAddress(
            _("A page holds %(sizes)s rows, not “%(asked)s”.")
            % {"sizes": " / ".join(map(str, PAGE_SIZES)), "asked": shown(asked)}
        )
    return int(asked)


def _page(query: QueryDict) -> int | None:
    asked = query.get(PAGE, "")
    if not asked:
        return None
    if not (asked.isascii() and asked.isdecimal() and 0 < len(asked) < 10 and int(asked) > 0):
        raise BadAddress(
            _("There is no page “%(page)s”. Pages count from 1.") % {"page": shown(asked)}
        )
    return int(asked)
