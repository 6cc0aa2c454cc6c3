"""A form's values into a case: only what was asked, checked by the fields themselves."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from yuanheng.kernel.flow.declaration import Flow
from yuanheng.kernel.models import Case

_EMPTY = (None, "")


def clean_inputs(inputs: Mapping[str, forms.Field], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a behaviour's own inputs, as these fields read them."""
    cleaned, errors = {}, {}
    for name, field in inputs.items():
        try:
            cleaned[name] = field.clean(values.get(name))
        except ValidationError as error:
            errors[name] = error
    if errors:
        raise ValidationError(errors)
    return cleaned


def fill(
    case: Case, values: Mapping[str, Any], *, allowed: Collection[str], flow_title: Any
) -> dict[str, list[Any]]:
    """Write ``values`` into the row (not yet saved) and say what changed: name → [from, to].

    ValidationError for a field that the action doesn't ask, or a value that it can't hold.
    """
    foreign = sorted(set(values) - set(allowed))
    if foreign:
        text = _("“%(action)s” doesn't ask for: %(fields)s.")
        raise ValidationError(text % {"action": flow_title, "fields": _(", ").join(foreign)})
    changes: dict[str, list[Any]] = {}
    for name, value in values.items():
        field = case._meta.get_field(name)
        before = field.value_from_object(case)
        setattr(case, name, value)
        after = field.value_from_object(case)
        if before != after:
            changes[name] = [before, after]
    rest = {one.name for one in case._meta.concrete_fields} - set(values)
    case.clean_fields(exclude=rest)
    case.clean()
    return changes


def missing_at(flow: Flow, case: Case, state: str) -> None:
    """ValidationError for each field that must be filled in this state and isn't."""
    missing = {
        name: _("This is needed before the case can be “%(state)s”.")
        % {"state": flow.state(state).title}
        for name in flow.required_at(state)
        if case._meta.get_field(name).value_from_object(case) in _EMPTY
    }
    if missing:
        raise ValidationError(missing)
