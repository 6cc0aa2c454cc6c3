"""The form of an action: the case's fields that it asks, what it asks besides, and the reason."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms.models import fields_for_model
from django.utils.translation import gettext as _

from yuanheng.kernel.flow.declaration import Action, Flow
from yuanheng.kernel.flow.evidence import evidence_field
from yuanheng.kernel.forms import prepare_form
from yuanheng.kernel.models import Case, CaseMove


class ActionForm(forms.Form):
    """Filled by ``action_form``; ``values`` is what ``perform`` takes."""

    own_fields: tuple[str, ...] = ()

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.own_fields}

    @property
    def arguments(self) -> dict[str, Any]:
        """Everything that ``perform`` takes beside person, case and action."""
        data = self.cleaned_data
        return {
            "values": self.values,
            "reason": data.get("reason", ""),
            "marked": tuple(data.get("marked", ())),
            "token": data.get("token"),
            "seen": data.get("seen"),
            "files": data.get("evidence") or (),
        }


def action_form(
    flow: Flow,
    case: Case,
    action: Action,
    user: Any,
    data: Mapping[str, Any] | None = None,
    files: Any = None,
) -> ActionForm:
    """The form of ``action`` on ``case`` for this person; ``files`` are those of a request."""
    form = ActionForm(data, files)
    names = flow.fields_of(action, case)
    fields = fields_for_model(flow.model, fields=names)
    required = flow.required_at(action.target or case.state)
    marks = marked_fields(case)
    for name in names:
        field = fields[name]
        field.required = field.required or name in required
        field.initial = getattr(case, name)
        form.fields[name] = field
    if action.behaviour:
        form.fields |= action.behaviour.inputs(flow, case, user)
    form.own_fields = tuple(form.fields)
    if action.marks:
        form.fields["marked"] = forms.MultipleChoiceField(
            label=_("Fields to be mended"),
            choices=markable(flow),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
    if action.reason:
        form.fields["reason"] = forms.CharField(
            label=action.reason_title or _("Reason"),
            required=action.reason == "required",
            widget=forms.Textarea,
            max_length=5000,
            error_messages={"required": _("Say why; it is kept with the case.")},
        )
    if action.evidence or action.may_attach:
        form.fields["evidence"] = evidence_field(case, action)
    form.fields["token"] = forms.UUIDField(
        widget=forms.HiddenInput, initial=uuid.uuid4, required=False
    )
    form.fields["seen"] = forms.IntegerField(
        widget=forms.HiddenInput, initial=case.move_count, required=False
    )
    prepare_form(form, user)
    if "marked" in form.fields:  # the look of the box is for each of its lines
        form.fields["marked"].widget.attrs["class"] = "yh-checks"
    for name, move in marks.items():
        if name in form.fields:
            _highlight(form.fields[name], move)
    return form


def markable(flow: Flow) -> list[tuple[str, Any]]:
    """The fields that somebody could be asked to mend: those of the case type, and the title."""
    own = [one for one in flow.model._meta.local_fields if one.editable and not one.is_relation]
    fields = [flow.model._meta.get_field("title"), *own]
    return [(one.name, one.verbose_name) for one in fields]


def marked_fields(case: Case, moves: Sequence[CaseMove] | None = None) -> dict[str, CaseMove]:
    """The fields that were marked when the case was sent back, until each has been mended or the
    case moves on again."""
    if moves is None:
        moves = list(case.moves.order_by("serial").select_related("by"))
    mended: set[str] = set()
    for move in reversed(moves):
        if move.from_state != move.to_state or move.marked_fields:
            left = [name for name in move.marked_fields if name not in mended]
            return dict.fromkeys(left, move)
        mended |= set(move.changes)
    return {}


def _highlight(field: forms.Field, move: CaseMove) -> None:
    css = field.widget.attrs.get("class", "")
    field.widget.attrs["class"] = f"{css} yh-marked"
    field.help_text = _("%(person)s asks to mend this: %(reason)s") % {
        "person": move.by,
        "reason": move.reason,
    }
