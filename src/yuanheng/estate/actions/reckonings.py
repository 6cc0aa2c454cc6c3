"""Reckon area and tax of a year and enter both into the ledger, with what they are made of."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from yuanheng.accounts.api import OFFICE, office_of, place_of
from yuanheng.calc.periods import Period
from yuanheng.estate.models import AreaItem, Reckoning, TaxPaid, TenantMerge
from yuanheng.estate.reckoning import Reckoned, reckon, rules_for
from yuanheng.kernel.actions import action, record
from yuanheng.kernel.policies import EDIT, Refused, instances, policy_for
from yuanheng.ledger.api import Catalogue, EntrySource, FigureColumns, subjects_of, write_figures
from yuanheng.registry.models import Enterprise

AREA, TAX = "land_area", "tax_actual"
"""Codes of the catalogue: 用地面积 and 实缴税收."""
_BATCH = 2000


class NothingToReckon(ValueError):  # noqa: N818
    """No enterprise has an item; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a reckoning brought."""

    enterprises: int
    areas: int
    taxes: int
    incomplete: int
    changed: int
    entry_id: int | None


@action("estate.reckon_year")
def reckon_year(
    *,
    acting_user: Any,
    year: int,
    title: str = "",
    told: Callable[[int, int, Any], None] | None = None,
) -> Summary:
    """Every enterprise that the person keeps and that has an area item, tax paid, or is counted
    with another. What is known is written into the ledger; a figure that an earlier reckoning
    brought and that isn't known any more is withdrawn. Nothing else is touched.

    ``Refused`` for who isn't of an office, ``NothingToReckon``, ``ValidationError`` where the
    catalogue lacks the two indicators."""
    if not place_of(acting_user, OFFICE):
        raise Refused(policy_for(Reckoning).refusal(EDIT))
    tell = told or (lambda _done, _of, _text: None)
    indicators = [Catalogue().by_code.get(code) for code in (AREA, TAX)]
    if None in indicators:
        raise ValidationError(_("Load the catalogue of indicators first."))
    office = office_of(acting_user)
    rules = rules_for(office.pk if office else None, year)
    firms = dict(_firms(acting_user, year))
    if not firms:
        raise NothingToReckon(_("No enterprise has an area item or tax paid in this year."))
    tell(0, 3, _("Reckoning area and tax"))
    found = list(reckon(sorted(firms), year, rules))
    current = {
        one.enterprise_id: one
        for one in Reckoning.objects.filter(year=year, is_current=True).defer("token")
        if one.enterprise_id in firms
    }
    tell(1, 3, _("Entering the figures into the ledger"))
    entry = _enter(acting_user, year, title, found, firms, current, indicators)
    tell(2, 3, _("Keeping what they are made of"))
    fresh = [one for one in found if _is_other(one, current.get(one.enterprise_id))]
    _keep(fresh, year, rules.name, entry)
    summary = Summary(
        len(found),
        sum(1 for one in found if one.area_mu is not None),
        sum(1 for one in found if one.tax_yuan is not None),
        sum(1 for one in found if one.problems),
        len(fresh),
        entry.pk if entry else None,
    )
    record(
        label=title or str(year),
        after={"year": year, "enterprises": summary.enterprises, "changed": summary.changed,
               "incomplete": summary.incomplete, "entry": summary.entry_id},
    )  # fmt: skip
    return summary


def _firms(user: Any, year: int) -> Any:
    """(key, code) of whom there is something to reckon."""
    has_area = AreaItem.objects.filter(enterprise=OuterRef("pk"), archived_at__isnull=True)
    has_tax = TaxPaid.objects.filter(
        enterprise=OuterRef("pk"), year=year, archived_at__isnull=True
    )
    counted = TenantMerge.objects.filter(tenant=OuterRef("pk"), archived_at__isnull=True)
    rows = instances(user, EDIT, Enterprise).filter(
        Q(Exists(has_area.order_by())) | Exists(has_tax.order_by()) | Exists(counted.order_by()),
        archived_at__isnull=True,
    )
    return rows.order_by().values_list("pk", "credit_code")


def _enter(
    user: Any,
    year: int,
    title: str,
    found: Sequence[Reckoned],
    firms: dict[int, str],
    current: dict[int, Reckoning],
    indicators: Sequence[Any],
) -> Any:
    columns = FigureColumns([], [], [], [], [])
    subjects = subjects_of("enterprise", firms.values(), acting_user=user)
    period = Period.parse(str(year))
    for one in found:
        before = current.get(one.enterprise_id)
        for name, indicator in zip(("area_mu", "tax_yuan"), indicators, strict=True):
            value = getattr(one, name)
            if value is None and (before is None or getattr(before, name) is None):
                continue
            columns.subject_ids.append(subjects[firms[one.enterprise_id]])  # type: ignore[attr-defined]
            columns.indicator_ids.append(indicator.pk)  # type: ignore[attr-defined]
            columns.starts.append(period.start)  # type: ignore[attr-defined]
            columns.kinds.append(period.kind)  # type: ignore[attr-defined]
            columns.values.append(value)  # type: ignore[attr-defined]
    if not len(columns):
        return None
    return write_figures(
        acting_user=user,
        figures=columns,
        source=EntrySource.FEED,
        title=title or _("Area and tax by the mu, %(year)d") % {"year": year},
        source_name=_("area items and tax paid by kind"),
        source_key=f"estate-{year}-{uuid.uuid4().hex[:12]}",
        reason=_("Reckoned anew from area items and tax paid by kind."),
    )


def _is_other(one: Reckoned, before: Reckoning | None) -> bool:
    names = ("area_mu", "tax_yuan", "area_parts", "tax_parts", "head_id")
    if before is None or any(getattr(one, name) != getattr(before, name) for name in names):
        return True
    return [list(words) for words in one.problems] != before.problems


def _keep(rows: Sequence[Reckoned], year: int, rule: str, entry: Any) -> None:
    keys = [one.enterprise_id for one in rows]
    for start in range(0, len(keys), 500):
        Reckoning.objects.filter(
            year=year, is_current=True, enterprise__in=keys[start : start + 500]
        ).update(is_current=False)
    Reckoning.objects.bulk_create(
        (
            Reckoning(
                enterprise_id=one.enterprise_id,
                year=year,
                area_mu=one.area_mu,
                tax_yuan=one.tax_yuan,
                area_parts=one.area_parts,
                tax_parts=one.tax_parts,
                problems=[list(words) for words in one.problems],
                head_id=one.head_id,
                rule=rule,
                entry=entry,
            )
            for one in rows
        ),
        batch_size=_BATCH,
    )
