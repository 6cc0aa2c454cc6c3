"""Set targets, and change them with a reason: what an aim was before stays."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from yuanheng.accounts.api import office_of
from yuanheng.kernel.actions import action, create_row, record, update_row
from yuanheng.kernel.lights import rule_in_force
from yuanheng.ledger.choices import CurveKind
from yuanheng.ledger.models import Target, TargetVersion

# What a target asks for: a change of any of these needs a reason and is a new version.
ASKED = ("year", "kind", "indicator_id", "aim", "level", "counted", "curve", "curve_figures")


@action("ledger.add_target")
def add_target(*, acting_user: Any, values: dict[str, Any]) -> Target:
    """A new target with its first version."""
    _check_rule(values)
    given = {**values, "owner": values.get("owner") or office_of(acting_user)}
    if not given.get("code"):
        given["code"] = _next_code(int(given.get("year") or 0))
    row: Any = create_row(acting_user=acting_user, model=Target, values=given)
    _version(row, 1, acting_user)
    return row


@action("ledger.revise_target")
def revise_target(
    *, acting_user: Any, row: Target, values: dict[str, Any], reason: str = ""
) -> Target:
    """New values. ``ValidationError`` where what is asked for changes and no reason is given:
    ``reason``, or a new text in the field of that name."""
    _check_rule(values)
    before = {name: getattr(row, name) for name in ASKED}
    asked = {name: _given(row, values, name) for name in ASKED}
    is_other = asked != before
    said = reason.strip() or str(values.get("reason") or "").strip()
    if is_other and (not said or (not reason and said == row.reason)):
        raise ValidationError({"reason": _("Say why the aim or its plan changes.")})
    given = dict(values)
    if reason:
        given["reason"] = reason
    if "code" in given and not given["code"]:
        given["code"] = row.code
    changed: Any = update_row(acting_user=acting_user, row=row, values=given, reason=said)
    if is_other:
        last = changed.versions.order_by("-number").values_list("number", flat=True).first() or 0
        _version(changed, last + 1, acting_user)
        record(changed, code="ledger.change_aim", after={"aim": changed.aim}, reason=said)
    return changed


def _given(row: Target, values: dict[str, Any], name: str) -> Any:
    if name == "indicator_id" and "indicator" in values:
        return getattr(values["indicator"], "pk", None)
    return values.get(name, getattr(row, name))


def _check_rule(values: dict[str, Any]) -> None:
    code = values.get("light_rule")
    if code is None:
        return
    try:
        rule_in_force(code, None, _today())
    except LookupError:
        text = _("No rule of lights is called “%(code)s”. Its code stands in the list of rules.")
        raise ValidationError({"light_rule": text % {"code": code}}) from None


def _today() -> Any:
    from yuanheng.kernel import clock

    return clock.today()


def _next_code(year: int) -> str:
    numbers = [
        int(code.rpartition("-")[2])
        for code in Target.objects.filter(code__startswith=f"{year}-").values_list(
            "code", flat=True
        )
        if code.rpartition("-")[2].isdecimal()
    ]
    return f"{year}-{max(numbers, default=0) + 1:03d}"


def _version(row: Target, number: int, user: Any) -> TargetVersion:
    return TargetVersion.objects.create(
        target=row,
        number=number,
        aim=row.aim,
        measure=row.indicator.unit_shown if row.indicator and row.kind == "figure" else "",
        curve=row.curve,
        curve_figures=row.curve_figures if row.curve == CurveKind.OWN else "",
        reason=row.reason if number > 1 else "",
        by=user,
    )
