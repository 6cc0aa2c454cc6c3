"""Forms of the ledger."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.forms import UploadForm
from yuanheng.ledger.layouts import layouts_for


class FigureForm(UploadForm):
    """A table of figures, and the scheme that says which columns it must have."""

    layout = forms.ChoiceField(
        label=_("Scheme the figures are for"),
        help_text=_("It says which columns are needed, in which units."),
        error_messages={"required": _("Choose the scheme first.")},
    )
    title = forms.CharField(
        label=_("Title"),
        required=False,
        max_length=120,
        help_text=_("How the table is called in lists; the file's name if left empty."),
    )
    field_order = ("layout", "table", "title")
    shaping = ("layout",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(one.code, one.title) for one in layouts_for(self.user)]
        self.fields["layout"].choices = [("", "---------"), *offered]  # type: ignore[attr-defined]
