"""What takes long: reading a table into sheets, and evaluating."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.calc.faults import FaultyInput
from yuanheng.estate.api import NothingToReckon, in_words, reckon_year
from yuanheng.evaluation.api import start_run
from yuanheng.kernel import flow
from yuanheng.kernel.importing.reading import language
from yuanheng.kernel.jobs import JobFailed, JobResult, RunningJob, enqueue, job
from yuanheng.kernel.models import Job
from yuanheng.ledger.api import Snapshot, freeze_path, table_of
from yuanheng.rounds.actions.exports import export_publicity, export_sheets
from yuanheng.rounds.actions.sheets import make_sheets
from yuanheng.rounds.areas import read_areas
from yuanheng.rounds.authz import publicities
from yuanheng.rounds.computing import COMPUTE, ENTER, EXPORT, PREPARE, done_by_job
from yuanheng.rounds.given import Given, read_figures, write_corrected
from yuanheng.rounds.models import EvaluationRound
from yuanheng.rounds.tally import corrections_of


@job(PREPARE, title=gettext_lazy("Sheets of figures"))
def prepare_sheets(running: RunningJob, *, round: str) -> JobResult:
    """One sheet a subject of the round's table."""
    case = _round(running, round)
    if case.state != "draft":
        return JobResult(_("The sheets had been made already."), link=_link(case))
    running.progress(0, 3, _("Reading the table"))
    given = (
        read_areas(running.acting_user, int(case.period))
        if case.is_area_list
        else _read_table(case)
    )
    if not given.rows:
        raise JobFailed(
            _("No enterprise has an area item in %(period)s.") % {"period": case.period}
            if case.is_area_list
            else _("The table has no subject in %(period)s.") % {"period": case.period}
        )
    running.progress(1, 3, _("Writing the sheets"))
    with transaction.atomic():
        number = make_sheets(acting_user=running.acting_user, case=case, given=given)
        running.progress(2, 3, _("Writing the sheets"))
        with done_by_job(given.about):
            flow.perform(acting_user=running.acting_user, case=case, action="prepared")
        running.confirm()
    return JobResult(
        _("%(number)s sheets are ready.") % {"number": f"{number:,}"}, link=_link(case)
    )


def _read_table(case: EvaluationRound) -> Given:
    assert case.scheme_version is not None  # as its model says of evaluations
    assert case.table is not None
    with table_of(case.table) as path:
        try:
            return read_figures(
                case.scheme_version.text, path, case.period, case.table.sheet or None
            )
        except FaultyInput as error:
            raise JobFailed(_in_words(error)) from None


@job(ENTER, title=gettext_lazy("Areas of an area list entered"))
def enter_areas(running: RunningJob, *, round: str) -> JobResult:
    """Area and tax of the year into the ledger, with what was decided of objections."""
    case = _round(running, round)
    if case.state != "settled":
        return JobResult(_("The areas had been entered already."), link=_link(case))
    with transaction.atomic():
        try:
            done = reckon_year(
                acting_user=running.acting_user,
                year=int(case.period),
                title=case.title,
                told=running.progress,
            )
        except (NothingToReckon, ValidationError) as error:
            words = error.messages if isinstance(error, ValidationError) else [str(error)]
            raise JobFailed(" ".join(words)) from None
        found = {"entry": done.entry_id, "told": in_words(done)}
        with done_by_job(found):
            flow.perform(acting_user=running.acting_user, case=case, action="entered")
        running.confirm()
    return JobResult(in_words(done), link=_link(case))


