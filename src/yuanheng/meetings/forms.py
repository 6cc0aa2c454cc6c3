"""Forms of meetings: who is asked, who signs in, the minutes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.kernel.directory import directory
from yuanheng.kernel.policies import EDIT, can
from yuanheng.meetings.authz import own_units
from yuanheng.meetings.models import AskedUnit, Meeting

MINUTES = ".txt,.html,.docx,.pdf"


class AskForm(forms.Form):
    """Units, to one venue at a time."""

    units = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Units"), coerce=int, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one unit.")},
    )  # fmt: skip
    venue = forms.ChoiceField(label=gettext_lazy("venue"), required=False)
    who = forms.CharField(
        label=gettext_lazy("who is to come"), max_length=100, required=False,
        help_text=gettext_lazy("Such as: the head of the unit."),
    )  # fmt: skip

    def __init__(self, meeting: Meeting, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reach = directory().reachable(meeting.owner_id)
        self.fields["units"].choices = sorted(reach.items(), key=lambda one: one[1])
        self.fields["venue"].choices = [(one["key"], one["name"]) for one in meeting.venues]


class SignInForm(forms.Form):
    """Who has come, for which unit: one's own, or any for the organisers."""

    unit = forms.TypedChoiceField(label=gettext_lazy("unit"), coerce=int)
    name = forms.CharField(label=gettext_lazy("person's name"), max_length=50)
    title = forms.CharField(label=gettext_lazy("post held"), max_length=50, required=False)

    def __init__(self, meeting: Meeting, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = AskedUnit.objects.filter(meeting=meeting).select_related("org_unit")
        if not can(user, EDIT, meeting):
            rows = rows.filter(org_unit__in=own_units(user))
        units = [(one.org_unit_id, str(one.org_unit)) for one in rows]
        self.fields["unit"].choices = units
        self.is_asked = bool(units)
        if units and user.org_unit_id in dict(units):
            self.initial.setdefault("unit", user.org_unit_id)
            self.initial.setdefault("name", str(user))


class MinutesForm(forms.Form):
    """One file."""

    minutes = forms.FileField(
        label=gettext_lazy("Minutes"), max_length=200,
        widget=forms.ClearableFileInput(attrs={"accept": MINUTES}),
        help_text=gettext_lazy(".txt .html .docx .pdf; they are read on the document desk."),
    )  # fmt: skip

    def clean_minutes(self) -> Any:
        found = self.cleaned_data["minutes"]
        limit = settings.UPLOAD_LIMIT_MB
        if found.size > limit * 1024 * 1024:
            raise ValidationError(_("The file is larger than %(limit)d MB.") % {"limit": limit})
        return found
