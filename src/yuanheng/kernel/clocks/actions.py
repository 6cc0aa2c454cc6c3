"""Start, pause, resume, extend and stop a clock.

Each runs inside an action of a room, which has asked who may: a clock has no rights of its own.
Whatever was owed until then is taken first, so that it makes no difference when a tick came by.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from yuanheng.calc.calendars import Reckoned
from yuanheng.kernel import clock as wall
from yuanheng.kernel.actions import action, record
from yuanheng.kernel.clocks.calendar import Calendars
from yuanheng.kernel.clocks.firing import plan_next, take_owed
from yuanheng.kernel.clocks.reckoning import due_after, shifted
from yuanheng.kernel.clocks.settings import term_in_force
from yuanheng.kernel.clocks.terms import FIXED, Term
from yuanheng.kernel.lights.settings import frozen_light
from yuanheng.kernel.models import Clock, ClockEvent, ClockExtension, ClockPause
from yuanheng.kernel.models.clocks import ClockState

OUTCOMES = ("", ClockState.MET, ClockState.MISSED, ClockState.VOID)


class ClockRefused(ValueError):  # noqa: N818  named for what it says
    """The clock can't do this now; the text says why, for the person who asked."""


@action("kernel.start_clock")
def start_clock(
    *,
    acting_user: Any,
    subject: models.Model,
    term: Term,
    responsible: int | None = None,
    since: date | datetime | None = None,
    holder: Any = None,
    due_on: date | None = None,
) -> Clock:
    """Start ``term`` on ``subject``, with the office's own setting of it if there is one.

    ``responsible`` is the number of an organisation, ``since`` the day or moment of the event
    (now), ``due_on`` the date of a fixed term. `ClockRefused` where a fixed date is missing.
    """
    began = _moment(since)
    began_on = timezone.localtime(began).date()
    set_term = term_in_force(term, responsible, began_on)
    calendars = Calendars()
    due = _first_due(set_term, due_on, began_on, calendars)
    rule = set_term.to_rule() | {"calendar": calendars.keep()}
    if term.light:
        rule["light"] = frozen_light(term.light, responsible, began_on)
    row = Clock(
        subject_model=subject._meta.label,
        subject_pk=str(subject.pk),
        subject_label=str(subject)[:300],
        code=term.code,
        title=rule["titles"][settings.LANGUAGE_CODE][:200],
        responsible_id=responsible,
        holder=holder,
        counting=set_term.counting,
        days=set_term.days,
        started_at=began,
        round_began_at=began,
        due_on=due.day,
        first_due_on=due.day,
        provisional_years=list(due.missing_years),
        rule=rule,
    )
    plan_next(row, calendars, fired=frozenset())
    row.save()
    _log(row, "started", acting_user)
    record(row, after={"due_on": row.due_on, "rule": rule["clause"]})
    return row


@action("kernel.pause_clock")
def pause_clock(*, acting_user: Any, clock: Clock, reason: str) -> Clock:
    """Let a running clock stand still. `ClockRefused` if it does not run or no reason is given."""
    row = _locked(clock, ClockState.RUNNING)
    reason = _reason(reason)
    now = wall.now()
    take_owed(row, now, Calendars(), quiet=True)
    ClockPause.objects.create(clock=row, paused_at=now, reason=reason)
    row.state, row.paused_at, row.next_check_at = ClockState.PAUSED, now, None
    row.save(update_fields=["state", "paused_at", "next_check_at"])
    _log(row, "paused", acting_user, reason)
    record(row, after={"state": row.state}, reason=reason)
    return row


@action("kernel.resume_clock")
def resume_clock(*, acting_user: Any, clock: Clock) -> Clock:
    """Let it go on; its end moves by the days it stood still. `ClockRefused` if it runs."""
    row = _locked(clock, ClockState.PAUSED)
    _resume(row, Calendars(), acting_user)
    return row


def _resume(row: Clock, calendars: Calendars, acting_user: Any) -> None:
    now = max(wall.now(), row.paused_at)  # a machine's clock may have been set back
    before = row.due_on
    found = shifted(
        calendars.of(row.rule["calendar"]),
        row.counting,
        row.due_on,
        timezone.localtime(row.paused_at).date(),
        timezone.localtime(now).date(),
    )
    row.pauses.filter(resumed_at__isnull=True).update(resumed_at=now)
    row.state, row.paused_at = ClockState.RUNNING, None
    _move(row, found)
    plan_next(row, calendars)
    row.save()
    _log(row, "resumed", acting_user, before=before)
    record(row, before={"due_on": before}, after={"due_on": row.due_on})


