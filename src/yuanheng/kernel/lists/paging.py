"""A page of a list: numbered on a small set, by cursor on a large one."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from yuanheng.kernel.lists.address import PAGE, BadAddress, ListAddress
from yuanheng.kernel.lists.choosing import Chosen
from yuanheng.kernel.lists.order import Order
from yuanheng.kernel.lists.tally import LIMIT, Tally, tally_of
from yuanheng.kernel.search.finding import FEW

# A page further on is reached by cursor: a database must walk over all rows before it.
NUMBERED = 10_000


@dataclass(frozen=True)
class CursorPage:
    """A page of a large list: what comes before and after is named by a row, not by a number."""

    object_list: Sequence[Any]
    size: int
    tally: Tally
    first: str | None = None  # cursors; None: there is nothing there
    last: str | None = None
    is_by_cursor: bool = field(default=True, init=False)

    @property
    def has_previous(self) -> bool:
        return self.first is not None

    @property
    def has_next(self) -> bool:
        return self.last is not None


class CountedPaginator(Paginator):
    """One that knows the number of rows already."""

    def __init__(self, rows: Any, size: int, tally: Tally) -> None:
        super().__init__(rows, size)
        self.tally = tally

    @cached_property
    def count(self) -> int:  # type: ignore[override]
        return self.tally.rows


def count(chosen: Chosen, paths: Sequence[str] = ()) -> Tally:
    """How many rows are chosen, and the sums at ``paths``; bounded unless the address says so."""
    annotated = any(path in chosen.ready.query.annotations for path in paths)
    rows = chosen.ready if annotated else chosen.rows
    if chosen.address.exact:
        return tally_of(rows, paths, None)
    if chosen.has_many and chosen.is_whole:
        return Tally(FEW, True)  # to know that there are many is enough
    return tally_of(rows, paths, FEW if chosen.has_many and not chosen.in_row else LIMIT)


def cursor_page_of(chosen: Chosen, tally: Tally) -> CursorPage:
    """A page of any list by cursor, however small; the order must be one that ``can_page``."""
    return _by_cursor(_Rows(chosen, _walks(chosen, tally)), chosen.order, chosen.address, tally)


def _walks(chosen: Chosen, tally: Tally) -> bool:
    """Where conditions leave few rows, they are found first and sorted then."""
    return tally.is_more or (chosen.is_whole and not chosen.address.text)


def page_of(chosen: Chosen, tally: Tally) -> Page | CursorPage:
    """The rows of the page that the address asks for.

    A page after the last is the last one: rows go while somebody reads.
    """
    address, order = chosen.address, chosen.order
    walk = _walks(chosen, tally)
    is_large = tally.is_more or tally.rows > NUMBERED
    by_cursor = order.can_page and (
        address.after or address.before or (is_large and not address.page)
    )
    if by_cursor:
        return _by_cursor(_Rows(chosen, walk), order, address, tally)
    number = address.page or 1
    if (number - 1) * address.size >= NUMBERED and order.can_page:
        raise BadAddress(
            _("Pages can be named up to row %(rows)d. Go on with “Next”, or narrow the list.")
            % {"rows": NUMBERED},
            where=PAGE,
        )
    paginator = CountedPaginator(chosen.ready, address.size, tally)
    number = min(number, paginator.num_pages)
    start = (number - 1) * address.size
    found = _Rows(chosen, walk).read(order.order_by, start, address.size) if tally.rows else []
    return Page(found, number, paginator)


@dataclass(frozen=True)
class _Rows:
    """Reads a piece of the chosen rows. Unless the database is to walk an index, it first finds
    the keys of the page, and reads whole rows for those only."""

    chosen: Chosen
    walk: bool
    conditions: tuple[Q, ...] = ()

    def filter(self, condition: Q) -> _Rows:
        return replace(self, conditions=(*self.conditions, condition)) if condition else self

    def read(self, order_by: Callable[..., list[Any]], start: int, size: int) -> list[Any]:
        ready = self.chosen.order.annotated(self.chosen.ready)
        by_annotation = _orders_by_annotation(self.chosen)
        # What is counted for each row is counted for those of the page only.
        if self.walk and (by_annotation or not self.chosen.ready.query.annotations):
            return list(self._narrowed(ready).order_by(*order_by())[start : start + size])
        needed = ready if by_annotation else self.chosen.rows
        keys = self._narrowed(needed).order_by(*order_by(walk=self.walk)).values("pk")
        page = ready.model._default_manager.filter(pk__in=keys[start : start + size])
        whole = self.chosen.ready_of(page)
        return list(self.chosen.order.annotated(whole).order_by(*order_by()))

    def _narrowed(self, rows: models.QuerySet) -> models.QuerySet:
        for one in self.conditions:
            rows = rows.filter(one)
        return rows


def _orders_by_annotation(chosen: Chosen) -> bool:
    return any(key.path in chosen.ready.query.annotations for key in chosen.order.keys)


def _by_cursor(rows: _Rows, order: Order, address: ListAddress, tally: Tally) -> CursorPage:
    backwards = bool(address.before)
    cursor = address.before or address.after
    at_end = address.before == "end"
    place = order.read_cursor(cursor) if cursor and not at_end else None
    found: list[Any] = []
    wanted = address.size + 1
    segments = order.segments(backwards)
    if place is not None and len(segments) > 1:
        # The place lies in one of the two parts: what it has passed need not be asked.
        in_second = (place[0] is None) != backwards
        segments = segments[1:] if in_second else segments
    for count, segment in enumerate(segments):
        part = rows.filter(segment)
        if place is not None and count == 0:
            part = part.filter(order.beyond(place, backwards))
        walked = functools.partial(_walked, order, segment, backwards)
        found += part.read(walked, 0, wanted - len(found))
        if len(found) >= wanted:
            break
    more = len(found) > address.size
    if backwards and not more and not at_end:
        # The beginning is reached: a whole first page, not the rest that lies before the cursor.
        return _by_cursor(rows, order, replace(address, before="", after=""), tally)
    found = found[: address.size]
    if backwards:
        found.reverse()
    return _bounded(found, order, address, tally, more=more, backwards=backwards, place=place)


def _bounded(
    found: list[Any],
    order: Order,
    address: ListAddress,
    tally: Tally,
    *,
    more: bool,
    backwards: bool,
    place: Any,
) -> CursorPage:
    has_before = more if backwards else place is not None
    has_after = (place is not None) if backwards else more
    return CursorPage(
        found,
        address.size,
        tally,
        first=order.cursor(found[0]) if found and has_before else None,
        last=order.cursor(found[-1]) if found and has_after else None,
    )


def _walked(order: Order, segment: Q, backwards: bool, *, walk: bool = True) -> list[Any]:
    """Within a part, the first key is never empty or always: no word about empty values there,
    so that a plain index serves."""
    first, *others = order.keys
    if not segment:
        return order.order_by(backwards, walk=walk)
    plain = replace(first, nullable=False)
    return [key.order(backwards, walk=walk) for key in (plain, *others)]
