"""Infrastructure and public projects of the demonstration city's parks. All invented."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from yuanheng.accounts.models import OrgUnit
from yuanheng.demo.city import BUREAUS
from yuanheng.kernel import clock
from yuanheng.publicworks.api import add_project, has_projects, report_progress
from yuanheng.registry.api import park_facts

# (name, kind, urgency, bureau, days to the deadline, 万元 wanted and in place, progress, words)
_PROJECTS: tuple[tuple[str, str, int, str, int | None, int | None, int | None, int, str], ...] = (
    ("园区北路夜间照明", "light", 3, "works", -12, 380, 380, 55, "灯杆到货晚，供电接入未完成"),
    ("污水处理厂扩容", "water", 3, "works", 95, 9600, 4200, 30, "土建完成，设备招标中"),
    ("主干道雨污管网改造", "pipes", 3, "works", 40, 2600, 1500, 45, ""),
    ("入口节点景观提升", "beautify", 2, "works", 25, 420, 300, 60, ""),
    ("道路两侧绿化补植", "green", 1, "resources", 60, 160, 160, 20, ""),
    ("背街小巷垃圾清运", "clean", 2, "works", -3, 45, 45, 90, "剩余一处待清"),
    ("标准厂房三期配套道路", "road", 2, "works", 150, 3100, 900, 0, "征地未完成"),
    ("第二变电站", "energy", 3, "commerce", 210, 12000, None, 0, ""),
    ("职工公寓", "building", 1, "works", None, 5400, 2000, 10, "时限待定"),
    ("污水管网清淤", "clean", 1, "works", -40, 60, 60, 100, "已验收"),
    ("园区标识系统", "beautify", 1, "commerce", 80, 90, 0, 0, ""),
    ("燃气管道延伸", "energy", 2, "resources", 30, 780, 500, 35, ""),
)
_AREAS = ("北片区", "南片区", "东片区", "")
_YUAN = 10_000


def load_works(admin: Any) -> int:
    """Projects of the first parks, if there are none; how many are new."""
    if has_projects():
        return 0
    units = {one.code: one.pk for one in OrgUnit.objects.filter(code__in=BUREAUS.values())}
    parks = [one for one in park_facts(admin) if not one.parent_zone_code][:6]
    today, count = clock.today(), 0
    for at, park in enumerate(parks):
        for number, one in enumerate(_PROJECTS):
            if (number + at) % 3 == 1 and at:
                continue
            name, kind, urgency, bureau, days, budget, funds, progress, words = one
            shift = timedelta(days=7 * at)
            row = add_project(
                acting_user=admin,
                values={
                    "code": f"{park.code}-{number + 1:02d}",
                    "name": f"{park.short_name or park.name}{name}", "park_id": park.id,
                    "area": _AREAS[(number + at) % 4], "kind": kind, "urgency": str(urgency),
                    "batch": "2026年第一批" if number % 2 else "2026年第二批",
                    "lead_id": units[BUREAUS[bureau]],
                    "begins_on": today - timedelta(days=120),
                    "deadline": None if days is None else today + timedelta(days=days) + shift,
                    "budget_yuan": None if budget is None else budget * _YUAN,
                    "funded_yuan": None if funds is None else funds * _YUAN,
                },
            )  # fmt: skip
            if progress:
                report_progress(
                    acting_user=admin, project=row, progress=progress, words=words or "按计划推进",
                    done_on=today - timedelta(days=45) if progress == 100 else None,
                )  # fmt: skip
            count += 1
    return count