@action("kernel.extend_clock")
def extend_clock(*, acting_user: Any, clock: Clock, until: date, reason: str) -> Clock:
    """Give a later end. The ladder begins anew before the new end; what was taken stays taken.

    `ClockRefused` if the clock has ended, ``until`` is not later than its end or is past, or no
    reason is given. A clock that stands still may be extended and goes on standing still.
    """
    row = _locked(clock, ClockState.RUNNING, ClockState.PAUSED)
    reason = _reason(reason)
    now = wall.now()
    if until <= row.due_on:
        raise ClockRefused(
            _("The new date %(new)s is not later than the present one, %(old)s.")
            % {"new": until, "old": row.due_on}
        )
    if until < timezone.localtime(now).date():
        raise ClockRefused(_("The new date %(new)s is past already.") % {"new": until})
    calendars = Calendars()
    if row.state == ClockState.RUNNING:
        take_owed(row, now, calendars, quiet=True)
    before = row.due_on
    ClockExtension.objects.create(
        clock=row, granted_at=now, earlier_due_on=before, until=until, reason=reason
    )
    _move(row, Reckoned(until))
    row.provisional_years = []
    row.round += 1
    row.round_began_at = now
    if row.state == ClockState.RUNNING:
        plan_next(row, calendars, fired=frozenset())
    row.save()
    _log(row, "extended", acting_user, reason, before=before)
    record(row, before={"due_on": before}, after={"due_on": until}, reason=reason)
    return row


@action("kernel.stop_clock")
def stop_clock(*, acting_user: Any, clock: Clock, outcome: str = "") -> Clock:
    """End a clock. Whether its term was met follows from the day: "met" on a late day is missed.

    ``outcome`` "missed" is for what was given up, "void" for what was withdrawn. `ClockRefused` if
    it has ended already.
    """
    if outcome not in OUTCOMES:
        raise ValueError(f"an outcome is met, missed or void, not {outcome!r}")
    row = _locked(clock, ClockState.RUNNING, ClockState.PAUSED)
    calendars = Calendars()
    now = wall.now()
    if row.state == ClockState.PAUSED:  # what stands still ends as on the day it was paused
        seen_on = timezone.localtime(row.paused_at).date()
        row.pauses.filter(resumed_at__isnull=True).update(resumed_at=now)
    else:
        take_owed(row, now, calendars, quiet=True)
        seen_on = timezone.localtime(now).date()
    late = seen_on > row.due_on
    if outcome in ("", ClockState.MET):
        outcome = ClockState.MISSED if late else ClockState.MET
    row.state, row.ended_at, row.paused_at, row.next_check_at = outcome, now, None, None
    row.save()
    row.slips.filter(closed_at__isnull=True).update(closed_at=now)
    _log(row, "stopped", acting_user, details={"outcome": outcome, "ended_on": seen_on})
    record(row, after={"state": outcome, "ended_on": seen_on})
    return row


def clocks_of(row: models.Model) -> list[Clock]:
    """The clocks of a row: the open ones by their ends, then the ended ones, last first."""
    subject = {"subject_model": row._meta.label, "subject_pk": str(row.pk)}
    found = Clock.objects.filter(**subject).select_related("responsible", "holder")
    rows = list(found)
    ended = sorted((one for one in rows if not one.is_open), key=lambda one: one.pk, reverse=True)
    return [one for one in rows if one.is_open] + ended


def _first_due(term: Term, due_on: date | None, began_on: date, calendars: Calendars) -> Reckoned:
    if term.counting == FIXED:
        if due_on is None:
            raise ClockRefused(_("“%(term)s” needs a date.") % {"term": term.title})
        return Reckoned(due_on)
    return due_after(calendars.current, term.counting, began_on, term.days or 0)


def _moment(since: date | datetime | None) -> datetime:
    if since is None:
        return wall.now()
    if isinstance(since, datetime):
        return since if timezone.is_aware(since) else timezone.make_aware(since)
    if since == wall.today():
        return wall.now()
    begin = datetime.combine(since, datetime.min.time()) + timedelta(hours=12)
    return timezone.make_aware(begin)


def _locked(clock: Clock, *states: str) -> Clock:
    row = Clock.objects.select_for_update().get(pk=clock.pk)
    if row.state not in states:
        raise ClockRefused(
            _("The clock “%(clock)s” is “%(state)s”; this can't be done with it now.")
            % {"clock": row.shown_title, "state": row.get_state_display()}
        )
    return row


def _reason(reason: str) -> str:
    if not reason.strip():
        raise ClockRefused(_("Say why; the reason is kept with the clock."))
    return reason.strip()[:300]


def _move(row: Clock, found: Reckoned) -> None:
    row.due_on = found.day
    row.provisional_years = sorted({*row.provisional_years, *found.missing_years})


def _log(
    row: Clock,
    kind: str,
    acting_user: Any,
    reason: str = "",
    *,
    before: date | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    told = dict(details or {})
    if before is not None and before != row.due_on:
        told["earlier_due_on"] = before
    ClockEvent.objects.create(
        clock=row,
        at=wall.now(),
        kind=kind,
        acting_user=acting_user if acting_user is not None and acting_user.pk else None,
        due_on=row.due_on,
        reason=reason,
        details=told,
    )
