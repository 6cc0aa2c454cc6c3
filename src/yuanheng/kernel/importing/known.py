"""What the register holds already of the rows that a file names, and what would change."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone

from yuanheng.kernel.importing.batch import CLEAR, Batch, Values
from yuanheng.kernel.importing.converting import plain_text
from yuanheng.kernel.masking import hidden_fields
from yuanheng.kernel.policies import IMPORT, policy_for

_CHUNK = 1000


def look_up(batch: Batch, model: type[models.Model], key: str, names: Sequence[str]) -> None:
    """Fill ``batch.known`` and ``batch.found``: one query where most of the register is meant,
    else one for each thousand rows."""
    usable = [one for at, one in enumerate(batch.keys) if not batch.is_at_fault(at, key)]
    keys = [one for one in dict.fromkeys(usable) if one]
    wanted = list(dict.fromkeys(("pk", key, *names)))
    rows = list(_rows(model, key, keys, wanted))
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in wanted]
    batch.known = {
        name: _canonical(model, name, column) for name, column in zip(wanted, columns, strict=True)
    }
    at_key = {str(value): at for at, value in enumerate(columns[wanted.index(key)])}
    pks = columns[0]
    for at, one in enumerate(batch.keys):
        if one in at_key:
            batch.found[at] = pks[at_key[one]], at_key[one]


def _rows(
    model: type[models.Model], key: str, keys: Sequence[str], wanted: Sequence[str]
) -> Iterable[tuple[Any, ...]]:
    rows = models.QuerySet(model).order_by()
    if len(keys) > 2 * _CHUNK and rows.count() < 3 * len(keys):
        known = set(keys)
        place = list(wanted).index(key)
        return [row for row in rows.values_list(*wanted) if str(row[place]) in known]
    return [
        row
        for start in range(0, len(keys), _CHUNK)
        for row in rows.filter(**{f"{key}__in": keys[start : start + _CHUNK]}).values_list(*wanted)
    ]


def canonical_writer(model: type[models.Model], name: str) -> Callable[[Any], Any]:
    """How a stored value is spelled here, so that it can be compared with one from a file."""
    if name == "pk":
        return lambda value: value
    one = _field(model, name)
    if isinstance(one, models.DecimalField):
        form = f"%.{one.decimal_places}f"
        return lambda value: None if value is None else form % value
    if isinstance(one, models.UUIDField):
        return lambda value: value and str(value)
    if isinstance(one, models.DateTimeField):
        return _moment
    if isinstance(one, models.DateField):
        return lambda value: None if value is None else value.isoformat()
    if isinstance(one, models.CharField | models.TextField):
        return lambda value: value and plain_text(value)
    return lambda value: value


def _canonical(model: type[models.Model], name: str, column: Iterable[Any]) -> Values:
    write = canonical_writer(model, name)
    return [write(value) for value in column]


def _moment(value: datetime | None) -> str | None:
    if value is None:
        return None
    local = value.astimezone(timezone.get_default_timezone())
    return local.replace(second=local.second, microsecond=0).isoformat(sep=" ")


def _field(model: type[models.Model], name: str) -> Any:
    return next(one for one in model._meta.concrete_fields if name in (one.attname, one.name))


def writable_keys(batch: Batch, model: type[models.Model]) -> set[Any]:
    """The primary keys among ``batch.found`` of rows that the person may import over."""
    pks = [pk for pk, _at in batch.found.values()]
    policy, user = policy_for(model), batch.user
    rows = models.QuerySet(model).order_by()
    if len(pks) > 2 * _CHUNK:
        every = policy.instances(user, IMPORT, rows)
        return set(every.values_list("pk", flat=True)) & set(pks)
    found: set[Any] = set()
    for start in range(0, len(pks), _CHUNK):
        some = rows.filter(pk__in=pks[start : start + _CHUNK])
        found.update(policy.instances(user, IMPORT, some).values_list("pk", flat=True))
    return found


def forget_masked(batch: Batch, model: type[models.Model]) -> None:
    """What is masked for this person is left as it is, whatever the file says."""
    if not policy_for(model).masked_fields or not batch.found:
        return
    pks = [pk for pk, _at in batch.found.values()]
    hidden = {}
    for start in range(0, len(pks), _CHUNK):
        hidden.update(hidden_fields(batch.user, model, pks[start : start + _CHUNK]))
    if not hidden:
        return
    for at, (pk, _known) in batch.found.items():
        for name in hidden.get(pk, ()):
            column = batch.values.get(_field(model, name).attname)
            if column is not None:
                column[at] = None


def differences(batch: Batch, model: type[models.Model]) -> dict[int, dict[str, Any]]:
    """For each row that is in the register, what the file says differently: column → value."""
    changed: dict[int, dict[str, Any]] = {}
    found = list(batch.found.items())
    for name, column in batch.values.items():
        known = batch.known.get(name)
        if known is None:
            continue
        empty = _emptied(_field(model, name))
        for at, (_pk, place) in found:
            value = column[at]
            if value is None:
                continue
            now = known[place]
            wanted = empty if value is CLEAR else value
            if (
                wanted != now
                and not (value is CLEAR and now in ("", None))
                and not (isinstance(now, float) and _same_float(now, wanted))
            ):
                changed.setdefault(at, {})[name] = wanted
    return changed


def _same_float(now: float, wanted: Any) -> bool:
    """A workbook keeps fifteen digits. To compare these as text would fail where the digit that
    was dropped lies on the edge of rounding."""
    return isinstance(wanted, float) and math.isclose(now, wanted, rel_tol=1e-14)


def _emptied(one: Any) -> Any:
    """What a cleared column holds."""
    return None if one.null else one.get_default() if one.has_default() else ""


def fingerprint(batch: Batch, key: str, keys: set[str]) -> str:
    """The same as long as the rows with these keys stay as they are."""
    told = hashlib.sha256()
    names = sorted(batch.known)
    columns = [batch.known[name] for name in names]
    at_key, at_pk = names.index(key), names.index("pk")
    for row in sorted(zip(*columns, strict=True), key=lambda one: str(one[at_pk])):
        if str(row[at_key]) in keys:
            told.update(repr(row).encode("utf-8", "replace"))
    told.update(repr(names).encode())
    return told.hexdigest()
