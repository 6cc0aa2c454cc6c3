"""Two people edit one row: the second is shown the difference, and nothing is lost.

A form carries what the row held when it was opened (``stamp``), signed. When the row holds
something else on saving, the fields are compared one by one: as it was, as it is, as it was sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.core import signing
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.utils.translation import gettext as _

from yuanheng.kernel.wording import Wording

FIELD = "_seen"
TAKE = "_take-"  # and the field's name: "mine" or "theirs"
_SALT = "yuanheng.kernel.stale"


@dataclass(frozen=True)
class Difference:
    """One field that is not the same in all three."""

    name: str
    label: Any
    base: str
    theirs: str
    mine: str
    changed_by_me: bool
    changed_by_them: bool

    @property
    def is_conflict(self) -> bool:
        """Both changed it, and not to the same: only a person can say which holds."""
        return self.changed_by_me and self.changed_by_them and self.mine != self.theirs

    @property
    def proposed(self) -> str:
        """Which to take unless told otherwise; nothing where only a person can say."""
        if self.is_conflict:
            return ""
        return "theirs" if self.changed_by_them else "mine"


def values_of(row: models.Model, names: Iterable[str]) -> dict[str, Any]:
    """The row's own columns among ``names``, as texts and numbers that survive a form."""
    found = {}
    for name in names:
        field = _column(type(row), name)
        if field is not None:
            found[name] = _kept(field.value_from_object(row))
    return found


def stamp(row: models.Model, names: Iterable[str]) -> str:
    """What the form carries: the row as it was when the form was opened."""
    content = {"of": f"{row._meta.label}:{row.pk}", "values": values_of(row, names)}
    return signing.dumps(content, salt=_SALT, compress=True)


def read_stamp(text: str, row: models.Model) -> dict[str, Any]:
    """The values of ``stamp``; ValidationError if it isn't one of this row."""
    try:
        content = signing.loads(text, salt=_SALT)
    except signing.BadSignature:
        content = {}
    if content.get("of") != f"{row._meta.label}:{row.pk}":
        raise ValidationError(
            _("This form is damaged or belongs to another record. Open it again and save again.")
        )
    values: dict[str, Any] = content["values"]
    return values


def changed_since(base: Mapping[str, Any], row: models.Model) -> bool:
    """Whether the row no longer holds what the form was opened with."""
    return values_of(row, base) != dict(base)


def differences(
    model: type[models.Model],
    base: Mapping[str, Any],
    theirs: Mapping[str, Any],
    mine: Mapping[str, Any],
) -> list[Difference]:
    """Field by field, those in which the three are not the same."""
    told = [(name, one.get(name)) for one in (base, theirs, mine) for name in base]
    wording = Wording(model, told)
    found = []
    for name in base:
        was, others, own = base[name], theirs.get(name), mine.get(name, base[name])
        field = _column(model, name)
        by_me = not _same(field, was, own)
        by_them = not _same(field, was, others)
        if by_me or by_them:
            texts = [wording.text(name, one) for one in (was, others, own)]
            found.append(Difference(name, wording.label(name), *texts, by_me, by_them))
    return found


def _column(model: type[models.Model], name: str) -> Any:
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if getattr(field, "concrete", False) and not field.many_to_many else None


def _kept(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)


def _same(field: Any, one: Any, other: Any) -> bool:
    if one == other:
        return True
    try:
        return bool(field.to_python(one) == field.to_python(other))
    except (ValidationError, ValueError, TypeError):
        return False
