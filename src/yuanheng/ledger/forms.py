"""Forms of the ledger."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

ENDINGS = (".xlsx", ".xls", ".xlsb", ".ods", ".csv", ".txt", ".tsv", ".parquet")


class FigureForm(forms.Form):
    """A table of figures, and the scheme that says which columns it must have."""

    layout = forms.ChoiceField(
        label=_("Scheme the figures are for"),
        help_text=_("It says which columns are needed, in which units."),
        error_messages={"required": _("Choose the scheme first.")},
    )
    table = forms.FileField(
        label=_("Workbook, CSV or Parquet file"),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("This file is empty. Choose the one with the rows in it."),
        },
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(ENDINGS)}),
    )
    title = forms.CharField(
        label=_("Title"),
        required=False,
        max_length=120,
        help_text=_("How the table is called in lists; the file's name if left empty."),
    )

    def __init__(self, *args: Any, layouts: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.layouts = {one.code: one for one in layouts}
        self.fields["layout"].choices = [("", "---------")] + [(o.code, o.title) for o in layouts]

    def clean_table(self) -> Any:
        upload = self.cleaned_data["table"]
        if not upload.name.lower().endswith(ENDINGS):
            raise forms.ValidationError(
                _("“%(name)s” is no table that can be read: use %(endings)s."),
                params={"name": upload.name, "endings": "、".join(ENDINGS)},
            )
        return upload
