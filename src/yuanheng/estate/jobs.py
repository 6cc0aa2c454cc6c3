"""What takes long: reckoning area and tax of every enterprise."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.estate.actions import NothingToReckon, Summary, reckon_year
from yuanheng.kernel.jobs import JobFailed, JobResult, RunningJob, enqueue, job
from yuanheng.kernel.models import Job

RECKON = "estate.reckon"


def ask_to_reckon(user: Any, year: int) -> Job:
    """Have a worker reckon a year in this person's name."""
    title = _("Area and tax by the mu, %(year)d") % {"year": year}
    return enqueue(RECKON, acting_user=user, title=title, year=year)


@job(RECKON, title=gettext_lazy("Area and tax by the mu"))
def reckon(running: RunningJob, *, year: int) -> JobResult:
    """Done twice it brings nothing new: what is unchanged is left."""
    with transaction.atomic():
        try:
            done = reckon_year(acting_user=running.acting_user, year=year, told=running.progress)
        except (NothingToReckon, ValidationError) as error:
            words = error.messages if isinstance(error, ValidationError) else [str(error)]
            raise JobFailed(" ".join(words)) from None
        running.confirm()
    return JobResult(
        in_words(done), link=f"{reverse('reckoning-list')}?year.from={year}&year.to={year}"
    )


def in_words(done: Summary) -> str:
    """``12 enterprises: 11 areas, 10 taxes known, 2 with something missing, 3 changed.``"""
    return _(
        "%(enterprises)d enterprises: %(areas)d areas and %(taxes)d taxes are known, "
        "%(incomplete)d lack something; %(changed)d changed."
    ) % {
        "enterprises": done.enterprises, "areas": done.areas, "taxes": done.taxes,
        "incomplete": done.incomplete, "changed": done.changed,
    }  # fmt: skip
