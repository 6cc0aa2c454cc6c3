"""Forms of the desk: files to drop, a figure or a requirement to mend."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.calc.periods import Period
from yuanheng.documents.actions.deciding import read_name
from yuanheng.documents.choices import Decision, ProposalKind
from yuanheng.documents.models import Document, Proposal
from yuanheng.kernel.figures import in_brackets
from yuanheng.ledger.api import Catalogue
from yuanheng.reading.loading import KINDS
from yuanheng.registry.api import park_facts, region_names, rows_called
from yuanheng.supervision.api import ReportFrequency

MOST_FILES = 20


class _Several(forms.ClearableFileInput):
    allow_multiple_selected = True


class DropForm(forms.Form):
    """One or more files."""

    files = forms.FileField(
        label=gettext_lazy("Files"),
        widget=_Several(attrs={"accept": ",".join(KINDS)}),
        help_text=gettext_lazy("Several at once: .txt .html .docx .pdf .xlsx .eml …"),
        required=False,
    )

    def chosen(self, sent: list[Any]) -> list[Any]:
        """The files of the request. ValidationError for none, too many, or a too large one."""
        if not sent:
            raise ValidationError(_("Choose at least one file."))
        if len(sent) > MOST_FILES:
            raise ValidationError(_("At most %(limit)d files at a time.") % {"limit": MOST_FILES})
        limit = settings.UPLOAD_LIMIT_MB
        for one in sent:
            if one.size > limit * 1024 * 1024:
                said = {"name": one.name, "limit": limit}
                raise ValidationError(
                    _("“%(name)s” is larger than %(limit)d MB. Split it.") % said
                )
        return sent


class FactForm(forms.Form):
    """Whose figure it is, which indicator, when, how much."""

    subject = forms.ChoiceField(label=gettext_lazy("Of whom"), required=False)
    other = forms.CharField(
        label=gettext_lazy("An enterprise"), max_length=200, required=False,
        help_text=gettext_lazy("Its full name, if it isn't in the list above."),
    )  # fmt: skip
    indicator = forms.ChoiceField(label=gettext_lazy("Indicator"))
    period = forms.CharField(
        label=gettext_lazy("Period"), max_length=20,
        help_text=gettext_lazy("2024, 2024H1, 2024Q3, 2024-07 or 2024-01..07"),
    )  # fmt: skip
    value = forms.FloatField(
        label=gettext_lazy("Value"),
        help_text=gettext_lazy("In the unit in which the indicator is shown."),
    )
    same_names = forms.BooleanField(required=False, initial=True)

    def __init__(self, row: Proposal, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.catalogue = user, Catalogue()
        places = [(f"region:{code}", name) for code, name in region_names(user)]
        places += [(f"park:{one.code}", one.name) for one in park_facts(user)]
        self.places = dict(places)
        self.fields["subject"].choices = [("", _("Choose …")), *places]
        indicators = sorted(self.catalogue.by_code.items(), key=lambda pair: pair[1].position)
        self.fields["indicator"].choices = [
            ("", _("Choose …")),
            *((code, f"{one.shown_name}{in_brackets(one.unit_shown)}")
              for code, one in indicators if not one.is_derived),
        ]  # fmt: skip
        _ask_for_all(self, row)
        given = row.values
        names = ("subject", "indicator", "period", "value")
        self.initial = {name: given.get(name) for name in names} | self.initial
        if isinstance(given.get("value"), float):
            self.initial["value"] = f"{given['value']:.12g}"  # 3980, not 3980.0
        told = row.read["period"]
        if not given.get("period") and told["start"] is None and told["end"]:
            self.initial["period"] = told["end"][:7]  # a count on a day: that of its month

    def clean_period(self) -> str:
        label = str(self.cleaned_data["period"]).strip()
        try:
            return Period.parse(label).label
        except ValueError:
            raise ValidationError(
                _("Write 2024, 2024H1, 2024Q3, 2024-07 or 2024-01..07.")
            ) from None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("other"):
            found = rows_called([data["other"]], self.user).get(data["other"])
            if found is None:
                self.add_error("other", _("No register holds anything of this name."))
            else:
                data["subject"] = ":".join(found)
        if not data.get("subject") and "other" not in self.errors:
            self.add_error("subject", _("Say whose figure it is."))
        return data

    @property
    def values(self) -> dict[str, Any]:
        """What the proposal keeps."""
        data = self.cleaned_data
        one = self.catalogue.by_code[data["indicator"]]
        name = self.places.get(data["subject"]) or data.get("other") or ""
        return {
            "subject": data["subject"], "subject_name": name, "indicator": data["indicator"],
            "period": data["period"], "value": data["value"], "unit": one.unit_shown,
            "fits": True,
        }  # fmt: skip


class DirectiveForm(forms.Form):
    """A task in words, who leads and supports it, until when."""

    title = forms.CharField(label=gettext_lazy("Task"), max_length=200, widget=forms.Textarea)
    result = forms.CharField(
        label=gettext_lazy("Measurable result"), max_length=1000, required=False,
        widget=forms.Textarea,
    )  # fmt: skip
    lead = forms.TypedChoiceField(
        label=gettext_lazy("Lead unit"), required=False, coerce=int, empty_value=None
    )
    leader = forms.CharField(label=gettext_lazy("leader"), max_length=60, required=False)
    supporting = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Supporting units"), required=False, coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    deadline = forms.DateField(label=gettext_lazy("deadline"), required=False)
    frequency = forms.ChoiceField(
        label=gettext_lazy("progress is reported"), choices=ReportFrequency.choices
    )
    same_names = forms.BooleanField(required=False, initial=True)

    def __init__(self, row: Proposal, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_all(self, row)
        units = units_near(row.document)
        self.fields["lead"].choices = [("", _("Choose …")), *units]
        self.fields["supporting"].choices = units
        names = ("title", "result", "lead", "leader", "supporting", "deadline", "frequency")
        self.initial = {name: row.values.get(name) for name in names} | self.initial
        if row.values.get("lead_name"):
            text = _("The text names: %(names)s")
            named = [row.values["lead_name"], *row.values.get("supporting_names", ())]
            self.fields["lead"].help_text = text % {"names": _(", ").join(named)}

    @property
    def values(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        data.pop("same_names", None)
        data["deadline"] = data["deadline"].isoformat() if data["deadline"] else ""
        data["supporting"] = [one for one in data["supporting"] if one != data["lead"]]
        return data


def _ask_for_all(form: Any, row: Proposal) -> None:
    """The switch for the others of the same name, where the document has any."""
    name = read_name(row)
    others = row.document.proposals.filter(kind=row.kind, decision=Decision.OPEN)
    key = "subject" if row.kind == ProposalKind.FACT else "lead"
    count = sum(
        1 for one in others if one.pk != row.pk and read_name(one) == name and not one.values[key]
    )
    if not name or not count:
        del form.fields["same_names"]
        return
    text = _("Understand “%(name)s” so in the other %(count)d places of this document, too")
    form.fields["same_names"].label = text % {"name": name, "count": count}


def units_near(document: Document) -> list[tuple[int, str]]:
    """The organisations to which a task of this office may go."""
    from yuanheng.kernel.directory import directory

    return sorted(directory().reachable(document.owner_id).items(), key=lambda one: one[1])
