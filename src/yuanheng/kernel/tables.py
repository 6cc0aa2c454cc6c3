"""A table for a page: columns and rows in, headers and cells out (``components/table.html``)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partialmethod
from inspect import getattr_static
from operator import attrgetter
from types import NoneType
from typing import Any, NamedTuple

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models.constants import LOOKUP_SEP
from django.http import QueryDict
from django.utils.translation import gettext as _

from yuanheng.kernel import figures
from yuanheng.kernel.lists.address import COUNT, PLACES, SORT, read_address, words_of
from yuanheng.kernel.lists.order import order_of
from yuanheng.kernel.masking import MASK, Masks

_NUMERIC = {"figure", "count", "percent", "wan"}
_WRITERS: dict[str, Callable[[Any, int], str]] = {
    "figure": figures.figure,
    "wan": figures.wan,
    "percent": figures.percent,
    "count": lambda value, _decimals: figures.count(value),
    "day": lambda value, _decimals: figures.day(value),
    "moment": lambda value, _decimals: figures.moment(value),
}


@dataclass(frozen=True)
class Badge:
    """A short word in a coloured frame; ``tone`` is a Tabler colour name."""

    text: Any
    tone: str = "secondary"


@dataclass(frozen=True)
class Column:
    """What one column shows.

    ``path`` walks attributes and relations (``park__name``). ``kind`` is one of text, code,
    figure, count, percent (of a share), wan (yuan shown in 万元), day, moment, flag, badges.
    ``value`` and ``href`` take the row and replace the path's value and the link.
    ``sort`` is the database path to sort by; ``False`` forbids sorting.
    ``phone=False`` leaves the column out on a narrow screen. ``total=True`` adds the column up
    over the whole list.
    """

    path: str
    label: Any = None
    kind: str = "text"
    sort: str | bool = True
    decimals: int = 2
    value: Callable[[Any], Any] | None = None
    href: Callable[[Any], str | None] | None = None
    link: bool = False
    phone: bool = True
    total: bool = False

    @property
    def key(self) -> str:
        """The column's name in the address."""
        return self.path.replace(LOOKUP_SEP, ".")

    @property
    def sort_path(self) -> str:
        return self.sort if isinstance(self.sort, str) else self.path if self.sort else ""

    @property
    def css(self) -> str:
        classes = ["yh-number"] if self.kind in _NUMERIC else []
        if self.kind in {"day", "moment", "code"}:
            classes.append("yh-code")
        if self.link:
            classes.append("yh-name")
        if not self.phone:
            classes.append("yh-wide")
        return " ".join(classes)

    def raw(self, row: Any) -> Any:
        if self.value:
            return self.value(row)
        found = row
        parts = self.path.split(LOOKUP_SEP)
        for part in parts:
            if found is None:
                return None
            display = getattr(found, f"get_{part}_display", None)
            found = display() if display else _get(found, part)
        return found

    def heading(self, model: type[models.Model] | None) -> Any:
        if self.label is not None:
            return self.label
        return _verbose_name(model, self.path) if model else self.path


class Cell(NamedTuple):  # a page makes up to two thousand
    text: Any
    href: str | None = None
    css: str = ""
    badges: tuple[Badge, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Header:
    label: Any
    css: str = ""
    href: str = ""
    sorted: str = ""
    place: int = 0  # which of several columns of the order it is


class Cells(list[Cell]):
    """The cells of one row; ``key`` is its primary key, by which it can be ticked."""

    key: Any = None


@dataclass(frozen=True)
class Table:
    """Ready for ``kernel/components/table.html``."""

    headers: list[Header]
    rows: list[list[Cell]]
    caption: Any = ""
    totals: list[Cell] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)


def build_table(
    columns: Iterable[Column],
    rows: Iterable[Any],
    *,
    model: type[models.Model] | None = None,
    link: Callable[[Any], str] | None = None,
    query: QueryDict | None = None,
    caption: Any = "",
    user: Any = None,
    unsortable: Collection[str] = (),
) -> Table:
    """``query`` (the request's GET) makes the headings sort; ``link`` serves ``link=True``.

    With ``user``, what is hidden from that person is written as a mask; columns in ``unsortable``
    (keys) have no order.
    """
    columns, rows = list(columns), list(rows)
    headers = [
        _header(column, model, None if column.key in unsortable else query) for column in columns
    ]
    masks = Masks(user, model, rows) if user is not None else None
    kind = model if model is not None and all(isinstance(row, model) for row in rows) else None
    writers = [cell_writer(column, kind, link, masks) for column in columns]
    return Table(headers, [_cells(writers, row) for row in rows], caption)


def _cells(writers: list[Callable[[Any], Cell]], row: Any) -> Cells:
    cells = Cells(write(row) for write in writers)
    cells.key = getattr(row, "pk", None)
    return cells


