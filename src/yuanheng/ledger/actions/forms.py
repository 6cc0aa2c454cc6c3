"""Periods of forms: opened when one is over, closed and frozen by the office."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from yuanheng.calc.periods import Period
from yuanheng.kernel import clock
from yuanheng.kernel.actions import action, record
from yuanheng.kernel.actions.rows import reason_given
from yuanheng.kernel.directory import directory
from yuanheng.kernel.policies import EDIT, Refused, can
from yuanheng.ledger.actions.freezes import freeze_figures
from yuanheng.ledger.actions.subjects import subjects_of
from yuanheng.ledger.models import DraftFigure, Form, FormItem, FormPeriod, Freeze, Submission
from yuanheng.ledger.queries.asking import (
    Asked,
    Bearer,
    asked_elsewhere,
    asked_of,
    due_on,
    first_period_of,
    indicators_named,
    indicators_of,
    last_ended,
    refuse_period,
)
from yuanheng.ledger.queries.scopes import Scope

MOST_AT_ONCE = 10_000  # figures: about three seconds
KEEPERS = ("analyst", "administrator", "leader")


def issue_version(form: Form, user: Any) -> None:
    """The next version of a form that is being issued: its indicators in their order. Inside an
    action of the flow."""
    indicators, faults = indicators_named(form.indicator_names, kind=form.asks)
    if faults:
        raise ValidationError(faults)
    form.version += 1
    form.issued_by = user
    form.issued_at = form.issued_at or clock.now()  # its place among the forms stays
    FormItem.objects.bulk_create(
        FormItem(form=form, version=form.version, position=at, indicator=one)
        for at, one in enumerate(indicators, 1)
    )


def require_office(user: Any, form: Form) -> None:
    """Raise ``Refused`` for who doesn't work for the office that issues the form."""
    if not directory().holds(user, KEEPERS, form.org_unit_id):
        text = _("Only %(office)s does this with its form.")
        raise Refused(text % {"office": form.org_unit})


@action("ledger.open_form_period")
def open_period(*, acting_user: Any, form: Form, period: Period) -> FormPeriod:
    """Ask for a period: one submission for each committee, what is there already is left. Where
    there are more than ``MOST_AT_ONCE`` figures to ask for, a worker makes the submissions.

    ValidationError for a form that isn't issued, a period of another kind, one that has not begun.
    """
    require_office(acting_user, form)
    if not form.is_issued:
        text = _("The form “%(form)s” isn't issued (%(state)s); it asks for nothing.")
        raise ValidationError(text % {"form": form, "state": _state(form)})
    refuse_period(form, period, clock.today())
    row, _is_new = FormPeriod.objects.get_or_create(
        form=form,
        period_start=period.start,
        period_kind=period.kind,
        defaults={"version": form.version, "due_on": due_on(form, period)},
    )
    _refuse_closed(row)
    asked = asked_of(form)
    typed = sum(not one.is_derived for one in indicators_of(form, row.version))
    if len(asked.bearers) * typed > MOST_AT_ONCE:
        from yuanheng.ledger.jobs import ask_to_make_submissions

        ask_to_make_submissions(user=acting_user, form_period=row)
        record(row, after={"period": period.label})
    else:
        opened = _make_submissions(row, asked, acting_user)
        record(row, after={"submissions": opened, "period": period.label})
    return row


@action("ledger.make_submissions")
def make_submissions(
    *, acting_user: Any, form_period: FormPeriod, told: Callable[..., None]
) -> int:
    """What ``open_period`` left to a worker: how many submissions were made. ``told`` is told how
    far it is."""
    require_office(acting_user, form_period.form)
    _refuse_closed(form_period)
    opened = _make_submissions(form_period, asked_of(form_period.form), acting_user, told)
    record(form_period, after={"submissions": opened})
    return opened


def _make_submissions(
    row: FormPeriod, asked: Asked, user: Any, told: Callable[..., None] | None = None
) -> int:
    have = set(row.submissions.values_list("committee", flat=True))
    missing = [one for one in asked.by_committee if one not in have]
    total = sum(len(asked.by_committee[one]) for one in missing)
    done = 0
    for committee_id in missing:
        if told is not None:
            told(done, total, row.form.title)
        open_submission(acting_user=user, form_period=row, committee_id=committee_id)
        done += len(asked.by_committee[committee_id])
    return len(missing)


def open_submission(*, acting_user: Any, form_period: FormPeriod, committee_id: int) -> Any:
    """One committee's submission, through its flow."""
    from yuanheng.accounts.models import OrgUnit
    from yuanheng.kernel.flow import flow_for, open_case

    committee = OrgUnit.objects.without_tree_fields().get(pk=committee_id)
    values = {"form_period": form_period, "committee": committee}
    return open_case(acting_user=acting_user, flow=flow_for(Submission), values=values)


def make_cells(submission: Submission, bearers: list[Bearer], user: Any) -> int:
    """The cells of a new submission: its parks or enterprises × the indicators that are typed.
    Inside an action of the flow."""
    form = submission.form
    indicators = indicators_of(form, submission.form_period.version)
    ids = subjects_of(form.asks, [one.code for one in bearers], acting_user=user)
    elsewhere = asked_elsewhere(form, indicators, bearers)
    taken = _taken(submission, list(ids.values()))
    cells = [
        DraftFigure(
            submission=submission,
            position=at,
            subject_id=ids[bearer.code],
            indicator=one,
            asked_by=elsewhere.get((one.pk, bearer.pk)) or taken.get((one.pk, ids[bearer.code])),
        )
        for at, one in enumerate(indicators, 1)
        if not one.is_derived
        for bearer in bearers
    ]
    DraftFigure.objects.bulk_create(cells, batch_size=2000)
    return len(cells)


