"""What all that is asked of units has in common: begun, put to units, opened to each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from yuanheng.accounts.models import OrgUnit
from yuanheng.consultation.authz import office_of_keeper
from yuanheng.kernel import clock, flow
from yuanheng.kernel.actions import action, create_row, record
from yuanheng.kernel.policies import EDIT, require

MOST_UNITS = 500


def register_asked(*, acting_user: Any, model: Any, letter: str, values: Mapping[str, Any]) -> Any:
    """What an office asks, with the next code of its year. Raises Refused, ValidationError."""
    begin = f"{letter}{clock.today().year}-"
    codes = model.objects.filter(code__startswith=begin).values_list("code", flat=True)
    numbers = [int(one[len(begin) :]) for one in codes if one[len(begin) :].isdecimal()]
    given = {**values, "code": f"{begin}{max(numbers, default=0) + 1:03d}"}
    if "owner_id" not in given:
        given["owner_id"] = office_of_keeper(acting_user, model)
    _refuse_past(given)
    return create_row(acting_user=acting_user, model=model, values=given)


def _refuse_past(values: Mapping[str, Any]) -> None:
    begun, last = values.get("asked_on") or clock.today(), values.get("deadline")
    if last is not None and last < begun:
        raise ValidationError({"deadline": _("The deadline lies before the day of the asking.")})


@action("consultation.put_to_units")
def put_to_units(
    *, acting_user: Any, whole: Any, model: Any, name: str, org_unit_ids: Iterable[int]
) -> int:
    """A case for each unit that hasn't one yet; how many are new. ``name`` is the field of the
    case that leads to ``whole``. Raises Refused and ValidationError."""
    require(acting_user, EDIT, whole)
    keys = set(org_unit_ids)
    known = set(whole.round_cases.values_list("unit", flat=True))
    new = sorted(keys - known)
    if not new:
        text = _("All of these have been asked already.") if keys else _("Choose a unit.")
        raise ValidationError({"units": text})
    if len(new) > MOST_UNITS:
        text = _("At most %(most)d units at a time.") % {"most": MOST_UNITS}
        raise ValidationError({"units": text})
    if whole.deadline and whole.deadline < clock.today():
        raise ValidationError(_("The deadline is over. Set another one first."))
    units = OrgUnit.objects.without_tree_fields().filter(pk__in=new, archived_at=None)
    found = units.order_by("code")
    for unit in found:
        flow.open_case(
            acting_user=acting_user, flow=flow.flow_for(model), values={name: whole, "unit": unit}
        )
    record(whole, after={"units_asked": _(", ").join(str(one) for one in found)[:2000]})
    return len(found)


@action("consultation.give_all_time")
def give_all_time(*, acting_user: Any, whole: Any, until: date, reason: str) -> int:
    """A later date for every unit that hasn't answered and is due before it; how many. One that
    is due later already keeps its date. Raises Refused and ValidationError."""
    require(acting_user, EDIT, whole)
    if until < clock.today():
        raise ValidationError({"until": _("The new date is past already.")})
    if not reason.strip():
        raise ValidationError({"reason": _("Say why; the units read it.")})
    done = 0
    for one in whole.open_cases.filter(state="asked").select_related("org_unit"):
        due = one.due_on
        if due is None or due >= until:
            continue
        flow.perform(
            acting_user=acting_user, case=one, action="give_time", values={"until": until},
            reason=reason,
        )  # fmt: skip
        done += 1
    if not done:
        raise ValidationError({"until": _("No unit that hasn't answered is due before that day.")})
    if whole.deadline and whole.deadline < until:
        whole.deadline = until
        whole.save(update_fields=["deadline"])
    record(whole, after={"more_time_until": until.isoformat(), "units": done}, reason=reason)
    return done


@action("consultation.open_to_units")
def open_to_units(*, acting_user: Any, whole: Any, is_open: bool) -> Any:
    """The switch: from now on the units asked see each other's answers, or no longer."""
    require(acting_user, EDIT, whole)
    record(whole, before={"is_open": whole.is_open}, after={"is_open": is_open})
    whole.is_open = is_open
    whole.save(update_fields=["is_open"])
    return whole


@action("consultation.accept_all")
def accept_all(*, acting_user: Any, whole: Any, cases: Iterable[Any], code: str) -> int:
    """Do the action ``code`` with each of these cases; how many were moved. One that can't be
    moved now (handed in by this very person) is left as it is."""
    require(acting_user, EDIT, whole)
    done = 0
    for one in cases:
        try:
            flow.perform(acting_user=acting_user, case=one, action=code)
        except flow.NotNow:
            continue
        done += 1
    record(whole, after={"accepted": done})
    return done
