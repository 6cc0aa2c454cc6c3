"""Actions for programs: what ``POST /api/v1/<path>/<key>/actions/<action>`` calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from yuanheng.kernel.flow.declaration import Action
from yuanheng.kernel.flow.engine import perform
from yuanheng.kernel.flow.errors import NotNow
from yuanheng.kernel.flow.forms import ActionForm, action_form
from yuanheng.kernel.flow.possible import possibilities
from yuanheng.kernel.flow.resource import CaseResource


def possible_actions(resource: CaseResource, user: Any, key: str) -> list[dict[str, Any]]:
    """Every action that begins in the state of a case: may it be done now, and why not; of one
    that may be, the fields that it asks.

    The model's ``DoesNotExist`` if the case isn't there or isn't visible.
    """
    case = resource.queryset(user).get(**{resource.lookup: key})
    return [
        {
            "action": one.action.code,
            "title": str(one.action.title),
            "possible": one.is_possible,
            "why_not": one.why_not,
            "fields": _asked(resource, case, one.action, user) if one.is_possible else [],
        }
        for one in possibilities(case, user)
    ]


def _asked(resource: CaseResource, case: Any, action: Action, user: Any) -> list[dict[str, Any]]:
    form = action_form(resource.the_flow, case, action, user)
    return [
        {
            "name": name,
            "label": str(field.label),
            "required": field.required,
            "choices": _choices(field),
        }
        for name, field in form.fields.items()
        if name not in {"token", "seen"}
    ]


def _choices(field: forms.Field) -> list[str] | None:
    if not isinstance(field, forms.ChoiceField):
        return None
    return [str(code) for code, _title in field.choices if code != ""]


def act(
    resource: CaseResource,
    user: Any,
    key: str,
    action: str,
    sent: Mapping[str, Any],
    files: Any = None,
) -> dict[str, Any]:
    """Perform an action with the fields of its form, and say where the case is then.

    ``sent`` may hold ``reason``, ``marked`` (a list), ``token`` (the same token acts once) and
    ``seen`` (the number of moves that the caller knew); ``files`` are those of a request, as
    ``evidence``. The model's ``DoesNotExist``: 404;
    Refused: 403; NotNow (Outdated among them): 409; ValidationError: 422.
    """
    case = resource.queryset(user).get(**{resource.lookup: key})
    flow = resource.the_flow
    chosen = flow.actions_by_code.get(action)
    if chosen is None:
        raise NotNow(
            _("“%(flow)s” knows no action “%(action)s”.")
            % {"flow": flow.title, "action": action[:50]}
        )
    # A field that was left out keeps its value.
    kept = {name: case.serializable_value(name) for name in flow.fields_of(chosen, case)}
    form = action_form(flow, case, chosen, user, {**kept, **sent}, files)
    asked = set(form.fields) - {"evidence"}
    foreign = sorted(
        (set(sent) - asked - {"reason", "marked"})
        | (set(files or ()) - ({"evidence"} & set(form.fields)))
    )
    if foreign:
        raise ValidationError(
            _("“%(action)s” doesn't ask for: %(fields)s.")
            % {"action": chosen.title, "fields": _(", ").join(foreign)}
        )
    _refuse_lists(form, sent)
    if not form.is_valid():
        _say_first(case, user, action, resource)
        raise ValidationError({name: list(errors) for name, errors in form.errors.items()})
    done = perform(acting_user=user, case=case, action=action, **form.arguments)
    return {
        "code": done.code,
        "number": done.number,
        "state": done.state,
        "due_on": done.due_on,
        "moves": done.move_count,
    }


def _refuse_lists(form: ActionForm, sent: Mapping[str, Any]) -> None:
    """A field for one value would take the words of a list for its text."""
    several = (forms.MultipleChoiceField, forms.ModelMultipleChoiceField)
    wrong = {
        name: _("One value is expected here, not a list.")
        for name, value in sent.items()
        if isinstance(value, dict)
        or (isinstance(value, list) and not isinstance(form.fields.get(name), several))
    }
    if wrong:
        raise ValidationError(wrong)


def _say_first(case: Any, user: Any, action: str, resource: CaseResource) -> None:
    """What stands in the way besides the values, said before these."""
    flow = resource.the_flow
    if case.state not in flow.sources_of(flow.actions_by_code[action]):
        perform(acting_user=user, case=case, action=action)
    found = next((one for one in possibilities(case, user) if one.action.code == action), None)
    if found is None or found.why_not:
        perform(acting_user=user, case=case, action=action)
