"""Forms of the generic screens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.choosing import MANY, RowField, label_of
from yuanheng.kernel.plain_text import LONGEST, refuse_unkept
from yuanheng.kernel.together import remember, together

_CSS = {
    forms.CheckboxInput: "form-check-input",
    forms.RadioSelect: "yh-ticks",  # several boxes to tick are of its family
    forms.Select: "form-select",
    forms.SelectMultiple: "form-select",
    forms.NullBooleanSelect: "form-select",
}

_NO_TEXT = (forms.UUIDField, forms.JSONField)  # their values have no length, though the class does


RETURNED = "_returned"
"""Posted with a form that comes back from a page that was asked in between: it is shown as it was
typed and not judged yet."""


def judged(request: HttpRequest) -> Any:
    """What was posted to be judged; ``None`` for a page that is only asked for, or shown again."""
    return request.POST if request.method == "POST" and RETURNED not in request.POST else None


def refill(form: forms.BaseForm, request: HttpRequest) -> None:
    """Fill a form that was returned with what was typed into it."""
    if RETURNED not in request.POST:
        return
    for name, field in form.fields.items():
        typed = field.widget.value_from_datadict(request.POST, {}, form.add_prefix(name))  # type: ignore[arg-type]
        form.initial[name] = typed


def prepare_form(form: forms.BaseForm, user: Any) -> Any:
    """Give every field its look, and every relation only what ``user`` may see."""
    for name in list(form.fields):
        _offer_visible(form, name, user)
        _guard(form.fields[name])
    # Asking for the errors cleans the form: only now, when every relation is narrowed.
    wrong = form.errors if form.is_bound else {}
    for name, field in form.fields.items():
        _dress(field.widget, is_wrong=name in wrong)
    return form


def _offer_visible(form: forms.BaseForm, name: str, user: Any) -> None:
    """A relation offers only what ``user`` may see, and a line to write in if that is much."""
    field = form.fields[name]
    if not isinstance(field, forms.ModelChoiceField) or not hasattr(field.queryset, "visible_to"):
        return
    # Of forms for rows that are written together: the same class, the same person, the same rows.
    key = ("offered", type(form), name, user.pk, repr(field.queryset.query.where))
    field.queryset = remember(key, lambda: field.queryset.visible_to(user))
    field.label_from_instance = label_of  # type: ignore[attr-defined]
    is_single = type(field) is forms.ModelChoiceField and not field.widget.is_hidden
    if is_single and remember((*key, "many"), field.queryset[MANY : MANY + 1].exists):
        form.fields[name] = RowField.instead_of(field)
    if together() is not None and is_single:
        _find_once(form.fields[name], key)


def _find_once(field: Any, key: tuple[Any, ...]) -> None:
    """The same value of a relation leads to the same row: it is looked for once."""
    find = field.to_python

    def found(value: Any) -> Any:
        if not isinstance(value, str | int):
            return find(value)
        return remember((*key, type(field), value), lambda: find(value))

    field.to_python = found


def _guard(field: forms.Field) -> None:
    """No field takes what can't be kept, or a text without end."""
    is_text = isinstance(field, forms.CharField) and not isinstance(field, _NO_TEXT)
    if is_text and field.max_length is None:
        field.validators = [*field.validators, MaxLengthValidator(LONGEST)]
    clean = field.clean

    def checked(value: Any, *rest: Any) -> Any:
        refuse_unkept(value)
        return clean(value, *rest)

    field.clean = checked  # type: ignore[method-assign]


def _dress(widget: forms.Widget, *, is_wrong: bool) -> None:
    css = next((css for kind, css in _CSS.items() if isinstance(widget, kind)), "form-control")
    widget.attrs["class"] = f"{css} is-invalid" if is_wrong else css
    if isinstance(widget, forms.DateInput):
        widget.input_type, widget.format = "date", "%Y-%m-%d"
    if isinstance(widget, forms.DateTimeInput):
        widget.input_type, widget.format = "datetime-local", "%Y-%m-%dT%H:%M"
    if isinstance(widget, forms.Textarea):
        widget.attrs["rows"] = 3


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


TABLES = (".xlsx", ".xls", ".xlsb", ".ods", ".csv", ".txt", ".tsv", ".parquet")
"""Endings of the tables that can be read."""


class UploadForm(forms.Form):
    """A table to import, and in a subclass what the importer asks beside it.

    ``shaping`` are the fields on which the columns hang: chosen first, they show the columns.
    """

    shaping: ClassVar[Sequence[str]] = ()

    table = forms.FileField(
        label=_("Workbook, CSV or Parquet file"),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("This file is empty. Choose the one with the rows in it."),
        },
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(TABLES)}),
    )

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    @property
    def options(self) -> dict[str, Any]:
        """The answers beside the file."""
        return {name: value for name, value in self.cleaned_data.items() if name != "table"}

    def clean_table(self) -> Any:
        upload = self.cleaned_data["table"]
        if not upload.name.lower().endswith(TABLES):
            raise forms.ValidationError(
                _("“%(name)s” is no table that can be read: use %(endings)s."),
                params={"name": upload.name, "endings": "、".join(TABLES)},
            )
        return upload
