"""Land, tax by kind and tenants of some enterprises, and the area list put up for objection.

All invented. Three years of items and one list, whatever the number of enterprises.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from yuanheng.accounts.models import User
from yuanheng.estate.api import AreaItem, TaxKind, reckon_year
from yuanheng.kernel.actions import create_row
from yuanheng.kernel.flow import flow_for, open_case, perform
from yuanheng.kernel.jobs.worker import work_off
from yuanheng.registry.api import EnterpriseFacts, enterprise_facts, import_file
from yuanheng.rounds.api import EvaluationRound, Sheet, confirm_sheets, object_to

YEAR = 2025
TITLE = f"{YEAR}年度企业用地面积清单（示例）"
MOST = 240
_KINDS = (
    ("增值税", True, 100), ("企业所得税", True, 100), ("城市维护建设税", True, 100),
    ("房产税", True, 100), ("环境保护税", True, 50), ("海关代征增值税", False, 100),
    ("个人所得税（代扣代缴）", False, 100),
)  # fmt: skip
_WHY = "同一宗地，租赁面积未达到单独评价标准（示例）"
_SHARES = (0.52, 0.2, 0.05, 0.04, 0.01, 0.12, 0.06)


def load_areas(admin: Any, directory: Path) -> int:
    """Items, tax, two merges; reckoned for the year before, the list of this one put up. Done
    once; how many area items."""
    if AreaItem.objects.exists():
        return 0
    in_parks = (one for one in enterprise_facts(admin) if one.park_code)
    firms = list(islice(in_parks, MOST))
    for name, counts, share in () if TaxKind.objects.exists() else _KINDS:
        values = {"name": name, "counts": counts, "share": Decimal(share),
                  "valid_from": "2020-01-01", "clause": "系统示例，不是公布的规则"}  # fmt: skip
        create_row(acting_user=admin, model=TaxKind, values=values)
    tables = {
        "areaitem": list(_items(firms)),
        "taxpaid": list(_taxes(firms)),
        "tenantmerge": list(_merges(firms)),
    }
    for kind, rows in tables.items():
        path = _table(directory / f"{kind}.csv", rows)
        done = import_file(kind, path, admin)
        if not done.committed:
            raise RuntimeError(f"{path.name}: {done.faults[:3]}")
    analyst = User.objects.filter(username="analyst").first()
    reporter = User.objects.filter(username="reporting").first()
    if analyst is not None and reporter is not None:
        reckon_year(acting_user=analyst, year=YEAR - 1)
        _put_up(analyst, reporter, firms)
    return len(tables["areaitem"])


def _table(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, ["token", *rows[0]])
        writer.writeheader()
        writer.writerows(rows)
    return path


def _items(firms: Sequence[EnterpriseFacts]) -> Iterator[dict[str, Any]]:
    """Most own land; every fifth leases floors only, every seventh has leased some out, and a few
    occupy without title or have given up land for a road."""
    for at, firm in enumerate(firms):
        own = 12 + (at * 37) % 90
        if at % 5 == 4:
            yield _item(firm, "floor_in", "标准厂房", floor_m2=1500 + 100 * (at % 20), ratio="1.6")
            continue
        yield _item(firm, "own", "主厂区", mu=own, basis=f"演示（2016）不动产权第{at + 1:07d}号")
        if at % 7 == 3:
            yield _item(firm, "leased_out", "东侧场地", mu=round(own * 0.15, 2))
        if at % 11 == 6:
            yield _item(firm, "untitled", "围墙外堆场", mu=1.5)
        if at % 13 == 8:
            yield _item(firm, "exempt", "退让道路用地", mu=0.8, basis="示例：园区道路拓宽方案")


def _item(
    firm: EnterpriseFacts,
    kind: str,
    title: str,
    *,
    mu: float | None = None,
    floor_m2: float | None = None,
    ratio: str = "",
    basis: str = "",
) -> dict[str, Any]:
    return {
        "enterprise": firm.credit_code, "kind": kind, "title": title, "area_mu": mu,
        "floor_m2": floor_m2, "floor_area_ratio": ratio, "valid_from": "2018-01-01",
        "basis": basis,
    }  # fmt: skip


def _taxes(firms: Sequence[EnterpriseFacts]) -> Iterator[dict[str, Any]]:
    for at, firm in enumerate(firms):
        for year in (YEAR - 1, YEAR):
            total = (40 + (at * 53) % 400) * 10_000 * (1 + 0.04 * (year - YEAR))
            for (name, _counts, _share), part in zip(_KINDS, _SHARES, strict=True):
                yield {"enterprise": firm.credit_code, "year": year, "tax_kind": name,
                       "amount_yuan": round(total * part, 2)}  # fmt: skip


def _merges(firms: Sequence[EnterpriseFacts]) -> Iterator[dict[str, Any]]:
    for at in (4, 9):
        yield {"tenant": firms[at].credit_code, "holder": firms[at - 1].credit_code,
               "valid_from": "2023-01-01", "reason": _WHY}  # fmt: skip


def _put_up(analyst: Any, reporter: Any, firms: Sequence[EnterpriseFacts]) -> None:
    values = {"title": TITLE, "purpose": "areas", "period": str(YEAR)}
    case = open_case(acting_user=analyst, flow=flow_for(EvaluationRound), values=values)
    case = perform(acting_user=analyst, case=case, action="prepare")
    work_off()
    case = EvaluationRound.objects.get(pk=case.pk)
    case = perform(acting_user=analyst, case=case, action="put_up")
    sheets = Sheet.objects.filter(round=case)
    half = [one.credit_code for one in firms[: len(firms) // 2]]
    objecting = sheets.filter(subject_code=firms[0].credit_code).select_related("round").first()
    confirm_sheets(
        acting_user=reporter, case=case, sheets=sheets.filter(subject_code__in=half[1:])
    )
    if objecting is None:
        return
    line = next(one for one in objecting.fields_given if one.get("figure") == "area_mu")
    shown = objecting.figures[line["code"]]
    claim = {"field": line["code"], "shown": shown, "claimed": round(shown * 0.95, 2),
             "reason": "北侧已退让给园区道路，见测绘图（示例）"}  # fmt: skip
    made = object_to(acting_user=reporter, sheet=objecting, about="figures", claims=[claim])
    perform(acting_user=analyst, case=made, action="accept")
