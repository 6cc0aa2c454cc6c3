from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

from django.db import IntegrityError, models
from django.urls import reverse
from django.utils.translation import gettext as _

from yuanheng.kernel.figures import count
from yuanheng.kernel.importing.batch import CLEAR, Batch, Values
from yuanheng.kernel.importing.fields import ExchangeField, exchange_field, exchange_names
from yuanheng.kernel.importing.plan import Outcome, Plan
from yuanheng.kernel.importing.relations import Finder, natural_key
from yuanheng.kernel.importing.words import ImportWords, PreviewPanel, Tile
from yuanheng.kernel.policies import IMPORT, can
from yuanheng.tabular import FieldSpec


class CannotImport(ValueError):  # noqa: N818  named for what it says
    """The import was not done; the text says why and what to do."""


class Importer:
    """Reads one kind of table. ``plan`` writes nothing; ``apply`` runs inside an action.

    What becomes of the rows is the importer's own affair: rows of a register (``TableImporter``),
    or something that the whole table makes. Where the columns follow from an answer of the person
    who uploads, ``form_kind`` asks for it and ``chosen`` gives the importer of that answer.
    """

    code: ClassVar[str]
    title: ClassVar[Any]
    hint: ClassVar[Any] = ""
    order: ClassVar[int] = 50
    model: ClassVar[type[models.Model]]
    done_url_name: ClassVar[str] = "upload-list"
    says: ClassVar[ImportWords] = ImportWords()
    form_kind: ClassVar[Any] = None  # a kind of UploadForm, where more than the file is asked
    undoable: ClassVar[bool] = True
    mends_whole: ClassVar[bool] = False
    """Whether the workbook to mend holds the rows that are right too: the table is one thing."""
    large: ClassVar[int | None] = 5000
    """More rows than this are written by a job; ``None`` where the number of rows is no matter."""

    options: Mapping[str, Any] = MappingProxyType({})
    """What was answered beside the file, as it is kept with the upload."""

    def may(self, user: Any) -> bool:
        """Whether ``user`` may import such tables at all."""
        return can(user, IMPORT, self.model)

    def chosen(self, options: Mapping[str, Any], user: Any) -> Importer:
        """The importer of these answers; raises ``CannotImport`` where they no longer hold."""
        return self

    def not_yet(self, user: Any) -> Mapping[str, Any] | None:
        """What has to be there before such a table can come in, for the component ``empty``."""
        return None

    @property
    def fields(self) -> Sequence[ExchangeField]:
        """The columns in the order in which they are written, in the reader's language."""
        raise NotImplementedError

    @property
    def specs(self) -> Sequence[FieldSpec]:
        """What the reader of tables is asked for."""
        return [one.spec for one in self.fields]

    def offered(self, user: Any) -> dict[str, list[str]]:
        """By column, the values among which a person chooses in an empty workbook."""
        return {}

    def plan(self, path: Path, *, acting_user: Any, file_name: str = "") -> Plan:
        raise NotImplementedError

    def still_holds(self, plan: Plan, *, acting_user: Any) -> bool:
        """Whether what the plan was compared with is as it was."""
        return True

    def apply(
        self, plan: Plan, *, acting_user: Any, event: Any, path: Path
    ) -> Mapping[str, Any] | None:
        """Write the new and the changed rows; ``event`` is the audit row of the import, ``path``
        the file. What is returned is kept in the upload's summary."""
        raise NotImplementedError

    # What its pages show ----------------------------------------------------------------
    def done_url(self, upload: Any) -> str:
        """Where to find what was imported."""
        return reverse(self.done_url_name)

    def tiles(self, counts: Mapping[str, int], about: Mapping[str, Any]) -> list[Tile]:
        """The figures above the preview."""
        return [
            Tile(_("New"), count(counts["new"]), "good"),
            Tile(_("Changed"), count(counts["changed"])),
            Tile(_("Unchanged"), count(counts["unchanged"])),
            Tile(_("Can't be used"), count(counts["faulty"]), "bad" if counts["faulty"] else ""),
        ]

    def panels(self, upload: Any, user: Any) -> list[PreviewPanel]:
        """Cards below the rows of the preview, from what the plan says ``about`` the file."""
        return []


