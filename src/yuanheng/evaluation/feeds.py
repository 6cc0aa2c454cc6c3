"""What an evaluation publishes into the ledger: the parks' scores, for whoever stands by them."""

from __future__ import annotations

from typing import Any

from yuanheng.calc.periods import Period
from yuanheng.evaluation.models import Result, Run
from yuanheng.kernel.policies import EDIT, instances
from yuanheng.ledger.api import Catalogue, EntrySource, NewFigure, subjects_of, write_figures
from yuanheng.ledger.models import Subject

SCORE = "evaluation_score"


def publish_scores(*, acting_user: Any, run: Run) -> int:
    """The score of each park of a published evaluation, of those whose figures the person writes;
    how many. Nothing where the catalogue lacks the indicator or the period isn't one of the
    ledger's."""
    if run.scheme_version.scheme.subject_kind != "park":
        return 0
    indicator = Catalogue().by_code.get(SCORE)
    try:
        period = Period.parse(run.period)
    except ValueError:
        return 0
    if indicator is None:
        return 0
    rows = Result.objects.filter(run=run, score__isnull=False).order_by("position")
    scores = dict(rows.values_list("subject_id", "score"))
    subjects = subjects_of("park", scores, acting_user=acting_user)
    mine = set(instances(acting_user, EDIT, Subject.objects.filter(pk__in=subjects.values()))
               .values_list("pk", flat=True))  # fmt: skip
    figures = [
        NewFigure(subjects[code], indicator.pk, period, score, place=f"{run.code} {code}")
        for code, score in scores.items()
        if subjects.get(code) in mine
    ]
    if figures:
        write_figures(
            acting_user=acting_user,
            figures=figures,
            source=EntrySource.FEED,
            title=str(run)[:200],
            source_name=str(run.scheme_version)[:255],
            source_key=f"run-{run.code}",
            reason=str(run)[:200],
        )
    return len(figures)
