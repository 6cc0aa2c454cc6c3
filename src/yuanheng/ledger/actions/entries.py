"""Write figures into the ledger, and raise the standing of what has been written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from yuanheng.accounts.api import office_of, territory_of
from yuanheng.calc.periods import Period
from yuanheng.kernel import clock
from yuanheng.kernel.actions import action, record
from yuanheng.kernel.bulk import insert_rows
from yuanheng.kernel.policies import EDIT, Refused, instances, policy_for, require
from yuanheng.ledger.actions.checking import check_columns, correction_problems, refuse
from yuanheng.ledger.authz import OWN_FIGURES, indicators_owned
from yuanheng.ledger.choices import EntrySource, Standing
from yuanheng.ledger.models import (
    Endorsement,
    Entry,
    Indicator,
    LedgerHead,
    Observation,
    Subject,
)
from yuanheng.ledger.queries.believed import Key, latest


@dataclass(frozen=True, slots=True)
class NewFigure:
    """One figure to be written; ``value`` in the indicator's measure, None withdraws the figure.

    ``place`` says where it stands in the source (``Sheet1!D7``, characters 120–127)."""

    subject_id: int
    indicator_id: int
    period: Period
    value: float | None
    place: str = ""
    reason: str = ""


@dataclass(slots=True)
class FigureColumns:
    """The same for many figures: columns of equal length; ``places`` and ``reasons`` may be
    empty."""

    subject_ids: Sequence[int]
    indicator_ids: Sequence[int]
    starts: Sequence[int]
    kinds: Sequence[int]
    values: Sequence[float | None]
    places: Sequence[str] = field(default_factory=list)
    reasons: Sequence[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.values)

    @classmethod
    def of(cls, figures: Iterable[NewFigure]) -> FigureColumns:
        rows = list(figures)
        return cls(
            [one.subject_id for one in rows],
            [one.indicator_id for one in rows],
            [one.period.start for one in rows],
            [one.period.kind for one in rows],
            [None if one.value is None else float(one.value) for one in rows],
            [one.place for one in rows],
            [one.reason for one in rows],
        )

    def keys(self) -> list[Key]:
        """(subject, first month, kind of period, indicator) of each figure."""
        return list(
            zip(self.subject_ids, self.starts, self.kinds, self.indicator_ids, strict=True)
        )


@action("ledger.write_figures")
def write_figures(
    *,
    acting_user: Any,
    figures: Iterable[NewFigure] | FigureColumns,
    source: EntrySource,
    title: str,
    source_name: str = "",
    source_key: str = "",
    reason: str = "",
    standing: Standing = Standing.REPORTED,
    filled_by: Any = None,
    approved_by: Any = None,
    owner: Any = None,
    confirming: bool = False,
) -> Entry:
    """Write figures as one entry. What the ledger holds already with the same value is counted and
    left; another value is a correction, which needs a reason (``reason`` serves them all).

    ``confirming``: the same value is written again, as a row of this entry, so that the figure
    has its standing from now on; another value than the known one is left out.

    Raises ``Refused`` for a subject outside the person's area, ``ValidationError`` with everything
    that is wrong: a computed indicator, a period of the future, a figure twice, an infinite value,
    a correction without a reason. Then nothing is written.
    """
    columns = figures if isinstance(figures, FigureColumns) else FigureColumns.of(figures)
    _require_area(acting_user, columns)
    refuse(check_columns(columns))
    # Everybody who writes waits here, so that numbers rise with time.
    head, _is_new = LedgerHead.objects.select_for_update().get_or_create(pk=1)
    known = latest(columns.keys())
    fresh, corrected = _sorted_out(columns, known)
    if confirming:
        fresh, corrected = _the_same(columns, known), []
    refuse(correction_problems(columns, corrected, reason, source))
    owner = owner or office_of(acting_user) or acting_user.org_unit
    entry = Entry.objects.create(
        title=title[:200],
        source=source,
        source_name=source_name[-255:],
        source_key=source_key[:100],
        known_at=max(clock.now(), head.known_at or clock.now()),
        filled_by=filled_by or acting_user,
        standing=standing,
        approved_by=approved_by,
        approved_at=clock.now() if approved_by else None,
        reason=reason[:300],
        owner=owner,
        territory=territory_of(owner),
        rows=len(fresh),
        corrections=len(corrected),
        unchanged=len(columns) - len(fresh),
    )
    keys = insert_rows(Observation, _rows(columns, fresh, known, entry.pk, reason), len(fresh))
    entry.first_id = keys[0] if keys else head.last_id + 1
    entry.last_id = keys[-1] if keys else head.last_id
    entry.save(update_fields=["first_id", "last_id"])
    head.last_id, head.known_at = entry.last_id, entry.known_at
    head.save()
    told = {name: getattr(entry, name) for name in ("source", "rows", "corrections", "unchanged")}
    record(entry, after=told | {"first": entry.first_id, "last": entry.last_id}, reason=reason)
    return entry


@action("ledger.endorse_entry")
def endorse_entry(*, acting_user: Any, entry: Entry, standing: Standing, note: str = "") -> Entry:
    """Raise the standing of an entry; it never falls. Who may: ``EntryPolicy.may_endorse``.
    ValidationError if it stands there already."""
    policy: Any = policy_for(Entry)
    if not policy.may_endorse(acting_user, entry, standing):
        raise Refused(_("You may look at this entry, but not approve it at this place."))
    locked = Entry.objects.select_for_update().get(pk=entry.pk)
    if standing <= locked.standing:
        text = _("This entry is “%(standing)s” already.")
        raise ValidationError(text % {"standing": locked.get_standing_display()})
    before = locked.standing
    locked.standing, locked.approved_by, locked.approved_at = standing, acting_user, clock.now()
    locked.save(update_fields=["standing", "approved_by", "approved_at"])
    Endorsement.objects.create(entry=locked, standing=standing, by=acting_user, note=note[:300])
    record(locked, before={"standing": before}, after={"standing": standing}, reason=note)
    return locked


def _require_area(user: Any, columns: FigureColumns) -> None:
    """Everybody writes figures of the subjects that they report; officers of a bureau those of the
    indicators that their bureau owns, of the area that they look over."""
    used = set(columns.subject_ids)
    outside = used - _among(user, EDIT, used)
    if not outside:
        return
    owned = indicators_owned(user)
    if not owned:
        require(user, EDIT, Subject)
    else:
        outside -= _among(user, OWN_FIGURES, outside)
        _require_own(user, columns, used - _among(user, EDIT, used), owned)
    if outside:
        name = Subject.objects.filter(pk=min(outside)).values_list("name", flat=True).first()
        text = _("“%(name)s” lies outside the area for which you report figures.")
        raise Refused(text % {"name": name or min(outside)})


def _among(user: Any, action: str, used: set[int]) -> set[int]:
    allowed = instances(user, action, Subject)
    if len(used) <= 500:
        allowed = allowed.filter(pk__in=used)
    return used & set(allowed.values_list("pk", flat=True))


def _require_own(
    user: Any, columns: FigureColumns, subjects: set[int], owned: frozenset[int]
) -> None:
    """Of these subjects only figures of the bureau's own indicators."""
    for subject, indicator in zip(columns.subject_ids, columns.indicator_ids, strict=True):
        if subject in subjects and indicator not in owned:
            name = Indicator.objects.filter(pk=indicator).values_list("name", flat=True).first()
            text = _("“%(name)s” isn't an indicator of your bureau; its owner writes it.")
            raise Refused(text % {"name": name or indicator})


