from __future__ import annotations

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from yuanheng.accounts.models import User
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
