"""What takes long: freezing the figures of a scope and period."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.calc.periods import Period
from yuanheng.kernel.jobs import JobFailed, JobResult, RunningJob, enqueue, job
from yuanheng.kernel.models import Job
from yuanheng.ledger.actions.forms import freeze_period
from yuanheng.ledger.actions.freezes import CannotFreeze, freeze_figures
from yuanheng.ledger.models import FormPeriod
from yuanheng.ledger.queries.scopes import Scope

FREEZE = "ledger.freeze"
FREEZE_PERIOD = "ledger.freeze_form_period"


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
    title = _("Freeze %(form)s, %(period)s") % {
        "form": form_period.form.title, "period": form_period.period.label,
    }  # fmt: skip
    return enqueue(FREEZE_PERIOD, acting_user=user, title=title[:120], period=form_period.pk)


@job(FREEZE_PERIOD, title=gettext_lazy("Freezing of a form's period"))
def freeze_form_period(running: RunningJob, *, period: int) -> JobResult:
    """As the button of the form's period does it."""
    row = FormPeriod.objects.visible_to(running.acting_user).filter(pk=period)
    found = row.select_related("form__org_unit", "form__region").first()
    if found is None:
        raise JobFailed(_("This period is no longer there, or you may not see it any more."))
    with transaction.atomic():
        try:
            freeze_period(
                acting_user=running.acting_user, form_period=found, told=running.progress
            )
        except CannotFreeze as error:
            raise JobFailed(str(error)) from None
        running.confirm()
    link = reverse("form-period", args=[found.form.code, found.period.label])
    return JobResult(_("Frozen. From now on these figures can't change any more."), link=link)


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
