"""Writes of the room: where a project stands."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from yuanheng.kernel import clock
from yuanheng.kernel.actions import action, record
from yuanheng.kernel.policies import require
from yuanheng.publicworks.authz import REPORT
from yuanheng.publicworks.choices import WorkStage
from yuanheng.publicworks.models import PublicProject


@action("publicworks.report")
def report_progress(
    *, acting_user: Any, project: PublicProject, progress: int, words: str,
    done_on: date | None = None,
) -> PublicProject:  # fmt: skip
    """How far it is and what is in the way; 100 with the day on which it was finished. Raises
    Refused and ValidationError; progress that goes back needs words, as any report does."""
    require(acting_user, REPORT, project)
    row = PublicProject.objects.select_for_update().get(pk=project.pk)
    if row.archived_at is not None:
        raise ValidationError(_("The project has been put away."))
    before = {name: getattr(row, name) for name in ("progress", "stage", "words", "done_on")}
    row.progress, row.words, row.reported_on = progress, words.strip(), clock.today()
    row.done_on = done_on
    if done_on is not None:
        if progress < 100:
            raise ValidationError({"progress": _("A finished project stands at 100.")})
        row.stage = WorkStage.DONE
    else:
        row.stage = WorkStage.WORKING if progress else WorkStage.PLANNED
    row.full_clean()
    row.save()
    record(row, before=before, after={name: getattr(row, name) for name in before})
    return row
