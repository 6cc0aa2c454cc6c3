"""What the page of one row shows, and how a row is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import models
from django.forms import ModelForm, modelform_factory
from django.http import HttpRequest

from yuanheng.kernel.actions import archive_row, create_row, restore_row, update_row
from yuanheng.kernel.forms import prepare_form
from yuanheng.kernel.masking import fields_to_fill
from yuanheng.kernel.models import Archivable
from yuanheng.kernel.resources.panels import Panel
from yuanheng.kernel.tables import Badge


@dataclass(frozen=True)
class Button:
    """A link in the head of a page that looks like a button."""

    text: Any
    href: str
    icon: str
    is_main: bool = False


class RowOptions:
    """Panels, badges, buttons, forms and writes; mixed into ``Resource``."""

    model: ClassVar[type[models.Model]]
    lookup: ClassVar[str]

    panels: ClassVar[Sequence[Panel]] = ()
    form_fields: ClassVar[Sequence[str]] = ()
    editable: ClassVar[bool] = True  # False: rows are added, never changed
    form_class: ClassVar[type[ModelForm]] = ModelForm

    def row_title(self, row: Any) -> str:
        return str(row)

    def subtitle(self, row: Any) -> Any:
        return getattr(row, self.lookup)

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
        fields = fields_to_fill(request.user, self.model, row, self.form_fields)
        kind = modelform_factory(self.model, form=self.form_class, fields=fields)
        data = request.POST if request.method == "POST" else None
        # An address may fill a new form: ?user=7
        initial = {name: request.GET[name] for name in fields if name in request.GET}
        return prepare_form(kind(data, instance=row, initial=initial), request.user)

    def create(self, *, acting_user: Any, values: dict[str, Any]) -> models.Model:
        return create_row(acting_user=acting_user, model=self.model, values=values)

    def update(self, *, acting_user: Any, row: Any, values: dict[str, Any]) -> models.Model:
        return update_row(acting_user=acting_user, row=row, values=values)

    def archive(self, *, acting_user: Any, row: Any, reason: str) -> models.Model:
        return archive_row(acting_user=acting_user, row=row, reason=reason)

    def restore(self, *, acting_user: Any, row: Any) -> models.Model:
        return restore_row(acting_user=acting_user, row=row)
