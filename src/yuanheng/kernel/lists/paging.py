"""A page of a list: numbered on a small set, by cursor on a large one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from yuanheng.kernel.lists.address import BadAddress, ListAddress
from yuanheng.kernel.lists.order import Order
from yuanheng.kernel.lists.tally import Tally

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


def page_of(
    rows: models.QuerySet, order: Order, address: ListAddress, tally: Tally
) -> Page | CursorPage:
    """The rows that the address asks for; ``rows`` are filtered, in any order.

    A page after the last is the last one: rows go while somebody reads.
    """
    by_cursor = order.can_page and (
        address.after or address.before or (tally.rows > NUMBERED and not address.page)
    )
    if by_cursor:
        return _by_cursor(rows, order, address, tally)
    number = address.page or 1
    if (number - 1) * address.size >= NUMBERED and order.can_page:
        raise BadAddress(
            _("Pages can be named up to row %(rows)d. Go on with “Next”, or narrow the list.")
            % {"rows": NUMBERED}
        )
    ordered = rows.order_by(*order.order_by())
    return CountedPaginator(ordered, address.size, tally).get_page(number)


def _by_cursor(
    rows: models.QuerySet, order: Order, address: ListAddress, tally: Tally
) -> CursorPage:
    backwards = bool(address.before)
    cursor = address.before or address.after
    at_end = address.before == "end"
    place = order.read_cursor(cursor) if cursor and not at_end else None
    rows = order.annotated(rows)
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
        part = part.order_by(*_walked(order, segment, backwards))
        found += part[: wanted - len(found)]
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


def _walked(order: Order, segment: Q, backwards: bool) -> list[Any]:
    """Within a part, the first key is never empty or always: no word about empty values there,
    so that a plain index serves."""
    first, *others = order.keys
    if not segment:
        return order.order_by(backwards)
    plain = type(first)(first.path, first.descending, False, first.field)
    return [key.order(backwards) for key in (plain, *others)]