def _sorted_out(
    columns: FigureColumns, known: dict[Key, tuple[int, float | None]]
) -> tuple[list[int], list[int]]:
    """Positions of the figures to write, and of those among them that correct an earlier one."""
    fresh, corrected = [], []
    for at, (key, value) in enumerate(zip(columns.keys(), columns.values, strict=True)):
        before = known.get(key)
        if before is None:
            if value is not None:  # nothing there to withdraw
                fresh.append(at)
        elif before[1] != value:
            fresh.append(at)
            if before[1] is not None:
                corrected.append(at)
    return fresh, corrected


def _the_same(columns: FigureColumns, known: dict[Key, tuple[int, float | None]]) -> list[int]:
    """Positions of the figures that are known with this very value."""
    return [
        at
        for at, (key, value) in enumerate(zip(columns.keys(), columns.values, strict=True))
        if value is not None and known.get(key, (0, None))[1] == value
    ]


def _rows(
    columns: FigureColumns,
    fresh: list[int],
    known: dict[Key, tuple[int, float | None]],
    entry_id: int,
    reason: str,
) -> dict[str, Sequence[Any]]:
    keys = columns.keys()
    earlier = [known.get(keys[at], (None, None))[0] for at in fresh]
    own = columns.reasons or [""] * len(columns)
    return {
        "subject_id": [columns.subject_ids[at] for at in fresh],
        "indicator_id": [columns.indicator_ids[at] for at in fresh],
        "period_start": [columns.starts[at] for at in fresh],
        "period_kind": [columns.kinds[at] for at in fresh],
        "value": [columns.values[at] for at in fresh],
        "entry_id": [entry_id] * len(fresh),
        "supersedes_id": earlier,
        "place": [columns.places[at][:120] for at in fresh] if columns.places else None,
        "reason": [own[at][:200] for at in fresh],
    }
