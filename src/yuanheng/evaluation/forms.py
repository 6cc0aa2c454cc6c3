"""Forms of the evaluation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yuanheng.calc.periods import previous_period
from yuanheng.evaluation.choices import RunStage
from yuanheng.evaluation.models import Run, SchemeVersion
from yuanheng.ledger.api import Snapshot

AUTOMATIC, WITHOUT = "auto", "none"


class RunForm(forms.Form):
    """Which scheme on which figures, for which period, compared with what."""

    version = forms.ModelChoiceField(
        label=_("Scheme"),
        queryset=SchemeVersion.objects.none(),
        error_messages={"required": _("Choose the scheme first.")},
    )
    snapshot = forms.ModelChoiceField(
        label=_("Figures"),
        queryset=Snapshot.objects.none(),
        error_messages={"required": _("Choose the figures first.")},
    )
    period = forms.ChoiceField(
        label=_("Period"),
        help_text=_("One of the periods that the figures hold."),
        error_messages={"required": _("Choose the period first.")},
    )
    previous = forms.ChoiceField(
        label=_("Compared with"),
        help_text=_("Who rose and who fell is told against this evaluation."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions = SchemeVersion.objects.visible_to(user).select_related("scheme")
        self.fields["version"].queryset = versions.order_by("scheme__code", "-number")
        self.fields["version"].label_from_instance = _version_label
        snapshots = Snapshot.objects.visible_to(user)
        self.fields["snapshot"].queryset = snapshots
        self.fields["snapshot"].label_from_instance = _snapshot_label
        periods = sorted({p for s in snapshots for p in s.periods}, reverse=True)
        self.fields["period"].choices = [("", "---------")] + [(p, p) for p in periods]
        self.runs = {
            str(run.pk): run
            for run in Run.objects.visible_to(user).select_related("scheme_version__scheme")
        }
        self.fields["previous"].choices = [
            (AUTOMATIC, _("the evaluation of the period before, if there is one")),
            (WITHOUT, _("nothing")),
            *((key, f"{run} ({run.get_stage_display()})") for key, run in self.runs.items()),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        version, snapshot, period = (cleaned.get(n) for n in ("version", "snapshot", "period"))
        if version and snapshot:
            if version.scheme.subject_kind != snapshot.subject_kind:
                text = gettext(
                    "These figures are of %(found)s, but the scheme evaluates %(wanted)s."
                )
                said = {
                    "found": snapshot.get_subject_kind_display(),
                    "wanted": version.scheme.get_subject_kind_display(),
                }
                self.add_error("snapshot", text % said)
            if period and period not in snapshot.periods:
                text = gettext("These figures hold no %(period)s, only %(periods)s.")
                said = {"period": period, "periods": snapshot.periods_in_words}
                self.add_error("period", text % said)
        return cleaned

    def compared_with(self) -> Run | None:
        """The earlier run that was chosen, or found."""
        chosen = self.cleaned_data["previous"]
        if chosen == WITHOUT:
            return None
        if chosen != AUTOMATIC:
            return self.runs[chosen]
        version, period = self.cleaned_data["version"], self.cleaned_data["period"]
        before = previous_period(period)
        fitting = [
            run
            for run in self.runs.values()
            if run.period == before and run.scheme_version.scheme_id == version.scheme_id
        ]
        return max(
            fitting, key=lambda run: (run.stage == RunStage.PUBLISHED, run.pk), default=None
        )


class SchemeTextForm(forms.Form):
    """The text of a scheme, typed or as a file."""

    file = forms.FileField(
        label=_("Scheme file (.yaml)"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.yml,.txt"}),
    )
    text = forms.CharField(
        label=_("or its text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false"}),
    )
    note = forms.CharField(
        label=_("What changed"),
        required=False,
        max_length=200,
        help_text=_("One sentence, for example the notice that ordered the change."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        upload = cleaned.get("file")
        if upload:
            if upload.size > 1_000_000:
                raise forms.ValidationError(
                    gettext("A scheme file is text; this one is too large.")
                )
            try:
                cleaned["text"] = upload.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                text = gettext(
                    "“%(name)s” is no UTF-8 text. Save it as UTF-8 and upload it again."
                )
                raise forms.ValidationError(text % {"name": upload.name}) from None
        if not (cleaned.get("text") or "").strip():
            raise forms.ValidationError(gettext("Choose a file, or paste the text of the scheme."))
        return cleaned


def _version_label(version: SchemeVersion) -> str:
    text = gettext("%(scheme)s · version %(number)s")
    return text % {"scheme": version.scheme, "number": version.number}


def _snapshot_label(snapshot: Snapshot) -> str:
    return f"{snapshot.title}（{snapshot.periods_in_words}） · {snapshot.short_hash}"
