"""Put the units' figures of a year together and enter them into the ledger."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from yuanheng.accounts.api import OFFICE, place_of
from yuanheng.accounts.models import OrgUnit
from yuanheng.appraisal.counting import APPRAISED, INDICATORS, UnitFigures, figures_of_units
from yuanheng.appraisal.models import UnitReckoning
from yuanheng.calc.periods import Period
from yuanheng.kernel import clock
from yuanheng.kernel.actions import action, record
from yuanheng.kernel.policies import EDIT, Refused, instances, policy_for
from yuanheng.ledger.api import Catalogue, EntrySource, NewFigure, subjects_of, write_figures
from yuanheng.ledger.models import Subject


class NobodyToAppraise(ValueError):  # noqa: N818
    """No bureau, town or committee is under the person's office; the text says so."""


def units_of(user: Any) -> list[OrgUnit]:
    """The bureaus, towns, committees and platform companies that the person appraises."""
    place = place_of(user, OFFICE)
    rows = OrgUnit.objects.without_tree_fields().filter(
        kind__in=APPRAISED, archived_at__isnull=True
    )
    if not place.everything:
        rows = rows.filter(pk__in=place.org_unit_ids)
    return list(rows.order_by("code")) if place else []


@action("appraisal.reckon_units")
def reckon_units(*, acting_user: Any, year: int, on: date | None = None) -> list[UnitReckoning]:
    """Figures and parts of every unit that the person appraises, as of a day (today). What has
    changed is written into the ledger as a correction; what isn't known any more is withdrawn.

    ``Refused``, ``NobodyToAppraise``, ``ValidationError`` without the catalogue."""
    if not place_of(acting_user, OFFICE):
        raise Refused(policy_for(UnitReckoning).refusal(EDIT))
    units = units_of(acting_user)
    if not units:
        raise NobodyToAppraise(_("No bureau, town or committee stands under your office."))
    catalogue = Catalogue().by_code
    if any(code not in catalogue for code in INDICATORS):
        raise ValidationError(_("Load the catalogue of indicators first."))
    on = min(on or clock.today(), date(year, 12, 31))
    found = figures_of_units(acting_user, units, year, on)
    entry = _enter(acting_user, year, found, catalogue)
    UnitReckoning.objects.filter(
        year=year, is_current=True, org_unit__in=[one.pk for one in units]
    ).update(is_current=False)
    made = UnitReckoning.objects.bulk_create(
        UnitReckoning(
            org_unit=one.org_unit, year=year, as_of=on, values=one.values,
            parts=dict(one.parts), entry=entry,
        )
        for one in found
    )  # fmt: skip
    record(
        label=str(year),
        after={
            "year": year,
            "units": len(made),
            "as_of": on,
            "entry": entry.pk if entry else None,
        },
    )
    return made


def _enter(user: Any, year: int, found: Sequence[UnitFigures], catalogue: Any) -> Any:
    subjects = subjects_of("department", [one.org_unit.code for one in found], acting_user=user)
    mine = set(instances(user, EDIT, Subject.objects.filter(pk__in=subjects.values()))
               .values_list("pk", flat=True))  # fmt: skip
    period = Period.parse(str(year))
    before = {
        one.org_unit_id: one.values
        for one in UnitReckoning.objects.filter(year=year, is_current=True)
    }
    figures = [
        NewFigure(subjects[one.org_unit.code], catalogue[code].pk, period, value)
        for one in found
        for code, value in one.values.items()
        if subjects[one.org_unit.code] in mine
        and (value is not None or before.get(one.org_unit.pk, {}).get(code) is not None)
    ]
    if not figures:
        return None
    return write_figures(
        acting_user=user,
        figures=figures,
        source=EntrySource.FEED,
        title=_("Figures of the units, %(year)d") % {"year": year},
        source_name=_("tasks, targets, parks and lists"),
        source_key=f"units-{year}-{uuid.uuid4().hex[:12]}",
        reason=_("Put together anew from tasks, targets, parks and lists."),
    )
