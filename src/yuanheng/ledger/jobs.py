"""What takes long: asking thousands of enterprises, freezing the figures of a scope and period."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.calc.periods import Period
from yuanheng.kernel.jobs import JobFailed, JobResult, RunningJob, enqueue, job
from yuanheng.kernel.models import Job
from yuanheng.kernel.models.job import JobStage
from yuanheng.ledger.actions.forms import freeze_period, make_submissions
from yuanheng.ledger.actions.freezes import CannotFreeze, freeze_figures
from yuanheng.ledger.models import FormPeriod
from yuanheng.ledger.queries.scopes import Scope

FREEZE = "ledger.freeze"
FREEZE_PERIOD = "ledger.freeze_form_period"
SUBMISSIONS = "ledger.make_submissions"


def ask_to_make_submissions(*, user: Any, form_period: FormPeriod) -> Job:
    """Have a worker make the submissions of a period that asks for very many figures."""
    title = _("Ask for %(form)s, %(period)s") % _named(form_period)
    return enqueue(SUBMISSIONS, acting_user=user, title=title[:120], period=form_period.pk)


def job_that_asks(form_period: FormPeriod) -> Job | None:
    """The latest job that makes this period's submissions, if one does."""
    rows = Job.objects.filter(code=SUBMISSIONS, arguments__period=form_period.pk)
    found: Job | None = rows.exclude(stage=JobStage.DONE).order_by("-pk").first()
    return found


@job(SUBMISSIONS, title=gettext_lazy("Asking for a period"))
def submissions(running: RunningJob, *, period: int) -> JobResult:
    """All of them or none: a committee that is asked alone would be late for the others' fault."""
    found = _period(running, period)
    with transaction.atomic():
        try:
            count = make_submissions(
                acting_user=running.acting_user, form_period=found, told=running.progress
            )
        except ValidationError as error:
            raise JobFailed(" ".join(error.messages)) from None
        running.confirm()
    text = _("%(period)s is asked for: %(count)d submissions.")
    told = {"period": found.period.label, "count": count}
    return JobResult(text % told, link=_page(found))


def ask_to_freeze(
    *,
    user: Any,
    scope: Scope,
    period: Period,
    title: str = "",
    as_of: datetime | None = None,
    standing: int = 0,
) -> Job:
    """Have a worker freeze a scope and period in this person's name."""
    said = title.strip() or _("Freeze %(period)s") % {"period": period.label}
    return enqueue(
        FREEZE, acting_user=user, title=said[:120], scope=scope.as_dict(), period=period.label,
        name=title, as_of=as_of.isoformat() if as_of else "", standing=standing,
    )  # fmt: skip


def ask_to_freeze_period(*, user: Any, form_period: FormPeriod) -> Job:
    """Have a worker freeze the figures of a form's scope and period."""
    title = _("Freeze %(form)s, %(period)s") % _named(form_period)
    return enqueue(FREEZE_PERIOD, acting_user=user, title=title[:120], period=form_period.pk)


@job(FREEZE_PERIOD, title=gettext_lazy("Freezing of a form's period"))
def freeze_form_period(running: RunningJob, *, period: int) -> JobResult:
    """As the button of the form's period does it."""
    found = _period(running, period)
    with transaction.atomic():
        try:
            freeze_period(
                acting_user=running.acting_user, form_period=found, told=running.progress
            )
        except CannotFreeze as error:
            raise JobFailed(str(error)) from None
        running.confirm()
    text = _("Frozen. From now on these figures can't change any more.")
    return JobResult(text, link=_page(found))


def _period(running: RunningJob, key: int) -> FormPeriod:
    rows = FormPeriod.objects.visible_to(running.acting_user).filter(pk=key)
    found: FormPeriod | None = rows.select_related("form__org_unit", "form__region").first()
    if found is None:
        raise JobFailed(_("This period is no longer there, or you may not see it any more."))
    return found


def _named(form_period: FormPeriod) -> dict[str, str]:
    return {"form": form_period.form.title, "period": form_period.period.label}


def _page(form_period: FormPeriod) -> str:
    return reverse("form-period", args=[form_period.form.code, form_period.period.label])


@job(FREEZE, title=gettext_lazy("Freezing of figures"))
def freeze(
    running: RunningJob,
    *,
    scope: dict[str, str],
    period: str,
    name: str,
    as_of: str,
    standing: int,
) -> JobResult:
    """The same figures are frozen once, so a job that is taken up again after its worker died
    finds what it has made, or makes it anew."""
    with transaction.atomic():
        try:
            found, is_new = freeze_figures(
                acting_user=running.acting_user,
                scope=Scope(**scope),
                period=Period.parse(period),
                title=name,
                as_of=parse_datetime(as_of) if as_of else None,
                standing=standing,
                told=running.progress,
            )
        except CannotFreeze as error:
            raise JobFailed(str(error)) from None
        running.confirm()
    said = (
        _("Frozen. From now on these figures can't change any more.")
        if is_new
        else _("The same figures were frozen before; they are kept once.")
    )
    return JobResult(said, link=reverse("freeze-detail", args=[found.code]))
