from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.models import ChannelKind, NoticeChannel
from yuanheng.kernel.notices.digest import USUAL_HOUR
from yuanheng.kernel.notices.kinds import all_kinds
from yuanheng.kernel.notices.mailing import PORTS

_NEVER_SHOWN = {"autocomplete": "off", "spellcheck": "false"}


class ChannelForm(forms.ModelForm):
    """A channel; its address and secret are taken, and never shown again."""

    address = forms.CharField(
        label=_("Address"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs=_NEVER_SHOWN),
        help_text=_(
            "A robot: the address that its group chat shows. E-mail: smtps://user@host:465, or "
            "empty for the server that the environment names. Left empty later: the stored one "
            "stays."
        ),
    )
    secret = forms.CharField(
        label=_("Secret or password"),
        required=False,
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Stored sealed, and given again with each new address. WeCom has none."),
    )
    wanted = forms.MultipleChoiceField(
        label=_("Kinds of notices"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing chosen: all."),
    )

    class Meta:
        model = NoticeChannel
        fields = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wanted"].choices = all_kinds()  # type: ignore[attr-defined]
        if self.instance.pk:
            self.initial["wanted"] = self.instance.wanted_kinds

    def clean_wanted(self) -> str:
        return " ".join(self.cleaned_data["wanted"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        kind, address = values.get("kind"), values.get("address", "")
        try:
            parts = urlsplit(address)
            fits = bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:
            fits = False
        schemes = set(PORTS) if kind == ChannelKind.EMAIL else {"http", "https"}
        if address and (not fits or parts.scheme not in schemes):
            self.add_error("address", _address_fault(kind, address))
        is_new = self.instance.pk is None or self.instance.kind != kind
        if is_new and not address and kind and kind != ChannelKind.EMAIL:
            self.add_error("address", _("Give the address that the messages are sent to."))
        return values


def _address_fault(kind: Any, address: str) -> ValidationError:
    good = "smtps://user@host:465" if kind == ChannelKind.EMAIL else "https://…"
    return ValidationError(
        _("“%(found)s” is no such address; write it as %(good)s."),
        params={"found": address[:20], "good": good},
    )


class SettingsForm(forms.Form):
    """What one person wants to hear, and how."""

    email = forms.EmailField(label=_("E-mail address"), required=False)
    wants_digest = forms.BooleanField(label=_("Daily summary"), required=False)
    digest_hour = forms.TypedChoiceField(
        label=_("Hour"),
        coerce=int,
        choices=[(hour, f"{hour:02}:00") for hour in range(6, 22)],
        initial=USUAL_HOUR,
        required=False,
        empty_value=USUAL_HOUR,
    )
    by_email = forms.MultipleChoiceField(required=False)
    by_robot = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("by_email", "by_robot"):
            self.fields[name].choices = all_kinds()  # type: ignore[attr-defined]