class TableImporter(Importer):
    """Rows of a register, found again by their natural key.

    Everything follows from the model: columns, their words and units, what is checked, whom a row
    belongs to. A column that the file doesn't have, and an empty cell, leave what is there;
    〈清空〉 clears it. A subclass says what is special.
    """

    # What a subclass may say ------------------------------------------------------------
    key: ClassVar[str] = ""  # by default the register's lookup
    key_check: ClassVar[str] = ""
    only: ClassVar[Sequence[str]] = ()  # the model's fields; by default every editable one
    leave_out: ClassVar[Sequence[str]] = ()
    required: ClassVar[Sequence[str]] = ("name",)  # of a new row, where the model has them
    headings: ClassVar[Mapping[str, Sequence[str]]] = {}  # in offices' tables
    words: ClassVar[Mapping[str, Mapping[str, str]]] = {}  # further words of a choice → its code
    extra_fields: ClassVar[Sequence[ExchangeField]] = ()
    finders: ClassVar[Mapping[str, type[Finder]]] = {}
    match_by: ClassVar[tuple[str, ...]] = ()  # (name, address): same by another code?

    def normal_key(self, raw: str) -> str:
        """The natural key as the register writes it."""
        return raw

    def derive(self, batch: Batch) -> None:
        """Values that follow from others; what is wrong with them goes to ``batch.fault``."""

    def check_area(self, batch: Batch, changed: Mapping[int, Mapping[str, Any]]) -> None:
        """Faults for rows that would lie outside the person's area.

        Rows that belong to the same other rows are taken to lie in the same place; where a
        policy looks at a row's own columns, a subclass asks for itself.
        """
        from yuanheng.kernel.importing.planning import try_places

        try_places(self, batch, changed)

    def extra_changes(self, batch: Batch) -> dict[int, list[tuple[str, str, str]]]:
        """Changes to rows of other tables that hang on these, by position."""
        return {}

    def after_write(self, plan: Plan, places: Sequence[int], acting_user: Any, event: Any) -> None:
        """Writes them; ``places`` are the rows that were written, with their ``plan.pks``.

        What is changed is told by ``record_rows(event, …)``, so that it can be undone.
        """

    def extra_values(self, rows: Sequence[Any]) -> Mapping[str, Sequence[Any]]:
        """For an export: the values of the columns of its own, by code, for these keys."""
        return {}

    def insert_order(self, plan: Plan, places: list[int]) -> list[list[int]]:
        """Groups of new rows, to be written one after the other."""
        return [places]

    def before_insert(self, plan: Plan, places: list[int]) -> None:
        """Called before each of these groups is written."""

    # What follows from it ---------------------------------------------------------------
    @property
    def key_name(self) -> str:
        return self.key or natural_key(self.model)

    @property
    def makes_keys(self) -> bool:
        """Whether rows are known by a token that nobody types: a row without one is new."""
        if self.key_name == "pk":
            return False
        field = self.model._meta.get_field(self.key_name)
        return isinstance(field, models.UUIDField) and field.has_default()

    @functools.cached_property
    def _names(self) -> list[str]:
        names = exchange_names(self.model, self.key_name, self.only)
        return [name for name in names if name not in self.leave_out]

    @property
    def fields(self) -> list[ExchangeField]:
        """The columns in the order in which they are written, in the reader's language."""
        return [*(self._field(name) for name in self._names), *self.extra_fields]

    def _field(self, name: str) -> ExchangeField:
        own = exchange_field(self.model, name, tuple(self.headings.get(name, ())))
        more: dict[str, Any] = {}
        if name in self.words:
            more["words"] = {**own.words, **self.words[name]}
        if name == self.key_name:
            more |= {"check": self.key_check, "required": not self.makes_keys}
        elif name in self.required:
            more["required"] = True
        return replace(own, **more) if more else own

    def offered(self, user: Any) -> dict[str, list[str]]:
        from yuanheng.kernel.exporting.selection import Words

        return {
            one.code: Words(self.finder(one, user)).offered()
            for one in self.fields
            if one.kind == "relation" and not self.is_late(one)
        }

    @property
    def label_name(self) -> str:
        return "name" if "name" in self._names else self.key_name

    def finder(self, column: ExchangeField, user: Any) -> Finder:
        """Who finds the rows that a column names."""
        kind = self.finders.get(column.code, Finder)
        return kind(column.model_field.related_model, user)

    def is_late(self, column: ExchangeField) -> bool:
        """Whether a column names rows of this very register."""
        return column.kind == "relation" and column.model_field.related_model is self.model

    def plan(self, path: Path, *, acting_user: Any, file_name: str = "") -> Plan:
        from yuanheng.kernel.importing.planning import make_plan

        return make_plan(self, path, acting_user=acting_user, file_name=file_name)

    def still_holds(self, plan: Plan, *, acting_user: Any) -> bool:
        from yuanheng.kernel.importing.planning import still_holds

        return still_holds(self, plan, acting_user)

    def apply(self, plan: Plan, *, acting_user: Any, event: Any, path: Path) -> None:
        from yuanheng.kernel.importing.applying import write_plan

        try:
            write_plan(self, plan, acting_user=acting_user, event=event)
        except IntegrityError as error:
            raise CannotImport(constraint_sentence(self.model, str(error))) from error


def constraint_sentence(model: type[models.Model], said: str) -> str:
    """What a rule of the database means to a person."""
    for constraint in model._meta.constraints:
        if constraint.name in said:
            return str(constraint.violation_error_message)
    return _(
        "The rows don't fit together with what is in the register (%(said)s). "
        "Nothing was written; look for a value that may stand only once."
    ) % {"said": said.splitlines()[0][:200]}


def cleared(values: Values) -> Values:
    """A column for new rows: there is nothing to clear."""
    return [None if value is CLEAR else value for value in values] if CLEAR in values else values


__all__ = ["CannotImport", "Importer", "Outcome", "TableImporter", "cleared"]
