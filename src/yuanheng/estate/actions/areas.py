"""Correct an area item by a decision: the item as it was ends, a new one takes its place."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from yuanheng.estate.models import AreaItem
from yuanheng.estate.reckoning import last_day_before
from yuanheng.kernel import clock
from yuanheng.kernel.actions import action, record
from yuanheng.kernel.policies import EDIT, require

FIGURES = ("area_mu", "floor_m2", "floor_area_ratio")
_KEPT = (
    "enterprise_id", "kind", "title", "parcel_code", "area_mu", "floor_m2", "floor_area_ratio",
    "partner_id", "valid_from", "valid_until", "basis", "note",
)  # fmt: skip


@action("estate.correct_area", reason_required=True)
def correct_area(
    *, acting_user: Any, token: Any, figure: str, value: float | None, year: int, reason: str
) -> AreaItem:
    """Another figure for an item from the first day of a year on (or from its own first day, if
    that is later). Earlier years keep what counted in them. Where the item has been corrected
    already, its latest version is. ValidationError for a figure that the item doesn't have."""
    if figure not in FIGURES:
        raise ValidationError(_("“%(name)s” is no figure of an area item.") % {"name": figure})
    item = latest_version(AreaItem.objects.select_for_update().get(token=token))
    require(acting_user, EDIT, item)
    wanted = None if value is None else Decimal(str(value))
    if getattr(item, figure) == wanted:
        return item
    first = date(year, 1, 1)
    begins = max(item.valid_from or first, first)
    made = AreaItem(**{name: getattr(item, name) for name in _KEPT}, replaces=item)
    setattr(made, figure, wanted)
    made.valid_from = begins
    made.full_clean()
    before = {"valid_until": item.valid_until, "archived_at": item.archived_at}
    if item.valid_from is not None and item.valid_from >= begins:
        item.archived_at, item.archive_reason = clock.now(), reason[:200]
    else:
        item.valid_until = min(item.valid_until or begins, begins) - timedelta(days=1)
        item.valid_until = max(item.valid_until, last_day_before(year))
    item.save()
    made.save()
    ended = {"valid_until": item.valid_until, "archived_at": item.archived_at}
    record(item, code="estate.end_area", before=before, after=ended, reason=reason)
    told = {name: getattr(made, name) for name in _KEPT}
    record(made, after={**told, "replaces": str(item.token)}, reason=reason)
    return made


def latest_version(item: AreaItem) -> AreaItem:
    """What has taken an item's place, or the item itself."""
    while True:
        later = AreaItem.objects.filter(replaces=item).order_by("-pk").first()
        if later is None:
            return item
        item = later
