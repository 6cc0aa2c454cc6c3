"""The 1+N appraisal of a few bureaus, towns and committees, published. All invented."""

from __future__ import annotations

from datetime import date
from typing import Any

from yuanheng.accounts.models import OrgUnit, User
from yuanheng.appraisal.api import ListedMatter, ParkLink, reckon_units
from yuanheng.calc.periods import Period
from yuanheng.demo.city import BUREAUS
from yuanheng.evaluation.api import Result, adopt_scheme, publish_run, start_run
from yuanheng.kernel import clock
from yuanheng.kernel.actions import create_row
from yuanheng.ledger.api import (
    Catalogue,
    EntrySource,
    NewFigure,
    Scope,
    TableLayout,
    add_target,
    freeze_figures,
    make_table,
    subjects_of,
    write_figures,
)
from yuanheng.registry.api import park_facts
from yuanheng.registry.models import Park

SCHEME = "one_plus_n_sample"
_TOWNS = (("YZ-LQ", "兰清街道办事处"), ("YZ-SH", "石湖镇人民政府"), ("YZ-BX", "白溪镇人民政府"))
_MATTERS = (
    ("commerce", "contribution", "引荐亿元项目落户", "4", "项目已签约（示例）"),
    ("works", "contribution", "标准厂房配套道路通车", "3", "提前一个月通车（示例）"),
    ("science", "bonus", "获省级创新平台授牌", "2", "省科技厅通知（示例）"),
    ("finance", "red", "惠企资金兑现进度全市第一", None, "一季度红榜（示例）"),
    ("resources", "black", "批而未供清理进度末位", None, "二季度黑榜（示例）"),
    ("resources", "deduction", "信息报送迟报", "0.5", "迟报两次（示例）"),
)
_TARGETS: tuple[tuple[str, str, float, tuple[str, ...]], ...] = (
    ("commerce", "新引进亿元以上项目（示例）", 6, ("项目甲", "项目乙", "项目丙", "项目丁")),
    ("works", "建成标准厂房（示例）", 3, ("一期", "二期", "三期")),
    ("science", "新增省级创新平台（示例）", 4, ("平台甲", "平台乙", "平台丙")),
    ("YZ-LQ", "完成园区周边拆迁地块（示例）", 4, ("一号地块", "二号地块", "三号地块")),
    ("YZ-SH", "完成园区周边拆迁地块（示例）", 5, ("一号地块", "二号地块")),
)


def load_appraisal(admin: Any) -> str:
    """Links, list entries, figures of the units, one evaluation; the code of the run."""
    analyst = User.objects.filter(username="analyst").first()
    if analyst is None or ListedMatter.objects.exists():
        return ""
    year = clock.today().year
    units = _units(admin)
    whole = [one for one in park_facts(admin) if not one.parent_zone_code]
    parks = [Park.objects.get(pk=one.id) for one in whole[: len(units)]]
    for at, unit in enumerate(units.values()):
        values = {"org_unit": unit, "park": parks[at % len(parks)],
                  "valid_from": date(year - 1, 1, 1), "reason": "示例挂联方案"}  # fmt: skip
        create_row(acting_user=admin, model=ParkLink, values=values)
    for at, (unit, kind, title, points, reason) in enumerate(_MATTERS):
        values = {"org_unit": units[unit], "kind": kind, "title": title, "points": points,
                  "reason": reason, "happened_on": date(year, 1 + at, 15)}  # fmt: skip
        create_row(acting_user=admin, model=ListedMatter, values=values)
    _scores(analyst, year)
    for code, name, aim, members in _TARGETS:
        unit = units[code]
        values = {"year": year, "name": name, "kind": "listed", "aim": aim, "lead": unit.name,
                  "members": "\n".join(members), "source": "示例"}  # fmt: skip
        add_target(acting_user=admin, values=values)
    reckon_units(acting_user=analyst, year=year)
    freeze, _new = freeze_figures(
        acting_user=analyst, scope=Scope(kind="department"), period=Period.parse(str(year)),
        title=f"{year}年单位考核数据（示例）",
    )  # fmt: skip
    version, _new = adopt_scheme(acting_user=analyst, code=SCHEME)
    layout = TableLayout(SCHEME, version.scheme.title, "department", version.text)
    table, _new = make_table(acting_user=analyst, freeze=freeze, layout=layout)
    run, _new = start_run(
        acting_user=analyst, version=version, snapshot=table, period=str(year), previous=None
    )
    publish_run(acting_user=admin, run=run)
    return run.code


def _scores(analyst: Any, year: int) -> None:
    """The parks' last published scores stand for those of this year."""
    runs = Result.objects.filter(run__scheme_version__scheme__code="five_good_sample")
    scores = dict(runs.order_by("run__period").values_list("subject_id", "score"))
    ids = subjects_of("park", scores, acting_user=analyst)
    indicator = Catalogue().by_code["evaluation_score"]
    write_figures(
        acting_user=analyst,
        figures=[
            NewFigure(ids[code], indicator.pk, Period.parse(str(year)), score)
            for code, score in scores.items()
        ],
        source=EntrySource.HAND,
        title="园区综合评价得分（示例：以最近一次代替）",
    )


def _units(admin: Any) -> dict[str, Any]:
    """The bureaus of the demonstration, and three towns."""
    found = {name: OrgUnit.objects.get(code=code) for name, code in BUREAUS.items()}
    city = next(iter(found.values())).parent
    for code, name in _TOWNS:
        values = {"code": code, "name": name, "kind": "street", "parent": city}
        found[code] = create_row(acting_user=admin, model=OrgUnit, values=values)
    return found
