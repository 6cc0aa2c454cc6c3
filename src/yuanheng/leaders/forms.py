"""The form of a visit: one page that is filled in on a telephone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.kernel.directory import directory
from yuanheng.kernel.flow.evidence import FilesField
from yuanheng.kernel.forms import prepare_form
from yuanheng.leaders.actions import Found
from yuanheng.leaders.becoming import TASK, becoming, becoming_for
from yuanheng.leaders.models import LeaderLink, Visit

PROBLEMS = 3  # lines of the form; more are added from the visit's page
PHOTOS = ".jpg,.jpeg,.png,image/jpeg,image/png"


class _Problems:
    """A few problems, each with who is to solve it and by when; mixed into a form."""

    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]

    def __init__(self, owner_id: int | None, *args: Any, offered: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reach = directory().reachable(owner_id) if owner_id else {}
        units = sorted(reach.items(), key=lambda one: one[1])
        for at in range(1, PROBLEMS + 1):
            self.fields[f"problem_{at}"] = forms.CharField(
                label=_("Problem %(number)d") % {"number": at}, max_length=200, required=False
            )
            if len(becoming()) > 1:
                becomes = forms.ChoiceField(
                    label=gettext_lazy("Becomes"), required=False, choices=becoming().items()
                )
                becomes.widget.choices = offered  # the action refuses the others with a sentence
                self.fields[f"becomes_{at}"] = becomes
            self.fields[f"lead_{at}"] = forms.TypedChoiceField(
                label=gettext_lazy("Lead unit"), required=False, coerce=int, empty_value=None,
                choices=[("", _("Choose …")), *units],
            )  # fmt: skip
            self.fields[f"deadline_{at}"] = forms.DateField(
                label=gettext_lazy("deadline"), required=False
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data  # type: ignore[misc]
        for at in range(1, PROBLEMS + 1):
            has_more = data.get(f"lead_{at}") or data.get(f"deadline_{at}")
            if has_more and not data.get(f"problem_{at}"):
                self.add_error(  # type: ignore[attr-defined]
                    f"problem_{at}", _("Say what the problem is.")
                )
        return data

    @property
    def found(self) -> list[Found]:
        """Those that have words."""
        data = self.cleaned_data
        return [
            Found(
                data[f"problem_{at}"], data[f"lead_{at}"], data[f"deadline_{at}"],
                data.get(f"becomes_{at}", TASK),
            )
            for at in range(1, PROBLEMS + 1)
            if data[f"problem_{at}"]
        ]  # fmt: skip

    def sections(self) -> list[dict[str, Any]]:
        """The problems under a heading each."""
        hint = _("Each becomes a task of supervision, to be checked and issued there.")
        may_choose = (
            "becomes_1" in self.fields and len(self.fields["becomes_1"].widget.choices) > 1
        )
        if may_choose:
            hint = _("Each becomes a task of supervision, to be checked and issued there, or a "
                     "case of the kind that you choose, which begins at once.")  # fmt: skip
        return [
            {
                "title": _("Problem %(number)d") % {"number": at},
                "hint": hint if at == 1 else "",
                "fields": [
                    self[f"{name}_{at}"]  # type: ignore[index]
                    for name in ("problem", "becomes", "lead", "deadline")
                    if name != "becomes" or may_choose
                ],
            }
            for at in range(1, PROBLEMS + 1)
        ]


class ProblemsForm(_Problems, forms.Form):
    """Problems alone."""


class VisitForm(_Problems, forms.ModelForm):
    """Where, when, what was seen; photos; problems."""

    photos = FilesField(label=gettext_lazy("Photos"), required=False)

    class Meta:
        model = Visit
        fields = ["link", "visited_on", "with_whom", "saw"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["photos"].widget.attrs["accept"] = PHOTOS

    def sections(self) -> list[dict[str, Any]]:
        names = ["link", "visited_on", "with_whom", "saw", "photos"]
        first = {"title": "", "hint": "", "fields": [self[name] for name in names]}
        return [first, *super().sections()]


def visit_form(user: Any, data: Any, files: Any, initial: dict[str, Any], owner: int) -> VisitForm:
    """Ready for a page: only links in force that the person sees."""
    form = VisitForm(owner, data, files, initial=initial, offered=becoming_for(user))
    form.fields["link"].queryset = LeaderLink.objects.in_force().select_related(
        "leader", "park", "enterprise", "project"
    )
    ready: VisitForm = prepare_form(form, user)
    # What is visited before who visits: on a telephone only the first words are seen.
    ready.fields["link"].label_from_instance = lambda row: f"{row.target} · {row.leader}"
    return ready
