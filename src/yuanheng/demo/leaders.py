"""Leading posts of the demonstration city, what they are linked to, and visits. All invented."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from yuanheng.accounts.models import OrgUnit, User
from yuanheng.demo.city import BUREAUS
from yuanheng.demo.tasks import days_ago, walk
from yuanheng.kernel import clock
from yuanheng.leaders.api import Found, add_leader, has_leaders, link_leader, record_visit
from yuanheng.publicworks.api import projects_called
from yuanheng.registry.api import enterprise_facts, park_facts
from yuanheng.supervision.api import tasks_of

# (post, name, duties, how many parks from which place on, a chain, a project of the list)
_POSTS = (
    ("市委书记", "李明（示例）", "联系园区全面工作", (0, 1), "", ""),
    ("市长", "周正（示例）", "联系园区全面工作", (1, 1), "", ""),
    ("副市长", "陈远（示例）", "牵头园区项目建设和要素保障", (2, 3), "新材料产业链",
     "入口节点景观提升"),
    ("市政协主席", "", "联系园区营商环境", (5, 1), "食品产业链", ""),
)  # fmt: skip
_SAW = (
    ("标准厂房二期主体封顶，配套道路未通；两家企业反映用工不足。", 38, (
        ("园区北路路灯未通电，夜间照明不足", "works", 20),
        ("两家企业缺技术工人约 120 人", "science", 45),
    )),
    ("污水处理厂扩容进场较慢，企业普遍反映融资难。", 75, (
        ("企业融资对接不够", "finance", -3),
        ("进场道路未硬化", "works", 60),
    )),
)  # fmt: skip


def load_leaders(admin: Any) -> int:
    """Posts, links and visits, if there are none; how many links are new."""
    officer = User.objects.filter(username="supervisor").first()
    if has_leaders() or officer is None:
        return 0
    parks = [one for one in park_facts(admin) if not one.parent_zone_code]
    firm = next((one for one in enterprise_facts(admin) if one.above_scale), None)
    count = 0
    for position, (title, name, duties, (first, many), chain, project) in enumerate(_POSTS):
        user = User.objects.filter(username="leader").first() if title == "副市长" else None
        leader = add_leader(
            acting_user=admin,
            values={"title": title, "name": name, "position": position, "user": user,
                    "owner_id": officer.org_unit_id},
        )  # fmt: skip
        began = clock.today() - timedelta(days=300)
        common = {"duties": duties, "valid_from": began, "source": "挂钩包联安排（示例）"}
        given: list[dict[str, Any]] = [
            {"kind": "park", "park_id": one.id} for one in parks[first : first + many]
        ]
        if title == "副市长" and firm is not None:
            given.append({"kind": "enterprise", "enterprise_id": firm.id})
        given += [{"kind": "chain", "name": chain}] if chain else []
        given += [{"kind": "project", "project": one} for one in projects_called(project)[:1]]
        links = [
            link_leader(acting_user=admin, leader=leader, values={**common, **one})
            for one in given
        ]
        count += len(links)
        if title == "副市长":
            _visits(officer, admin, links)
    return count


def _visits(officer: Any, admin: Any, links: list[Any]) -> None:
    units = {one.code: one.pk for one in OrgUnit.objects.filter(code__in=BUREAUS.values())}
    for link, (saw, ago, problems) in zip(links, _SAW, strict=False):
        today = clock.today()
        found = [
            Found(words, units[BUREAUS[bureau]], today + timedelta(days=days))
            for words, bureau, days in problems
        ]
        with days_ago(ago):
            visit = record_visit(
                acting_user=officer, link=link, problems=found,
                values={"visited_on": clock.today(), "saw": saw, "with_whom": "园区办、住建局"},
            )  # fmt: skip
        for task in tasks_of(visit.source_code):
            task.result = "问题解决，企业认可（示例）"
            task.save(update_fields=["result"])
            walk(task, "report", 40, officer, admin, ago - 1)