def _taken(submission: Submission, subjects: list[int]) -> dict[tuple[int, int], Form]:
    """By (indicator, subject) the form that is asking this very figure at this moment, though it
    was issued later: its period was opened first."""
    at = submission.period
    rows = DraftFigure.objects.filter(
        subject__in=subjects,
        asked_by=None,
        submission__form_period__period_start=at.start,
        submission__form_period__period_kind=at.kind,
        submission__form_period__form__state="issued",
    ).exclude(submission=submission)
    rows = rows.select_related("submission__form_period__form")
    return {(one.indicator_id, one.subject_id): one.submission.form for one in rows}


def copy_cells(submission: Submission, round_: int) -> None:
    """The cells of the round before, for a revision; those stay as they were."""
    DraftFigure.objects.bulk_create(
        DraftFigure(
            submission=submission,
            round=round_,
            position=one.position,
            subject_id=one.subject_id,
            indicator_id=one.indicator_id,
            text=one.text,
            value=one.value,
            reason="",
            confirmed_value=one.confirmed_value,
            asked_by_id=one.asked_by_id,
        )
        for one in submission.cells.filter(round=round_ - 1)
    )


@action("ledger.close_form_period")
def close_period(*, acting_user: Any, form_period: FormPeriod, reason: str) -> FormPeriod:
    """Nothing more is reported for the period; drafts stay."""
    require_office(acting_user, form_period.form)
    _refuse_closed(form_period)
    said = reason_given(reason)[:200]
    form_period.closed_at, form_period.closed_by = clock.now(), acting_user
    form_period.close_reason = said
    form_period.save(update_fields=["closed_at", "closed_by", "close_reason"])
    record(form_period, after={"closed": True}, reason=said)
    return form_period


@action("ledger.reopen_form_period")
def reopen_period(*, acting_user: Any, form_period: FormPeriod, reason: str) -> FormPeriod:
    """Reporting goes on."""
    require_office(acting_user, form_period.form)
    said = reason_given(reason)[:200]
    form_period.closed_at = form_period.closed_by = None
    form_period.close_reason = ""
    form_period.save(update_fields=["closed_at", "closed_by", "close_reason"])
    record(form_period, after={"closed": False}, reason=said)
    return form_period


def closed_sentence(row: FormPeriod) -> str:
    """Why nothing is reported for this period."""
    text = _(
        "%(period)s of the form “%(form)s” is closed (%(reason)s). What you have typed is kept; "
        "ask %(office)s to open the period again."
    )
    told = {"period": row.period.label, "form": row.form.title, "reason": row.close_reason}
    return text % {**told, "office": row.form.org_unit}


def _refuse_closed(row: FormPeriod) -> None:
    if row.is_closed:
        raise ValidationError(closed_sentence(row))


@action("ledger.freeze_form_period")
def freeze_period(
    *, acting_user: Any, form_period: FormPeriod, told: Callable[..., None] | None = None
) -> FormPeriod:
    """Freeze the figures of the form's scope and period; ``told`` is told how far it is.
    ``CannotFreeze`` where there are none."""
    form = form_period.form
    region = form.region.code if form.region else form.territory
    scope = Scope(kind=form.asks, rank=form.rank, region=region)
    title = f"{form.title} · {form_period.period.label}"
    freeze, _is_new = freeze_figures(
        acting_user=acting_user, scope=scope, period=form_period.period, title=title, told=told
    )
    form_period.freeze = freeze
    form_period.save(update_fields=["freeze"])
    record(form_period, after={"freeze": freeze.code})
    return form_period


def freeze_when_complete(form_period: FormPeriod, user: Any) -> bool:
    """After the last submission has been accepted: have a worker freeze the period, if this person
    may."""
    if form_period.submissions.exclude(state="accepted").exists():
        return False
    if not can(user, EDIT, Freeze):
        return False
    from yuanheng.ledger.jobs import ask_to_freeze_period

    ask_to_freeze_period(user=user, form_period=form_period)
    return True


def open_due_periods(now: datetime) -> dict[str, int]:
    """For the tick: open the period of each issued form that is over and not asked for yet."""
    opened = 0
    for form in Form.objects.filter(state="issued").select_related("org_unit", "region"):
        period = last_ended(form.frequency, clock.today())
        first = first_period_of(form)
        if first is not None and period.start < first.start:
            continue
        same = {"period_start": period.start, "period_kind": period.kind}
        if form.periods.filter(**same).exists() or not _begins(form, period):
            continue
        person = _somebody(form)
        if person is not None:
            open_period(acting_user=person, form=form, period=period)
            opened += 1
    return {"opened": opened} if opened else {}


def _begins(form: Form, period: Period) -> bool:
    """Not a period that was over before the form was issued, unless it names it."""
    if first_period_of(form) is not None or form.issued_at is None:
        return True
    return period.end >= last_ended(form.frequency, form.issued_at.date()).end


def _somebody(form: Form) -> Any:
    """For whom the time acts: who issued the form, or whoever keeps it now."""
    issuer: Any = form.issued_by
    if issuer is not None and directory().holds(issuer, KEEPERS, form.org_unit_id):
        return issuer
    return directory().people(KEEPERS, form.org_unit_id, above=True).order_by("pk").first()


def _state(form: Form) -> Any:
    from yuanheng.kernel.flow import flow_for

    return flow_for(Form).state(form.state).title
