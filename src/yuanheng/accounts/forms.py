from __future__ import annotations

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from yuanheng.accounts.choices import Role
from yuanheng.accounts.models import OrgUnit, User
from yuanheng.kernel import clock


class UserForm(forms.ModelForm):
    """A person; an administrator may give a new password without knowing the old one."""

    new_password = forms.CharField(
        label=_("New password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters. Leave it empty to keep the present one."),
    )

    def clean_new_password(self) -> str:
        password = self.cleaned_data["new_password"]
        if password:
            validate_password(password, User(username=self.data.get("username", "")))
        elif self.instance.pk is None:
            raise forms.ValidationError(_("Give the person a first password."))
        return password


class EndGrantForm(forms.Form):
    """The last day on which a grant counts."""

    last_day = forms.DateField(
        label=_("Last day"), initial=clock.today, widget=forms.DateInput(attrs={"type": "date"})
    )


class DeputiseForm(forms.Form):
    """Who stands in, from when to when, and why."""

    deputy = forms.ModelChoiceField(User.objects.filter(is_active=True), label=_("Deputy"))
    first_day = forms.DateField(
        label=_("First day"), initial=clock.today, widget=forms.DateInput(attrs={"type": "date"})
    )
    last_day = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        error_messages={"required": _("Say why; the reason is kept with the record.")},
    )


class ChangePostForm(forms.Form):
    """Where somebody goes, as what, and with which role."""

    org_unit = forms.ModelChoiceField(
        OrgUnit.objects.filter(archived_at=None), label=_("New organisation")
    )
    title = forms.CharField(label=_("Title of the new post"), max_length=50)
    role = forms.ChoiceField(label=_("New role"), choices=Role)
    last_day = forms.DateField(
        label=_("Last day in the old post"),
        initial=clock.today,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The new role begins on the day after."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        error_messages={"required": _("Say why; the reason is kept with the record.")},
    )