def cell_writer(
    column: Column,
    model: type[models.Model] | None = None,
    link: Callable[[Any], str] | None = None,
    masks: Masks | None = None,
) -> Callable[[Any], Cell]:
    """What writes one column's value of a row: ``MASK`` where it is hidden from the person who
    asks. Whatever is the same for all rows of a page is found here, once."""
    read = reader_of(column, model)
    text_of, css = _text_writer(column), column.css
    leads_to = column.href or (link if column.link else None)
    hides = masks.hides if masks is not None and masks.hiding(column.path) else None

    def write(row: Any) -> Cell:
        if hides is not None and hides(row, column.path):
            return Cell(MASK, None, css)
        raw = read(row)
        href = leads_to(row) if leads_to is not None else None
        if text_of is not None:
            return Cell(text_of(raw), href, css)
        badges = tuple(raw or ())
        return Cell("" if badges else figures.MISSING, href, css, badges)

    return write


def _text_writer(column: Column) -> Callable[[Any], Any] | None:
    """``None`` for badges, which are no text."""
    if column.kind == "badges":
        return None
    if column.kind == "flag":
        return _flag
    writer, decimals = _WRITERS.get(column.kind), column.decimals
    if writer is None:
        return _plain
    return lambda raw: writer(raw, decimals)


def _plain(raw: Any) -> Any:
    return figures.MISSING if raw is None or raw == "" else raw


def reader_of(column: Column, model: type[models.Model] | None) -> Callable[[Any], Any]:
    """``column.raw``, or for a plain field of ``model`` something that reads just that.

    The words of a field's choices are looked up once for the page, not once a row.
    """
    if column.value:
        return column.value
    field = _plain_field(column, model)
    if field is None:
        return column.raw
    name = field.attname
    if not field.choices:
        return attrgetter(name)
    words = {code: str(label) for code, label in field.flatchoices}

    def read(row: Any) -> Any:
        value = getattr(row, name)
        return words.get(value, value)

    return read


def _plain_field(column: Column, model: type[models.Model] | None) -> models.Field | None:
    if model is None or LOOKUP_SEP in column.path:
        return None
    try:
        field = model._meta.get_field(column.path)
    except FieldDoesNotExist:
        return None
    if not isinstance(field, models.Field) or field.is_relation:
        return None
    # A model may say itself how a value is written; for choices Django does.
    display = getattr_static(model, f"get_{field.name}_display", None)
    return field if isinstance(display, partialmethod if field.choices else NoneType) else None


def figure_cell(column: Column, value: Any, note: str = "") -> Cell:
    """A value that is no row's own, such as a sum, written as the column writes."""
    writer = _WRITERS.get(column.kind)
    text = writer(value, column.decimals) if writer else figures.exact(value)
    return Cell(text, None, column.css, note=note)


def sorted_rows(
    queryset: models.QuerySet, columns: Iterable[Column], query: QueryDict
) -> models.QuerySet:
    """Sorted as the address says (``sort=-name``); empty values last; raises ``BadAddress``."""
    known = {column.key: column.sort_path for column in columns if column.sort}
    paths = [
        ("-" if one.startswith("-") else "") + known[one.removeprefix("-")]
        for one in _checked_sort(query, known)
    ]
    return queryset.order_by(*order_of(queryset, paths).order_by()) if paths else queryset


def _checked_sort(query: QueryDict, known: Collection[str]) -> Sequence[str]:
    asked = QueryDict(mutable=True)
    asked.setlist(SORT, query.getlist(SORT))
    return read_address(
        asked,
        filters=(),
        sortable=known,
        columns=(),
        size=50,
        archivable=False,
        searchable=False,
    ).sort


def _header(column: Column, model: type[models.Model] | None, query: QueryDict | None) -> Header:
    label = column.heading(model)
    if query is None or not column.sort:
        return Header(label, column.css)
    current = words_of(query, SORT)
    states = {column.key: "ascending", f"-{column.key}": "descending"}
    place = next((n for n, one in enumerate(current, 1) if one in states), 0)
    state = states[current[place - 1]] if place else ""
    parameters = query.copy()
    for name in PLACES:
        if name != COUNT:
            parameters.pop(name, None)
    parameters[SORT] = f"-{column.key}" if state == "ascending" else column.key
    address = "?" + parameters.urlencode()
    return Header(label, column.css, address, state, place if len(current) > 1 else 0)


def _flag(value: Any) -> Any:
    return figures.MISSING if value is None else _("Yes") if value else _("No")


def _get(row: Any, name: str) -> Any:
    if isinstance(row, dict):
        return row.get(name)
    found = getattr(row, name)
    return found() if callable(found) and not isinstance(found, models.Manager) else found


def _verbose_name(model: type[models.Model], path: str) -> Any:
    parts = path.split(LOOKUP_SEP)
    try:
        named = model._meta.get_field(parts[0])
    except FieldDoesNotExist:
        return path
    # A relation's own name says more than "name" of the row at its end.
    return getattr(named, "verbose_name", path)
