"""Keep how sure the ranks of a run are."""

from __future__ import annotations

from typing import Any

from yuanheng.engine import RobustRun
from yuanheng.evaluation.models import Assessment, RankInterval, Result, Run
from yuanheng.kernel.actions import action, record
from yuanheng.kernel.policies import EDIT, require

_BATCH = 2000
_KEPT = ("replicates", "evaluations", "seed", "interval", "choices", "sensitivity", "sentences")


@action("evaluation.assess_run")
def store_assessment(*, acting_user: Any, run: Run, assessed: RobustRun) -> Assessment:
    """Keep an assessment and the interval of each result; those of the one before are replaced."""
    require(acting_user, EDIT, run)
    told = assessed.to_dict()
    found = Assessment.objects.create(
        run=run,
        replicates=told["replicates"],
        seed=told["seed"],
        found={name: told[name] for name in _KEPT},
        created_by=acting_user,
    )
    RankInterval.objects.filter(result__run=run).delete()
    keys = dict(Result.objects.filter(run=run).values_list("subject_id", "pk"))
    numbers = _numbers(told["subjects"])
    rows = [
        RankInterval(
            result_id=keys[one["id"]],
            assessment=found,
            low=one["rank_low"],
            median=one["rank_median"],
            high=one["rank_high"],
            same=one["same_rank"],
            together=numbers.get(one["together"]),
            grades=one["grades"],
        )
        for one in told["subjects"]
        if one["id"] in keys
    ]
    RankInterval.objects.bulk_create(rows, batch_size=_BATCH)
    record(found, after={"replicates": found.replicates, "seed": found.seed, "rows": len(rows)})
    return found


def _numbers(subjects: list[dict[str, Any]]) -> dict[Any, int]:
    """Numbers for the groups of two and more, from the top down; a subject by itself has none."""
    seen: dict[Any, int] = {}
    for one in subjects:
        if one["together"] is not None:
            seen[one["together"]] = seen.get(one["together"], 0) + 1
    shared = [group for group, size in seen.items() if size > 1]
    return {group: number for number, group in enumerate(shared, 1)}
