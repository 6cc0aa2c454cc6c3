"""How a register's rows come in and go out as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models

if TYPE_CHECKING:
    from yuanheng.kernel.importing.base import TableImporter


class ExchangeOptions:
    """Import and export; mixed into ``Resource``. Both are there unless switched off."""

    name: ClassVar[str]
    lookup: ClassVar[str]
    model: ClassVar[type[models.Model]]
    form_fields: ClassVar[Sequence[str]]
    editable: ClassVar[bool]

    importer_code: ClassVar[str] = ""  # an importer of a room, instead of the one made from this
    importable: ClassVar[bool] = True
    exportable: ClassVar[bool] = True
    import_hint: ClassVar[Any] = ""
    # The columns of a table besides the lookup; by default those of the form.
    exchange_fields: ClassVar[Sequence[str]] = ()
    exchange_leave_out: ClassVar[Sequence[str]] = ()
    # Field → how offices head that column; the first is written, all are read.
    exchange_headings: ClassVar[Mapping[str, Sequence[str]]] = {}
    # (name, address): fields by which a row is looked for under another code.
    match_by: ClassVar[tuple[str, ...]] = ()

    @property
    def exchange_names(self) -> Sequence[str]:
        return self.exchange_fields or self.form_fields

    @property
    def has_natural_key(self) -> bool:
        """Whether a row of a file can be found again."""
        field = next((f for f in self.model._meta.concrete_fields if f.name == self.lookup), None)
        return field is not None and field.unique and not field.primary_key

    @property
    def is_importable(self) -> bool:
        """Whether tables of these rows come in.

        A register with actions of its own for adding or changing a row needs an importer that
        calls them.
        """
        from yuanheng.kernel.resources.rows import RowOptions

        if self.importer_code:
            return True
        own = type(self)
        return (
            self.importable
            and self.editable
            and bool(self.form_fields)
            and self.has_natural_key
            and own.create is RowOptions.create  # type: ignore[attr-defined]
            and own.update is RowOptions.update  # type: ignore[attr-defined]
        )

    @property
    def exchange(self) -> TableImporter:
        """Who knows the columns of this register's tables."""
        from yuanheng.kernel.importing.registry import ResourceImporter, importer_for

        found = importer_for(self.importer_code) if self.importer_code else None
        return found or ResourceImporter(self)  # type: ignore[return-value]
