"""The JSON of a register as types: what the description shows and what a body is held against."""

from __future__ import annotations

import functools
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, create_model

from yuanheng.kernel.resources import Resource
from yuanheng.kernel.rest.fields import ApiField, read_fields, written_fields

MOST_ROWS = 1000


class Fault(Schema):
    """One thing that is wrong: where, what, the value found, what to do."""

    where: str
    what: str
    found: str | None
    do: str


class Faults(Schema):
    """Everything that is wrong with a request."""

    errors: list[Fault]


class Stale(Faults):
    """The row has changed since: what differs, and the row as it is now."""

    current: dict[str, Any] | None = None
    difference: dict[str, Any] | None = None


class Reason(Schema):
    """Why; it is kept with the record."""

    model_config = ConfigDict(extra="forbid")
    reason: Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]


class OptionalReason(Schema):
    """Why, where there is something to say."""

    model_config = ConfigDict(extra="forbid")
    reason: Annotated[str, Field(max_length=200)] = ""


class Event(Schema):
    """One event of a row's history; before and after hold the fields that changed."""

    at: datetime
    by: str | None
    action: str
    label: str
    reason: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class History(Schema):
    """What was done to a row, newest first."""

    events: list[Event]


class Written(Schema):
    """How a row of a bulk write ended."""

    key: str
    is_new: bool
    stamp: str


class ManyWritten(Schema):
    """What a bulk write did."""

    created: int
    changed: int
    rows: list[Written]


def _iso(value: Any) -> Any:
    """Dates are ISO texts; a number would be read as seconds since 1970."""
    if not isinstance(value, str):
        raise ValueError(_("A date as text is expected: 2024-07-31."))
    return value


def _number(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError(_("A number is expected."))
    return value


# A page's form checks digits and bounds; here only the kind of value is held against.
_WRITTEN: dict[str, Any] = {
    "text": str,
    "choice": str,
    "relation": str,
    "integer": StrictInt,
    "number": Annotated[Decimal, BeforeValidator(_number)],
    "flag": StrictBool,
    "day": Annotated[date, BeforeValidator(_iso)],
    "moment": Annotated[datetime, BeforeValidator(_iso)],
    "json": Any,
}
_READ: dict[str, Any] = {
    "text": str,
    "choice": str,
    "relation": str,
    "integer": int | str,  # a mask is a text
    "number": float | str,
    "flag": bool | str,
    "day": str,
    "moment": str,
    "json": Any,
}


@functools.cache
def row_schema(resource: Resource) -> type[Schema]:
    """A row as it is read."""
    members: dict[str, Any] = {}
    for one in read_fields(resource):
        members[one.name] = (_READ[one.kind] | None, Field(None))
        if one.kind == "relation":
            members[f"{one.name}_name"] = (str | None, Field(None))
    members["stamp"] = (str, Field(...))
    return create_model(f"{_title(resource)}Row", __base__=Schema, **members)


@functools.cache
def page_schema(resource: Resource) -> type[Schema]:
    """A page of rows."""
    return create_model(
        f"{_title(resource)}Page",
        __base__=Schema,
        rows=(list[row_schema(resource)], ...),  # type: ignore[misc]
        next=(str | None, None),
        total=(int | None, None),
    )


@functools.cache
def new_schema(resource: Resource) -> type[Schema]:
    """A new row as it is sent."""
    members = {one.name: _sent(one, one.is_required) for one in written_fields(resource)}
    return create_model(f"{_title(resource)}New", __base__=_Strict, **members)


@functools.cache
def change_schema(resource: Resource) -> type[Schema]:
    """Some fields of a row, with the stamp that was read."""
    members = {one.name: _sent(one, False) for one in written_fields(resource)}
    members["stamp"] = (str | None, Field(None, max_length=64))
    return create_model(f"{_title(resource)}Change", __base__=_Strict, **members)


@functools.cache
def many_schema(resource: Resource) -> type[Schema]:
    """Rows to add or to change by their key."""
    members = {one.name: _sent(one, False) for one in written_fields(resource)}
    row = create_model(f"{_title(resource)}Upsert", __base__=_Strict, **members)
    rows = (list[row], Field(..., min_length=1, max_length=MOST_ROWS))  # type: ignore[valid-type]
    return create_model(f"{_title(resource)}Many", __base__=_Strict, rows=rows)


class _Strict(Schema):
    model_config = ConfigDict(extra="forbid")


def _sent(one: ApiField, is_required: bool) -> tuple[Any, Any]:
    kind: Any = _WRITTEN[one.kind]
    if one.choices:
        kind = Literal[tuple(code for code in one.choices if code)]
    default = ... if is_required else None
    longest = one.longest if one.kind == "text" else None
    field = Field(default, max_length=longest)
    # Required means a value; what may be left out may also be emptied.
    return (kind if is_required else kind | None, field)


def _title(resource: Resource) -> str:
    return resource.model.__name__
