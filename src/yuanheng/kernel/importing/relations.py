"""Finds the rows of other registers that a file names by code or by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from yuanheng.kernel.importing.batch import CLEAR, Batch, Values
from yuanheng.kernel.importing.fields import ExchangeField
from yuanheng.kernel.models import Archivable
from yuanheng.kernel.policies import EDIT, policy_for

_CHUNK = 500


def natural_key(model: type[models.Model]) -> str:
    """The field by which a row is known outside: the register's, or a unique ``code``."""
    from yuanheng.kernel.resources import resource_of

    resource = resource_of(model)
    if resource is not None:
        return resource.lookup
    unique = [one.name for one in model._meta.concrete_fields if one.unique]
    return "code" if "code" in unique else next((n for n in unique if n != "id"), "pk")


def name_fields(model: type[models.Model]) -> tuple[str, ...]:
    """The fields by which people call a row."""
    found = []
    for name in ("name", "short_name", "full_name", "title"):
        try:
            model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        found.append(name)
    return tuple(found)


class Finder:
    """Rows of one model, by code or by a name that only one has.

    A row that the person doesn't see isn't found; of several with one name, the one that lies in
    the person's own area is meant.
    """

    hides_invisible = True

    def __init__(self, model: type[models.Model], user: Any) -> None:
        self.model = model
        self.user = user
        self.key = natural_key(model)
        self.names = name_fields(model)

    def code_of(self, text: str) -> str:
        """The code as the register writes it."""
        return text

    def rows(self) -> models.QuerySet:
        rows = self.model._default_manager.all()
        if self.hides_invisible and hasattr(rows, "visible_to"):
            rows = rows.visible_to(self.user)
        if issubclass(self.model, Archivable):
            rows = rows.filter(archived_at__isnull=True)
        return rows.order_by()

    def find(self, texts: Iterable[str]) -> tuple[dict[str, Any], dict[str, str]]:
        """For each text its row's primary key, or what is wrong with it."""
        wanted = sorted(set(texts))
        by_code, by_name = self._candidates(wanted)
        found: dict[str, Any] = {}
        wrong: dict[str, str] = {}
        for text in wanted:
            code = self.code_of(text)
            if code in by_code:
                found[text] = by_code[code]
                continue
            candidates = by_name.get(text, [])
            if len(candidates) > 1:
                candidates = self._in_own_area(candidates) or candidates
            if len(candidates) == 1:
                found[text] = candidates[0][0]
            else:
                wrong[text] = self._complaint(text, [code for _pk, code in candidates])
        return found, wrong

    def _candidates(
        self, texts: Sequence[str]
    ) -> tuple[dict[str, Any], dict[str, list[tuple[Any, str]]]]:
        by_code: dict[str, Any] = {}
        by_name: dict[str, list[tuple[Any, str]]] = defaultdict(list)
        for start in range(0, len(texts), _CHUNK):
            chunk = texts[start : start + _CHUNK]
            codes = [self.code_of(text) for text in chunk]
            condition = Q(**{f"{self.key}__in": codes}) if self.key != "pk" else Q()
            for name in self.names:
                condition |= Q(**{f"{name}__in": chunk})
            for pk, code, *names in (
                self.rows().filter(condition).values_list("pk", self.key, *self.names)
            ):
                by_code[str(code)] = pk
                for name in dict.fromkeys(names):
                    by_name[name].append((pk, str(code)))
        return by_code, by_name

    def _in_own_area(self, candidates: list[tuple[Any, str]]) -> list[tuple[Any, str]]:
        rows = self.model._default_manager.filter(pk__in=[pk for pk, _code in candidates])
        try:
            own = set(
                policy_for(self.model)
                .instances(self.user, EDIT, rows)
                .values_list("pk", flat=True)
            )
        except LookupError:
            return []
        return [one for one in candidates if one[0] in own]

    def _complaint(self, text: str, codes: list[str]) -> str:
        kind = capfirst(str(self.model._meta.verbose_name))
        if not codes:
            return _(
                "%(kind)s “%(name)s” isn't in the register. Check the name or code, "
                "or add it first."
            ) % {"kind": kind, "name": text}
        return _(
            "Several of the kind “%(kind)s” are called “%(name)s” (%(codes)s). "
            "Write the code instead."
        ) % {"kind": kind, "name": text, "codes": ", ".join(codes[:5])}


def resolve(batch: Batch, column: ExchangeField, cells: Values, finder: Finder) -> Values:
    """The primary keys that a column of names or codes stands for."""
    texts = {cell for cell in cells if cell is not None and cell is not CLEAR}
    found, wrong = finder.find(texts)
    if wrong:
        for at, cell in enumerate(cells):
            if cell in wrong:
                batch.fault(at, column.code, wrong[cell])
    return [cell if cell is None or cell is CLEAR else found.get(cell) for cell in cells]


def resolve_late(batch: Batch, column: ExchangeField, cells: Values, finder: Finder) -> Values:
    """A column that names rows of the register itself, which this very file may add: the natural
    keys, to be looked up after the rows are written."""
    in_file = {key: key for key in batch.keys if key}
    for at, label in enumerate(batch.labels):
        if label and batch.keys[at]:
            in_file.setdefault(label, batch.keys[at])  # type: ignore[arg-type]
    texts = {c for c in cells if c is not None and c is not CLEAR}
    codes = {text: in_file.get(finder.code_of(text)) or in_file.get(text) for text in texts}
    found, wrong = finder.find(text for text, code in codes.items() if code is None)
    keys = _keys_of(finder, found.values())
    codes |= {text: keys[pk] for text, pk in found.items()}
    done: Values = []
    for at, cell in enumerate(cells):
        code = codes.get(cell) if isinstance(cell, str) else cell
        if cell in wrong:
            said = _(
                "%(kind)s “%(name)s” is neither in the register nor in this file. Add it first."
            )
            kind = capfirst(str(finder.model._meta.verbose_name))
            batch.fault(at, column.code, said % {"kind": kind, "name": cell})
        elif code and code == batch.keys[at]:
            batch.fault(at, column.code, _own_complaint(column))
        done.append(code)
    return done


def _keys_of(finder: Finder, pks: Iterable[Any]) -> dict[Any, str]:
    wanted = list(pks)
    keys: dict[Any, str] = {}
    for start in range(0, len(wanted), _CHUNK):
        rows = finder.model._base_manager.filter(pk__in=wanted[start : start + _CHUNK])
        keys.update(rows.values_list("pk", finder.key))
    return keys


def _own_complaint(column: ExchangeField) -> str:
    """The sentence of the model's own rule, if it has one about this column."""
    model = column.model_field.model
    for constraint in model._meta.constraints:
        message = getattr(constraint, "violation_error_message", None)
        if isinstance(constraint, models.CheckConstraint) and column.code in str(
            constraint.condition
        ):
            return str(message)
    return _("A record can't refer to itself here.")
