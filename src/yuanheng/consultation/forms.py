"""Forms: the units of the tree, a pasted list, what a unit writes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.accounts.api import OrgKind
from yuanheng.accounts.models import OrgUnit
from yuanheng.kernel.directory import directory

_OUTSIDE = {OrgKind.ENTERPRISE}


def units_by_parent(owner_id: int, leave_out: set[int]) -> list[tuple[str, list[Any]]]:
    """The units that an office can ask, under the organisation above each: one query."""
    keys = list(directory().reachable(owner_id))
    rows = OrgUnit.objects.without_tree_fields().filter(pk__in=keys).exclude(kind__in=_OUTSIDE)
    found = [one for one in rows.order_by("code") if one.pk not in leave_out]
    names = {one.pk: one.name for one in rows}
    groups: dict[str, list[Any]] = {}
    for one in found:
        groups.setdefault(names.get(one.parent_id, ""), []).append(one)
    return list(groups.items())


class UnitsForm(forms.Form):
    """Units one by one, or all of a kind at once."""

    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("All of a kind"), required=False,
        widget=forms.CheckboxSelectMultiple, choices=(),
    )  # fmt: skip
    units = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Units"), coerce=int, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, owner_id: int, asked: set[int], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = units_by_parent(owner_id, asked)
        self.rows = [one for _name, rows in groups for one in rows]
        self.fields["units"].choices = [
            (name or _("At the top"), [(one.pk, one.name) for one in rows])
            for name, rows in groups
        ]
        counts: dict[str, int] = {}
        for one in self.rows:
            counts[one.kind] = counts.get(one.kind, 0) + 1
        titles = dict(OrgKind.choices)
        self.fields["kinds"].choices = [
            (kind, _("%(kind)s (%(count)d)") % {"kind": titles[kind], "count": count})
            for kind, count in counts.items()
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("kinds") and not data.get("units"):
            self.add_error("units", _("Choose at least one unit."))
        return data

    @property
    def chosen(self) -> set[int]:
        """The units, however they were chosen."""
        kinds = set(self.cleaned_data["kinds"])
        return set(self.cleaned_data["units"]) | {r.pk for r in self.rows if r.kind in kinds}


class ListForm(forms.Form):
    """A pasted numbered list."""

    text = forms.CharField(
        label=gettext_lazy("Questions"),
        widget=forms.Textarea,
        help_text=gettext_lazy(
            "Paste the list: 一、… 二、…, 1. … 2. …, ①… ②…, or a line a question. What stands "
            "before the first number is left out."
        ),
    )


class MoreTimeForm(forms.Form):
    """A later date for all."""

    until = forms.DateField(label=gettext_lazy("New date"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea,
        help_text=gettext_lazy("The units read it."),
    )  # fmt: skip


class MarkForm(forms.Form):
    """What the office makes of an answer."""

    mark = forms.CharField(required=False, max_length=10)
    note = forms.CharField(required=False, max_length=300)


class DraftForm(forms.Form):
    """The words of a draft: pasted, or a file."""

    text = forms.CharField(
        label=gettext_lazy("Text"), required=False, widget=forms.Textarea, max_length=300000,
        help_text=gettext_lazy("A line a paragraph."),
    )  # fmt: skip
    file = forms.FileField(
        label=gettext_lazy("Or a file"), required=False, max_length=200,
        widget=forms.ClearableFileInput(attrs={"accept": ".docx,.txt"}),
        help_text=gettext_lazy(".docx or .txt"),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        file = data.get("file")
        if not file and not data.get("text"):
            self.add_error("text", _("Paste the text or choose a file."))
        limit = settings.UPLOAD_LIMIT_MB
        if file and file.size > limit * 1024 * 1024:
            said = {"limit": limit}
            self.add_error(
                "file", ValidationError(_("The file is larger than %(limit)d MB.") % said)
            )
        return data
