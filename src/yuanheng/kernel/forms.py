"""Forms of the generic screens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_CSS = {
    forms.CheckboxInput: "form-check-input",
    forms.Select: "form-select",
    forms.SelectMultiple: "form-select",
    forms.NullBooleanSelect: "form-select",
}


def prepare_form(form: forms.BaseForm, user: Any) -> Any:
    """Give every field its look, and every relation only what ``user`` may see."""
    for name, field in form.fields.items():
        widget = field.widget
        css = next((css for kind, css in _CSS.items() if isinstance(widget, kind)), "form-control")
        if form.is_bound and name in form.errors:
            css += " is-invalid"
        widget.attrs["class"] = css
        if isinstance(widget, forms.DateInput):
            widget.input_type = "date"
            widget.format = "%Y-%m-%d"
        if isinstance(widget, forms.Textarea):
            widget.attrs["rows"] = 3
        if isinstance(field, forms.ModelChoiceField) and hasattr(field.queryset, "visible_to"):
            field.queryset = field.queryset.visible_to(user)
            field.label_from_instance = _with_code  # type: ignore[attr-defined]
    return form


def _with_code(row: Any) -> str:
    """Names repeat (there are many 鼓楼区); codes don't."""
    code = getattr(row, "code", "")
    return f"{code} {row}" if code else str(row)


def add_errors(form: forms.BaseForm, error: ValidationError) -> None:
    """What an action found wrong: beside its field, or above the form if it has no such field."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


class ReasonForm(forms.Form):
    """Why something is put away."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why; the reason is kept with the record.")},
    )


class UploadForm(forms.Form):
    """A table to import."""

    table = forms.FileField(
        label=_("Workbook or CSV file"),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("This file is empty. Choose the one with the rows in it."),
        },
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
    )

    def clean_table(self) -> Any:
        upload = self.cleaned_data["table"]
        if not upload.name.lower().endswith((".xlsx", ".xls", ".csv")):
            raise forms.ValidationError(
                _("“%(name)s” is neither .xlsx, .xls nor .csv. Save it as a workbook first."),
                params={"name": upload.name},
            )
        return upload
