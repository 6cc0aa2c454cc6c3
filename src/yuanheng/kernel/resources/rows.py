"""What the page of one row shows, and how a row is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import models
from django.forms import ModelForm, modelform_factory
from django.http import HttpRequest

from yuanheng.kernel.actions import (
    archive_row,
    create_row,
    restore_row,
    revert_row,
    revert_through,
    update_row,
)
from yuanheng.kernel.forms import judged, prepare_form, refill
from yuanheng.kernel.masking import fields_to_fill
from yuanheng.kernel.models import Archivable
from yuanheng.kernel.policies import EDIT
from yuanheng.kernel.resources.panels import Panel
from yuanheng.kernel.tables import Badge


@dataclass(frozen=True)
class Button:
    """A link in the head of a page that looks like a button."""

    text: Any
    href: str
    icon: str
    is_main: bool = False


@dataclass(frozen=True)
class Section:
    """Fields of a form under one heading, with a sentence on how to fill them in."""

    title: Any
    fields: Sequence[str]
    hint: Any = ""


class RowOptions:
    """Panels, badges, buttons, forms and writes; mixed into ``Resource``."""

    model: ClassVar[type[models.Model]]
    lookup: ClassVar[str]

    panels: ClassVar[Sequence[Panel]] = ()
    form_fields: ClassVar[Sequence[str]] = ()
    creatable: ClassVar[bool] = True  # False: rows come out of another page or action
    editable: ClassVar[bool] = True  # False: rows are added, never changed
    form_class: ClassVar[type[ModelForm]] = ModelForm
    form_sections: ClassVar[Sequence[Section]] = ()  # fields in none of them come first
    bulk_fields: ClassVar[Sequence[str] | None] = None  # None: those of the form that may repeat
    paper: ClassVar[str] = "kernel/print_row.html"  # the template of a row on paper
    companions: ClassVar[bool] = True  # notes, attachments, tags and links beside each row
    # Who may write notes, attach files, put tags on a row and link it: who has this action on it.
    companion_action: ClassVar[str] = EDIT

    def row_title(self, row: Any) -> str:
        return str(row)

    def subtitle(self, row: Any) -> Any:
        return getattr(row, self.lookup)

    def in_words(self, name: str, value: Any) -> str | None:
        """What a value of a field is called in the history, where the field's own choices and
        relations don't say it; ``None`` where they do."""
        return None

    def badges(self, row: Any) -> Sequence[Badge]:
        return ()

    def buttons(self, row: Any, user: Any) -> Sequence[Button]:
        """Further things to do on the row's page; each leads to a page that asks or shows."""
        return ()

    def crumbs(self, row: Any) -> Sequence[tuple[Any, str]]:
        """(text, address) between the register and the row, such as a region's ancestors."""
        return ()

    @property
    def archivable(self) -> bool:
        return issubclass(self.model, Archivable)

    def form(self, request: HttpRequest, row: Any = None) -> ModelForm:
        # An address may fill a new form: ?user=7
        initial = {name: request.GET[name] for name in self.form_fields if name in request.GET}
        form = self.form_with(judged(request), request.user, row, initial=initial)
        refill(form, request)
        return form

    def form_with(
        self,
        data: Mapping[str, Any] | None,
        user: Any,
        row: Any = None,
        *,
        fields: Sequence[str] | None = None,
        initial: dict[str, Any] | None = None,
    ) -> ModelForm:
        """The form over ``data``; without fields that ``user`` may not see or not change."""
        asked = self.form_fields if fields is None else fields
        names = fields_to_fill(user, self.model, row, asked)
        kind = modelform_factory(self.model, form=self.form_class, fields=names)
        return prepare_form(kind(data, instance=row, initial=initial), user)

    def sections(self, form: ModelForm) -> list[dict[str, Any]]:
        """The form's visible fields under their headings."""
        placed = {name for section in self.form_sections for name in section.fields}
        loose = [name for name in form.fields if name not in placed]
        groups = [Section("", loose), *self.form_sections]
        filled = []
        for section in groups:
            fields = [form[name] for name in section.fields if name in form.fields]
            shown = [field for field in fields if not field.is_hidden]
            if shown:
                filled.append({"title": section.title, "hint": section.hint, "fields": shown})
        return filled

    @property
    def has_own_update(self) -> bool:
        """Whether a change of a row has rules of its own, which a bulk edit would pass by."""
        return type(self).update is not RowOptions.update

    @property
    def has_own_create(self) -> bool:
        """Whether a new row is made by an action of the register's own."""
        return type(self).create is not RowOptions.create

    @property
    def editable_in_bulk(self) -> Sequence[str]:
        """Fields that many rows may be given at once."""
        if self.bulk_fields is not None:
            return self.bulk_fields
        if self.has_own_update or not self.editable:
            return ()
        fields = [self.model._meta.get_field(name) for name in self.form_fields]
        # What a row is called is its own.
        many = [one for one in fields if one.concrete and not one.unique and one.name != "name"]
        return [one.name for one in many]

    def create(self, *, acting_user: Any, values: dict[str, Any]) -> models.Model:
        return create_row(acting_user=acting_user, model=self.model, values=values)

    def update(self, *, acting_user: Any, row: Any, values: dict[str, Any]) -> models.Model:
        return update_row(acting_user=acting_user, row=row, values=values)

    def archive(self, *, acting_user: Any, row: Any, reason: str) -> models.Model:
        return archive_row(acting_user=acting_user, row=row, reason=reason)

    def restore(self, *, acting_user: Any, row: Any, reason: str = "") -> models.Model:
        return restore_row(acting_user=acting_user, row=row, reason=reason)

    def revert(
        self, *, acting_user: Any, row: Any, values: dict[str, Any], reason: str
    ) -> models.Model:
        """Bring values back that the row had before."""
        if self.has_own_update:
            return revert_through(
                acting_user=acting_user,
                row=row,
                values=values,
                update=lambda **given: self.update(**given),
                reason=reason,
            )
        return revert_row(acting_user=acting_user, row=row, values=values, reason=reason)
