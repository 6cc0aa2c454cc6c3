"""Forms for what stands beside a record."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.choosing import find_row
from yuanheng.kernel.directory import directory
from yuanheng.kernel.models import LinkKind, NoteKind, Tag
from yuanheng.kernel.policies import VIEW, can, instances
from yuanheng.kernel.sniffing import ALLOWED


class NoteForm(forms.Form):
    """One entry of a journal."""

    kind = forms.ChoiceField(label=_("kind"), choices=NoteKind.choices, initial=NoteKind.NOTE)
    happened_on = forms.DateField(
        label=_("happened on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    text = forms.CharField(
        label=_("text"),
        max_length=10_000,
        widget=forms.Textarea,
        error_messages={"required": _("Write something first.")},
    )
    is_internal = forms.BooleanField(label=_("internal: not shown to enterprises"), required=False)

    def __init__(self, author: Any, *args: Any, **options: Any) -> None:
        """``author`` is offered internal notes if they are staff; none when a note is corrected,
        which stays what it is."""
        super().__init__(*args, **options)
        if author is None or not directory().is_inside(author):
            del self.fields["is_internal"]

    def clean_happened_on(self) -> Any:
        day = self.cleaned_data["happened_on"]
        if day and day > clock.today():
            raise ValidationError(_("A note is about what has happened: this day is yet to come."))
        return day


class AttachmentForm(forms.Form):
    """A file to attach."""

    file = forms.FileField(
        label=_("file"),
        max_length=200,
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("This file is empty. Choose another one."),
        },
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(ALLOWED)}),
    )
    caption = forms.CharField(label=_("caption"), max_length=200, required=False)


class TagsForm(forms.Form):
    """The tags of one record."""

    tags = forms.ModelMultipleChoiceField(
        Tag.objects.none(),
        label=_("tags"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, user: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        living = Tag.objects.filter(archived_at__isnull=True)
        self.fields["tags"].queryset = instances(user, VIEW, living)  # type: ignore[attr-defined]


class LinkForm(forms.Form):
    """How a record stands to another one, which is named by its code or its name."""

    kind = forms.ChoiceField(label=_("how it is linked"), choices=LinkKind.choices)
    register = forms.ChoiceField(label=_("kind of the other record"))
    other = forms.CharField(
        label=_("the other record"),
        max_length=200,
        help_text=_("Write a code or a name."),
        error_messages={"required": _("Say which record is meant: write its code or its name.")},
    )
    remark = forms.CharField(label=_("remark"), max_length=200, required=False)

    def __init__(self, user: Any, *args: Any, **options: Any) -> None:
        from yuanheng.kernel.resources.base import all_resources

        super().__init__(*args, **options)
        self.user = user
        self.registers = {
            one.name: one
            for one in all_resources()
            if one.companions and can(user, VIEW, one.model)
        }
        self.fields["register"].choices = [  # type: ignore[attr-defined]
            (name, capfirst(one.title)) for name, one in self.registers.items()
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        text, name = values.get("other"), values.get("register")
        if text and name:
            rows = self.registers[name].queryset(self.user)
            try:
                values["row"] = find_row(rows, text)
            except ValidationError as error:
                self.add_error("other", error)
        return values