@job(COMPUTE, title=gettext_lazy("Evaluation of a round"))
def compute(running: RunningJob, *, round: str) -> JobResult:
    """The evaluation on the frozen table, with the figures that upheld objections changed."""
    case = _round(running, round)
    if case.state not in ("settled", "heard"):
        return JobResult(_("This had been computed already."), link=_link(case))
    running.progress(0, 3, _("Putting in what was upheld"))
    corrections = corrections_of(case)
    table = _corrected(case, running.acting_user, corrections) if corrections else case.table
    running.progress(1, 3, _("Computing"))
    try:
        run, _is_new = start_run(
            acting_user=running.acting_user,
            version=case.scheme_version,
            snapshot=table,
            period=case.period,
            previous=case.previous,
        )
    except FaultyInput as error:
        raise JobFailed(_in_words(error)) from None
    running.progress(2, 3, _("Writing the result"))
    found = {
        "run": run,
        "applied": [
            {"subject": subject, "field": code, "value": value}
            for (subject, code), value in corrections.items()
        ],
    }
    with transaction.atomic(), done_by_job(found):
        action = "recomputed" if case.state == "heard" else "computed"
        flow.perform(acting_user=running.acting_user, case=case, action=action)
        running.confirm()
    return JobResult(_("The evaluation has been computed."), link=_link(case))


AT_ONCE = 2000
"""A workbook of more rows takes many seconds: a job writes it."""


@job(EXPORT, title=gettext_lazy("Workbook of a round"))
def write_workbook(running: RunningJob, *, round: str, what: str) -> JobResult:
    """The sheets, or the list of the publicity, as the person who asked sees them."""
    user = running.acting_user
    is_public = what == "publicity"
    rows = publicities(user) if is_public else EvaluationRound.objects.visible_to(user)
    case = rows.select_related("scheme_version__scheme", "run", "final_run").filter(code=round)
    found = case.first()
    if found is None:
        raise JobFailed(_("This round is no longer there, or you may not see it any more."))
    running.progress(0, 1, _("Writing the workbook"))
    write = export_publicity if is_public else export_sheets
    name = workbook_name(found, what)
    with transaction.atomic():
        count = write(acting_user=user, case=found, path=running.file(name))
        running.confirm()
    return JobResult(_("%(count)s rows are ready.") % {"count": f"{count:,}"}, file_name=name)


def workbook_name(case: EvaluationRound, what: str) -> str:
    """What a workbook is called."""
    title = _("Publicity") if what == "publicity" else _("Sheets of figures")
    return f"{case.title}-{title}.xlsx"


def ask_for_workbook(case: EvaluationRound, user: Any, what: str) -> Job:
    """Have a worker write it."""
    title = workbook_name(case, what)
    return enqueue(EXPORT, acting_user=user, title=title, round=case.code, what=what)


def _corrected(
    case: EvaluationRound, user: Any, corrections: dict[tuple[str, str], Any]
) -> Snapshot:
    """The round's table with the figures that count, as frozen figures of their own."""
    with tempfile.TemporaryDirectory(prefix="corrected-") as folder, table_of(case.table) as path:
        out = Path(folder) / f"{case.code}.parquet"
        write_corrected(
            case.scheme_version.text,
            path,
            case.period,
            corrections,
            out,
            case.table.sheet or None,
        )
        snapshot, _is_new = freeze_path(
            acting_user=user,
            path=out,
            file_name=out.name,
            kind=case.kind,
            title=_("%(title)s, with %(number)d figures corrected in %(round)s")
            % {"title": case.table.title[:60], "number": len(corrections), "round": case.number},
            reading={**case.table.reading, "sheet": "", "format": "parquet",
                     "corrected_from": case.table.code},
        )  # fmt: skip
    return snapshot


def _round(running: RunningJob, code: str) -> EvaluationRound:
    rows = EvaluationRound.objects.visible_to(running.acting_user)
    found = rows.select_related("scheme_version__scheme", "table", "previous").filter(code=code)
    case: EvaluationRound | None = found.first()
    if case is None:
        raise JobFailed(_("This round is no longer there, or you may not see it any more."))
    return case


def _link(case: EvaluationRound) -> str:
    return reverse("round-detail", args=[case.code])


def _in_words(error: FaultyInput) -> str:
    lang = "en" if language() == "en" else "zh"
    return " ".join(fault.text(lang) for fault in error.faults[:3])
