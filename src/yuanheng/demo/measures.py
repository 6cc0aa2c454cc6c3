"""Measures by grade (差别化政策) and the accounts that they are billed to. All invented."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from yuanheng.evaluation.api import Result, Run
from yuanheng.kernel.actions import create_row
from yuanheng.registry.api import import_file
from yuanheng.rounds.api import GradeMeasure, UtilityAccount

MOST = 400
_CLAUSE = "系统示例，不是公布的规则"
# Of power only the highest counts, of water both lines are added up; a relief for the best.
_MEASURES = (
    ("D类用电加价（示例）", "D", 1, "power", "0.1", "元/千瓦时", "highest"),
    ("连续两年D类用电加价（示例）", "D", 2, "power", "0.2", "元/千瓦时", "highest"),
    ("连续三年D类用电加价（示例）", "D", 3, "power", "0.3", "元/千瓦时", "highest"),
    ("D类用水加价（示例）", "D", 1, "water", "0.5", "元/立方米", "sum"),
    ("连续两年D类用水另加（示例）", "D", 2, "water", "0.3", "元/立方米", "sum"),
    ("连续三年A类城镇土地使用税减免（示例）", "A", 3, "land_tax", "-80", "%", "highest"),
)
_SUPPLIERS = {"power": "演示市供电公司", "water": "演示市水务公司"}


def load_measures(admin: Any, run: Run | None, directory: Path) -> int:
    """The measures, and accounts of enterprises with the lowest grade of ``run``; a few have none
    on record. Done once; how many accounts."""
    if run is None:
        return 0
    measures = () if GradeMeasure.objects.exists() else _MEASURES
    for name, grade, year, resource, delta, measure, stacking in measures:
        values = {
            "name": name, "grade": grade, "from_year": year, "resource": resource,
            "delta": Decimal(delta), "measure": measure, "stacking": stacking,
            "valid_from": "2020-01-01", "clause": _CLAUSE,
        }  # fmt: skip
        create_row(acting_user=admin, model=GradeMeasure, values=values)
    rows = [] if UtilityAccount.objects.exists() else list(_accounts(run))
    if not rows:
        return 0
    path = directory / "utilityaccount.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    done = import_file("utilityaccount", path, admin)
    if not done.committed:
        raise RuntimeError(f"{path.name}: {done.faults[:3]}")
    return len(rows)


def _accounts(run: Run) -> Iterator[dict[str, str]]:
    lowest = Result.objects.filter(run=run, grade="D").order_by("subject_id")
    for at, code in enumerate(lowest.values_list("subject_id", flat=True)[:MOST]):
        if at % 17 == 16:
            continue  # told in the list as without an account
        for place, (resource, supplier) in enumerate(_SUPPLIERS.items()):
            for meter in range(2 if at % 12 == 5 and resource == "power" else 1):
                number = f"{3 + 4 * place}{at:05d}{meter:02d}"
                yield {"token": "", "enterprise": code, "resource": resource, "account": number,
                       "supplier": supplier, "valid_from": "2020-01-01"}  # fmt: skip
