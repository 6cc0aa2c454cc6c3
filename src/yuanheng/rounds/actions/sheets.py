"""Make the sheets of a round, all at once."""

from __future__ import annotations

from typing import Any

from yuanheng.accounts.api import unit_keys
from yuanheng.kernel.actions import action, record
from yuanheng.registry.api import subject_places
from yuanheng.rounds.given import Given
from yuanheng.rounds.models import EvaluationRound, Sheet

_BATCH = 2000


@action("rounds.make_sheets")
def make_sheets(*, acting_user: Any, case: EvaluationRound, given: Given) -> int:
    """One sheet a subject; those of an earlier draft, which nobody but the office has seen, are
    made anew. How many there are."""
    Sheet.objects.filter(round=case).delete()
    places = subject_places(case.kind)
    units = unit_keys() if case.kind == "department" else {}
    made = 0
    for start in range(0, len(given.rows), _BATCH):
        sheets = []
        for row in given.rows[start : start + _BATCH]:
            park, region = places.get(row.code, (None, None))
            sheets.append(
                Sheet(
                    round=case,
                    subject_code=row.code[:64],
                    name=row.name[:200],
                    park_id=park,
                    region_id=region,
                    org_unit_id=units.get(row.code),
                    row_number=row.row,
                    figures=row.figures,
                    before=row.before,
                    fields=row.fields,
                )
            )
        Sheet.objects.bulk_create(sheets)
        made += len(sheets)
    record(case, after={"sheets": made, "rejected": given.about["rejected"]})
    return made
