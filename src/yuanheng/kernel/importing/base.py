from __future__ import annotations

import copy
import functools
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from yuanheng.kernel.figures import MISSING
from yuanheng.kernel.importing.plan import Outcome, Plan, RowPlan
from yuanheng.kernel.importing.reading import language, read_rows
from yuanheng.kernel.policies import IMPORT, can, policy_for
from yuanheng.tabular import FieldSpec, Table

_BATCH = 500


class RowFault(ValueError):  # noqa: N818  named for what it says
    """A row that can't be used; the text says what is wrong and what to do.

    ``field`` is the code of the column at fault, so that the message can name the cell.
    """

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.field = field


class Importer:
    """Reads one kind of table. ``plan`` writes nothing; ``apply`` runs inside an action."""

    code: ClassVar[str]
    title: ClassVar[Any]
    hint: ClassVar[Any] = ""
    order: ClassVar[int] = 50
    model: ClassVar[type[models.Model]]
    fields: ClassVar[Sequence[FieldSpec]]
    id_field: ClassVar[str] = "code"
    done_url_name: ClassVar[str] = "upload-list"

    def may(self, user: Any) -> bool:
        """Whether ``user`` may import such tables at all."""
        return can(user, IMPORT, self.model)

    def plan(self, path: Path, *, acting_user: Any, file_name: str = "") -> Plan:
        raise NotImplementedError

    def apply(self, plan: Plan, *, acting_user: Any) -> None:
        """Write the new and the changed rows."""
        raise NotImplementedError


