"""Turning pages by the last row seen: as fast on the last page as on the first."""

from __future__ import annotations

import json
from typing import Any

from django.core import signing
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from yuanheng.kernel.rest.errors import ApiError, fault

_SALT = "yuanheng.cursor"
Terms = list[tuple[str, bool]]  # path, descending


def terms_of(order: list[str]) -> Terms:
    """``["-period", "name"]`` → paths with their direction; the primary key decides at last."""
    terms = [(one.lstrip("-").replace(".", "__"), one.startswith("-")) for one in order]
    if not any(path in {"pk", "id"} for path, _down in terms):
        terms.append(("pk", False))
    return terms


def ordered(rows: QuerySet, terms: Terms) -> QuerySet:
    """Empty values last, both ways."""
    return rows.order_by(
        *(
            F(path).desc(nulls_last=True) if down else F(path).asc(nulls_last=True)
            for path, down in terms
        )
    )


def after(rows: QuerySet, terms: Terms, cursor: str) -> QuerySet:
    """The rows that follow the one of ``cursor``. Raises ``ApiError`` for a wrong cursor."""
    try:
        kept = json.loads(signing.Signer(salt=_SALT).unsign_object(cursor))
        values = kept["values"]
    except (signing.BadSignature, ValueError, KeyError, TypeError):
        raise _wrong() from None
    if kept["terms"] != [list(term) for term in terms]:
        raise _wrong()
    return rows.filter(_beyond(terms, values))


def cursor_of(row: Any, terms: Terms) -> str:
    """Where to go on after ``row``; signed, so that nobody makes one up."""
    values = [_value(row, path) for path, _down in terms]
    kept = json.dumps({"terms": terms, "values": values}, default=_as_text)
    return signing.Signer(salt=_SALT).sign_object(kept)


def _beyond(terms: Terms, values: list[Any]) -> Q:
    (path, down), value = terms[0], values[0]
    rest = _beyond(terms[1:], values[1:]) if len(terms) > 1 else None
    if value is None:
        same = Q(**{f"{path}__isnull": True})
        return same & rest if rest is not None else Q(pk__in=())
    later = Q(**{f"{path}__{'lt' if down else 'gt'}": value})
    if path != "pk":
        later |= Q(**{f"{path}__isnull": True})
    return later | (Q(**{path: value}) & rest) if rest is not None else later


def _value(row: Any, path: str) -> Any:
    found = row
    for part in path.split("__"):
        found = getattr(found, part, None)
        if found is None:
            return None
    return found.pk if hasattr(found, "pk") else found


def _as_text(value: Any) -> str:
    """Moments with every microsecond, else the row itself would come again."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _wrong() -> ApiError:
    return ApiError(
        400,
        fault(
            _("This cursor belongs to another list or another order."),
            where="cursor",
            do=_("Begin at the first page, and follow “next” from there."),
        ),
    )
