"""Conditions of actions in the language of formulas, over the fields of a case type."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from yuanheng.calc.expression import Checked, Symbol, check, days_of, explain, parse
from yuanheng.calc.faults import FaultyInput
from yuanheng.kernel.flow.declaration import Guard
from yuanheng.kernel.models import Case

_KINDS: list[tuple[type[models.Field], str]] = [
    (models.BooleanField, "boolean"),
    (models.DateField, "date"),  # DateTimeField is one
    (models.CharField, "text"),
    (models.TextField, "text"),
    (models.IntegerField, "number"),
    (models.DecimalField, "number"),
    (models.FloatField, "number"),
]


@cache
def symbols_of(model: type[Case]) -> dict[str, Symbol]:
    """What a condition may name: every plain field, by its name or as people call it."""
    found: dict[str, Symbol] = {}
    for field in model._meta.concrete_fields:
        kind = next((kind for type_, kind in _KINDS if isinstance(field, type_)), None)
        if kind is None or field.is_relation:
            continue
        with override("zh-hans"):
            name = str(field.verbose_name)
        symbol = Symbol(field.name, kind, name=name)  # type: ignore[arg-type]
        found.setdefault(name, symbol)
        found[field.name] = symbol
    return found


@cache
def checked(model: type[Case], condition: str) -> Checked:
    """The condition, read and checked. FaultyInput if it can't be read at all."""
    return check(parse(condition), symbols_of(model))


def faults_of(model: type[Case], condition: str) -> list[str]:
    """What is wrong with a condition, for the check when the program starts."""
    try:
        found = checked(model, condition)
    except FaultyInput as error:
        return [one.en for one in error.faults]
    faults = [one.en for one in found.faults if one.severity == "error"]
    if not faults and found.kind not in ("boolean", "unknown"):
        faults.append("it is no condition: its value isn't yes or no")
    return faults


def refusal(guard: Guard, case: Case) -> str:
    """Why the condition doesn't hold; empty if it does. Unknown says which facts are missing."""
    model = type(case)
    found = checked(model, guard.condition)
    record = {one.key: _value(getattr(case, one.name)) for one in found.references}
    outcome = explain(found.expr, record)
    if outcome.value is True:
        return ""
    if outcome.value is None:
        names = [str(model._meta.get_field(key).verbose_name) for key in outcome.missing()]
        return _("%(sentence)s This can't be told yet: fill in %(fields)s.") % {
            "sentence": guard.sentence,
            "fields": _(", ").join(names),
        }
    return str(guard.sentence)


def _value(raw: Any) -> Any:
    if raw is None or raw == "" or isinstance(raw, bool):
        return None if raw == "" else raw
    if isinstance(raw, datetime):
        raw = timezone.localtime(raw).date()
    if isinstance(raw, date):
        return days_of(raw.isoformat())
    return float(raw) if isinstance(raw, int | float | Decimal) else str(raw)
