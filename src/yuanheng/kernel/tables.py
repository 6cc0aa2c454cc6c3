"""A table for a page: columns and rows in, headers and cells out (``components/table.html``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models.constants import LOOKUP_SEP
from django.http import QueryDict
from django.utils.translation import gettext as _

from yuanheng.kernel import figures

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
    ``phone=False`` leaves the column out on a narrow screen.
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


@dataclass(frozen=True)
class Cell:
    text: Any
    href: str | None = None
    css: str = ""
    badges: tuple[Badge, ...] = ()


@dataclass(frozen=True)
class Header:
    label: Any
    css: str = ""
    href: str = ""
    sorted: str = ""


@dataclass(frozen=True)
class Table:
    """Ready for ``kernel/components/table.html``."""

    headers: list[Header]
    rows: list[list[Cell]]
    caption: Any = ""
    extra: dict[str, Any] = field(default_factory=dict)


def build_table(
    columns: Iterable[Column],
    rows: Iterable[Any],
    *,
    model: type[models.Model] | None = None,
    link: Callable[[Any], str] | None = None,
    query: QueryDict | None = None,
    caption: Any = "",
) -> Table:
    """``query`` (the request's GET) makes the headings sort; ``link`` serves ``link=True``."""
    columns = list(columns)
    headers = [_header(column, model, query) for column in columns]
    return Table(headers, [[cell(c, row, link) for c in columns] for row in rows], caption)


def cell(column: Column, row: Any, link: Callable[[Any], str] | None = None) -> Cell:
    """One value, written out."""
    raw = column.raw(row)
    href = column.href(row) if column.href else link(row) if column.link and link else None
    if column.kind == "badges":
        badges = tuple(raw or ())
        return Cell("" if badges else figures.MISSING, href, column.css, badges)
    if column.kind == "flag":
        return Cell(_flag(raw), href, column.css)
    writer = _WRITERS.get(column.kind)
    text = (
        writer(raw, column.decimals) if writer else figures.MISSING if raw in (None, "") else raw
    )
    return Cell(text, href, column.css)


def sorted_rows(
    queryset: models.QuerySet, columns: Iterable[Column], query: QueryDict
) -> models.QuerySet:
    """Sorted as the address says (``sort=-name``); empty values last; unknown names ignored."""
    wanted = query.get("sort", "")
    known = {column.key: column.sort_path for column in columns if column.sort}
    path = known.get(wanted.lstrip("-"))
    if not path:
        return queryset
    order = models.F(path)
    ordered = order.desc(nulls_last=True) if wanted.startswith("-") else order.asc(nulls_last=True)
    return queryset.order_by(ordered, "pk")


def _header(column: Column, model: type[models.Model] | None, query: QueryDict | None) -> Header:
    label = column.heading(model)
    if query is None or not column.sort:
        return Header(label, column.css)
    current = query.get("sort", "")
    state = {column.key: "ascending", f"-{column.key}": "descending"}.get(current, "")
    parameters = query.copy()
    parameters.pop("page", None)
    parameters["sort"] = f"-{column.key}" if state == "ascending" else column.key
    return Header(label, column.css, "?" + parameters.urlencode(), state)


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
