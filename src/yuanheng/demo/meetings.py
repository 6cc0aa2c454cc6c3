"""Two meetings of the demonstration city: one held, its minutes on the desk, one today."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from yuanheng.accounts.models import OrgUnit, User
from yuanheng.demo.city import BUREAUS
from yuanheng.demo.tasks import days_ago
from yuanheng.kernel import clock
from yuanheng.meetings.api import add_meeting, add_minutes, ask_units, has_meetings, sign_in

_AGENDA = """通报三季度园区主要指标 | 市园区办 | 10
云泽高新技术产业开发区交流发言 | 高新区管委会 | 8
解读园区标准厂房建设方案 | 市住建局 | 10
市领导讲话 | 市领导 | 30"""
MINUTES = """全市园区建设调度会会议纪要（示例）
会议时间：2026年10月30日
会议由副市长陈远主持，市园区办、市住建局、市财政局、市自然资源局参加。
会议要求，由市住建局牵头，市财政局配合，12月底前完成园区道路照明改造15公里。
市自然资源局负责，12月15日前完成低效用地清理300亩。
市商务局每月调度一次招商项目进展。
会议指出，1—9月全市园区完成固定资产投资320亿元，同比增长6.2%。
"""
_PEOPLE = {"works": "赵工（示例）", "finance": "钱科长（示例）", "resources": "孙科长（示例）"}


def load_meetings(admin: Any) -> int:
    """Both meetings, if there are none."""
    officer = User.objects.filter(username="supervisor").first()
    if has_meetings() or officer is None:
        return 0
    units = {one.code: one for one in OrgUnit.objects.filter(code__in=BUREAUS.values())}
    bureaus = {name: units[code].pk for name, code in BUREAUS.items()}
    counties = list(OrgUnit.objects.filter(kind="county").order_by("code")[:2])
    with days_ago(23):
        held = _announce(officer, "全市园区建设调度会（示例）", clock.now(), counties)
        _ask(officer, held, bureaus, counties)
        for name, person in _PEOPLE.items():
            sign_in(acting_user=officer, meeting=held, org_unit_id=bureaus[name], name=person)
        sign_in(
            acting_user=officer, meeting=held, org_unit_id=counties[0].pk, name="李主任（示例）",
            title="区园区办主任",
        )  # fmt: skip
    add_minutes(
        acting_user=officer, meeting=held, file_name="园区建设调度会纪要.txt",
        data=MINUTES.encode(),
    )  # fmt: skip
    soon = clock.now() + timedelta(minutes=30)
    today = _announce(officer, "园区环境整治视频会（示例）", soon, counties)
    _ask(officer, today, bureaus, counties)
    return 2


def _short(county: Any) -> str:
    return str(county.name).removesuffix("园区办")


def _announce(officer: Any, title: str, at: Any, counties: list[Any]) -> Any:
    branches = "\n".join(f"{_short(one)}分会场 | 政府三楼会议室" for one in counties)
    values = {
        "title": title, "held_at": at, "place": "市行政中心一号会议室", "branches": branches,
        "chair": "副市长 陈远（示例）", "agenda": _AGENDA, "owner_id": officer.org_unit_id,
        "note": "请各分会场提前半小时调试视频系统。",
    }  # fmt: skip
    return add_meeting(acting_user=officer, values=values)


def _ask(officer: Any, meeting: Any, bureaus: dict[str, int], counties: list[Any]) -> None:
    ask_units(
        acting_user=officer, meeting=meeting, org_unit_ids=bureaus.values(),
        who="主要负责同志",
    )  # fmt: skip
    for one, venue in zip(counties, meeting.venues[1:], strict=False):
        ask_units(
            acting_user=officer, meeting=meeting, org_unit_ids=[one.pk], venue=venue["key"],
            who="分管负责同志、园区管委会主任",
        )  # fmt: skip