class RegisterImporter(Importer):
    """Rows of a register, found again by their code.

    A subclass says in ``values`` what a row of the file means. A column that the file doesn't
    have, and an empty cell, leave what is in the register.
    """

    key: ClassVar[str] = "code"  # the model's field, and the file's
    label_field: ClassVar[str] = "name"

    # What a subclass says ---------------------------------------------------------------
    def lookups(self, rows: list[dict[str, Any]], user: Any) -> Any:
        """Read once what ``values`` needs to look up."""
        return None

    def values(self, row: dict[str, Any], lookups: Any) -> dict[str, Any]:
        """Column name of the model → value; raises ``RowFault``."""
        raise NotImplementedError

    def in_area(self, values: dict[str, Any], existing: Any, lookups: Any) -> bool:
        """Whether the person may write a row with these values."""
        raise NotImplementedError

    def normal_key(self, raw: str) -> str:
        return raw

    def shown(self, name: str, value: Any, lookups: Any) -> str:
        """A value as the preview writes it."""
        if value is None or value == "":
            return MISSING
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        return str(value)

    def extra_changes(
        self, row: dict[str, Any], existing: Any, lookups: Any
    ) -> list[tuple[str, str, str]]:
        """Changes to rows of other tables that hang on this one."""
        return []

    def after_write(self, rows: list[RowPlan], acting_user: Any) -> None:
        """Called after the rows are written, in the same transaction."""

    # What follows from it ---------------------------------------------------------------
    def plan(self, path: Path, *, acting_user: Any, file_name: str = "") -> Plan:
        table, rows = read_rows(path, self.fields, self.id_field)
        for row in rows:
            row[self.key] = self.normal_key(row[self.key])
        existing = self._existing(row[self.key] for row in rows)
        writable = self._writable(existing, acting_user)
        lookups = self.lookups(rows, acting_user)
        said_in = language()
        planned = [
            RowPlan(
                one.row, one.id or "", one.name or "", Outcome.FAULTY, message=one.text(said_in)
            )
            for one in table.rejected
        ]
        seen: dict[str, int] = {}
        for row in rows:
            line = RowPlan(
                row["line"], row[self.key], row.get(self.label_field) or "", Outcome.NEW
            )
            try:
                self._unique(row, seen)
                self._plan_row(line, row, existing.get(row[self.key]), writable, lookups)
            except RowFault as fault:
                line.outcome = Outcome.FAULTY
                line.message = _place(table, fault, line.line) + str(fault)
            planned.append(line)
        planned.sort(key=lambda one: one.line)
        notes = [note.text(said_in) for note in table.notes]
        return Plan(self.code, file_name or Path(path).name, table.source.sha256, planned, notes)

    def apply(self, plan: Plan, *, acting_user: Any) -> None:
        new = plan.having(Outcome.NEW)
        changed = plan.having(Outcome.CHANGED)
        self._insert([self.model(**{self.key: one.key, **one.values}) for one in new])
        self._overwrite(changed)
        self.after_write([*new, *changed], acting_user)

    def _plan_row(
        self, line: RowPlan, row: dict[str, Any], existing: Any, writable: set[str], lookups: Any
    ) -> None:
        values = {k: v for k, v in self.values(row, lookups).items() if v is not None}
        line.existing, line.row = existing, row
        if existing is None:
            if not row.get(self.label_field):
                raise RowFault(_("The name is missing. Write it in the file."), self.label_field)
        else:
            line.label = getattr(existing, self.label_field)
            if line.key not in writable:
                raise RowFault(
                    _(
                        "This code is already registered outside the area that you manage. "
                        "Check the code, or ask the office in charge."
                    ),
                    self.key,
                )
        if not self.in_area(values, existing, lookups):
            raise RowFault(
                _("This place lies outside the area that you manage. Check the park and region.")
            )
        line.values = values
        extra = self.extra_changes(row, existing, lookups)
        if existing is not None:
            line.changes = [*self._changes(values, existing, lookups), *extra]
            line.outcome = Outcome.CHANGED if line.changes else Outcome.UNCHANGED
        if line.outcome != Outcome.UNCHANGED:
            self._validate({self.key: line.key, **values})

    def _validate(self, values: dict[str, Any]) -> None:
        """The model's own rules, which a bulk write would not ask."""
        for name, value in values.items():
            field = self._columns[name]
            if field.is_relation:
                continue
            try:
                field.run_validators(value)
            except ValidationError as error:
                raise RowFault(" ".join(error.messages), name) from None

    @functools.cached_property
    def _columns(self) -> dict[str, Any]:
        return {field.attname: field for field in self.model._meta.concrete_fields}

    def _changes(
        self, values: dict[str, Any], existing: Any, lookups: Any
    ) -> list[tuple[str, str, str]]:
        changed = {k: v for k, v in values.items() if getattr(existing, k) != v}
        if not changed:
            return []
        return [
            (
                str(self._columns[name].verbose_name),
                self.shown(name, getattr(existing, name), lookups),
                self.shown(name, value, lookups),
            )
            for name, value in changed.items()
        ]

    def _unique(self, row: dict[str, Any], seen: dict[str, int]) -> None:
        first = seen.setdefault(row[self.key], row["line"])
        if first != row["line"]:
            raise RowFault(
                _("Code %(code)s stands in line %(line)d already. Keep one of the two lines.")
                % {"code": row[self.key], "line": first}
            )

    def _existing(self, keys: Iterable[str]) -> dict[str, Any]:
        found = {}
        for chunk in chunks(sorted(set(keys))):
            for row in self.model._base_manager.filter(**{f"{self.key}__in": chunk}):
                found[getattr(row, self.key)] = row
        return found

    def _writable(self, existing: dict[str, Any], user: Any) -> set[str]:
        policy, writable = policy_for(self.model), set()
        for chunk in chunks(sorted(existing)):
            rows = self.model._base_manager.filter(**{f"{self.key}__in": chunk})
            writable.update(policy.instances(user, IMPORT, rows).values_list(self.key, flat=True))
        return writable

    def _insert(self, rows: list[models.Model]) -> None:
        self.model._base_manager.bulk_create(rows, batch_size=_BATCH)

    def _overwrite(self, changed: list[RowPlan]) -> None:
        names = sorted({name for one in changed for name in one.values})
        if not names:
            return
        rows = []
        for one in changed:
            row = copy.copy(one.existing)
            for name, value in one.values.items():
                setattr(row, name, value)
            # Without its number the row meets its own code, and is overwritten there: far faster
            # than one UPDATE a row, and the same on every database.
            row.pk, row._state = None, copy.copy(row._state)
            row._state.adding = True
            rows.append(row)
        fields = [self._columns[name].name for name in names]
        self.model._base_manager.bulk_create(
            rows,
            batch_size=_BATCH,
            update_conflicts=True,
            unique_fields=[self.key],
            update_fields=fields,
        )


def _place(table: Table, fault: RowFault, line: int) -> str:
    """``名录!C7（所属园区）：``, where the column is known."""
    header = table.source.headers.get(fault.field)
    if not header:
        return ""
    cell = table.source.cell(fault.field, line)
    return _("%(cell)s (%(column)s): ") % {"cell": cell, "column": header}


def chunks(values: Sequence[str], size: int = _BATCH) -> Iterable[Sequence[str]]:
    """Slices that fit into one query."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
