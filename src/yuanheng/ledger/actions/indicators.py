"""The catalogue of indicators: add, define anew from a day on, load what ships."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from yuanheng.kernel.actions import action, create_row, record, record_rows, update_row
from yuanheng.kernel.policies import EDIT, require
from yuanheng.kernel.search.index import index_rows
from yuanheng.ledger.formulas import formula_faults
from yuanheng.ledger.models import Indicator, IndicatorVersion, Observation
from yuanheng.ledger.models.indicator import DEFINED
from yuanheng.ledger.shipped import shipped_indicators


@action("ledger.add_indicator")
def add_indicator(*, acting_user: Any, values: dict[str, Any]) -> Indicator:
    """A new indicator with the first version of its definition."""
    _check_formula(Indicator(), values)
    row: Any = create_row(acting_user=acting_user, model=Indicator, values=values)
    _version(row, 1).save()
    return row


_SAID = ("definition", "definition_en")


@action("ledger.revise_indicator")
def revise_indicator(*, acting_user: Any, row: Indicator, values: dict[str, Any]) -> Indicator:
    """New values; a change of what is counted is a new version from ``defined_from`` on.

    ValidationError where figures exist and the unit, or whether it is computed, would change: the
    figures would mean something else. That is a new indicator.
    """
    before = {name: getattr(row, name) for name in DEFINED}
    wanted = {name: values.get(name, getattr(row, name)) for name in ("measure", "formula")}
    refuse_other_meaning(row, Indicator(**wanted))
    _check_formula(row, values)
    kept = {name: values.get(name, getattr(row, name)) == getattr(row, name) for name in _SAID}
    if kept["definition_en"] and not kept["definition"]:
        values = {**values, "definition_en": ""}  # it says what no longer counts
    changed: Any = update_row(acting_user=acting_user, row=row, values=values)
    if any(getattr(changed, name) != before[name] for name in DEFINED):
        made, _ended = add_versions([changed])
        version = IndicatorVersion.objects.get(pk=made[0])
        record(version, code="ledger.define_indicator", after={"number": version.number})
    return changed


def add_versions(
    rows: Sequence[Indicator],
) -> tuple[list[Any], list[tuple[Any, dict[str, Any], dict[str, Any]]]]:
    """A version of each indicator's definition as it is now, and the end of the one before; the
    keys of the new ones, and (key, before, after) of those that ended."""
    versions = IndicatorVersion.objects.filter(indicator__in=rows).order_by("number")
    last = {one.indicator_id: one for one in versions}
    made, ended = [], []
    for row in rows:
        before = last.get(row.pk)
        if before is not None and before.valid_until is None:
            before.valid_until = max(row.defined_from - timedelta(days=1), before.valid_from)
            before.save(update_fields=["valid_until"])
            until = before.valid_until.isoformat()
            ended.append((before.pk, {"valid_until": None}, {"valid_until": until}))
        version = _version(row, (before.number if before else 0) + 1)
        version.save()
        made.append(version.pk)
    return made, ended


def refuse_other_meaning(row: Indicator, wanted: Indicator) -> None:
    """ValidationError where ``wanted`` would make figures that exist mean something else."""
    if wanted.measure == row.measure and wanted.is_derived == row.is_derived:
        return
    if not Observation.objects.filter(indicator=row).exists():
        return
    field = "measure" if wanted.measure != row.measure else "formula"
    text = _("There are figures of “%(name)s” already. Add a new indicator instead.")
    raise ValidationError({field: text % {"name": row.name}})


@action("ledger.load_catalogue")
def load_catalogue(*, acting_user: Any) -> int:
    """Add the shipped indicators that are not there yet; how many were new. What an office has
    changed is left as it is."""
    require(acting_user, EDIT, Indicator)
    known = {one.code: one for one in Indicator.objects.all()}
    taken = {one.name for one in known.values()}
    fresh = [
        values
        for values in shipped_indicators()
        if values["code"] not in known and values["name"] not in taken
    ]
    for linked in (False, True):  # what weighs, or grows, is there before what names it
        part = [one for one in fresh if bool(one["weight"] or one["growth_of"]) is linked]
        made = Indicator.objects.bulk_create(_unsaved(one, known) for one in part)
        known |= {row.code: row for row in made}
    rows = [known[one["code"]] for one in fresh]
    IndicatorVersion.objects.bulk_create(_version(row, 1) for row in rows)
    index_rows(Indicator, [row.pk for row in rows])
    event = record(label=_("Shipped catalogue"), after={"added": len(rows)})
    record_rows(event, Indicator, ((row.pk, None, None) for row in rows))
    return len(rows)


def _unsaved(values: dict[str, Any], known: dict[str, Indicator]) -> Indicator:
    links = {name: known.get(values[name]) for name in ("weight", "growth_of")}
    return Indicator(**{**values, **links})


def _version(row: Indicator, number: int) -> IndicatorVersion:
    values = {name: getattr(row, name) for name in DEFINED}
    return IndicatorVersion(indicator=row, number=number, valid_from=row.defined_from, **values)


def _check_formula(row: Indicator, values: dict[str, Any]) -> None:
    formula = values.get("formula", row.formula)
    if not formula:
        return
    measure = values.get("measure", row.measure)
    own = {values.get("code", row.code), values.get("name", row.name)}
    faults = formula_faults(formula, measure, own)
    if faults:
        raise ValidationError({"formula": faults})
