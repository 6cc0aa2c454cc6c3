"""A meeting's tasks in different lights, and a document that waits on the desk. All invented.

The tasks were issued some weeks ago: the clock is set back while they are walked, so that their
terms, lights and slips are those of real work.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from yuanheng.accounts.models import OrgUnit, User
from yuanheng.demo.city import BUREAUS
from yuanheng.documents.api import has_documents, put_on_desk
from yuanheng.kernel import clock
from yuanheng.kernel.flow import perform
from yuanheng.supervision.api import PlannedStep, TaskDraft, draft_tasks, has_tasks, write_plan

MEETING = "云泽市产业园区高质量发展推进会（示例）"
_BEGAN = 40  # days ago
_WAY = ("submit", "check", "issue", "sign", "report", "finish", "close")

# (paragraph, task, result, bureau, days to the deadline from today, how far, progress)
_TASKS: tuple[tuple[int, str, str, str, int, str, int], ...] = (
    (3, "建成云泽经开区标准厂房二期", "竣工验收 20 万平方米", "works", 25, "report", 70),
    (3, "完成园区污水处理厂扩容", "日处理能力达到 3 万吨", "works", 60, "report", 15),
    (4, "新签约亿元以上项目", "年内 30 个", "commerce", -4, "report", 55),
    (5, "清理批而未供土地", "清理 1200 亩", "resources", 3, "report", 80),
    (6, "兑现惠企政策资金", "兑现 1.2 亿元", "finance", 40, "close", 100),
    (6, "组织银企对接会", "每季度一次，授信 10 亿元", "finance", 50, "finish", 100),
    (7, "新增高新技术企业", "净增 15 家", "science", 80, "issue", 0),
    (8, "编制园区产业链图谱", "三条主导产业链", "science", 70, "submit", 0),
    (9, "开展园区亩均效益评价", "印发评价结果", "works", 90, "", 0),
)
_PLAN = (
    ("主体封顶", 12, (), "住建局"), ("外立面和室内", 15, (1,), "施工单位"),
    ("水电接入", 10, (1,), "供电公司"), ("室外道路绿化", 8, (2, 3), "经开区"),
    ("竣工验收", 5, (4,), "住建局"),
)  # fmt: skip
SPEECH = """云泽市召开产业园区三季度经济运行调度会
来源：云泽日报　2025-10-20
10月20日，云泽市召开产业园区三季度经济运行调度会，市委书记李明主持并讲话。
今年1—9月，全市实现技工贸总收入1250.6亿元，同比增长8.5%；完成固定资产投资320亿元，下降2.1%。云泽经济技术开发区实现入库税收6.3亿元。
李明要求，由市住建局牵头，市财政局配合，12月底前建成标准厂房20万平方米。市商务局每月调度招商项目，年内新签约亿元以上项目30个。
市自然资源局负责，11月15日前完成批而未供土地清理。
"""


def load_tasks(admin: Any) -> int:
    """The meeting with its tasks, and the document; how many tasks are new."""
    if not has_documents():
        put_on_desk(acting_user=admin, file_name="三季度调度会.txt", data=SPEECH.encode())
    officer = User.objects.filter(username="supervisor").first()
    if officer is None or has_tasks():
        return 0
    units = {one.code: one for one in OrgUnit.objects.filter(code__in=BUREAUS.values())}
    today = clock.today()
    drafts = [
        TaskDraft(
            title=title, result=result, paragraph=paragraph, quote=f"{title}，{result}。",
            lead_id=units[BUREAUS[bureau]].pk, deadline=today + timedelta(days=days),
            supporting=[units[BUREAUS["finance"]].pk] if bureau == "works" else (),
        )
        for paragraph, title, result, bureau, days, _state, _share in _TASKS
    ]  # fmt: skip
    with days_ago(_BEGAN):
        _link, tasks = draft_tasks(
            acting_user=officer, kind="meeting", title=MEETING, drafts=drafts,
            said_by="市委书记（示例）", held_on=today - timedelta(days=_BEGAN + 1),
        )  # fmt: skip
    for number, (task, row) in enumerate(zip(tasks, _TASKS, strict=True)):
        began = 1 if row[5] in ("submit", "issue") else _BEGAN - 2 * (number % 3)
        walk(task, row[5], row[6], officer, admin, began)
    steps = [PlannedStep(title, days, after, who) for title, days, after, who in _PLAN]
    write_plan(acting_user=admin, task=tasks[0], steps=steps)
    return len(tasks)


def walk(task: Any, state: str, share: int, officer: Any, admin: Any, began: int) -> None:
    """The task on its way, as far as ``state``."""
    if not state:
        return
    for action in _WAY[: _WAY.index(state) + 1]:
        values: dict[str, Any] = {}
        reason, files, ago = "", [], began
        if action == "report":
            values, reason, ago = {"progress": share}, "按计划推进，存在问题正在协调。", 6
        elif action == "finish":
            reason, ago = "各项内容已经完成，附验收材料。", 5
            files = [SimpleUploadedFile("验收材料.txt", f"{task.title} 验收".encode())]
        elif action == "close":
            values, reason, ago = {"quality": 96}, "现场核查属实。", 4
            _word(task, admin)
        actor = officer if action in ("submit", "issue") else admin
        if action == "close":
            actor = officer
        with days_ago(ago):
            task = perform(acting_user=actor, case=task, action=action, values=values,
                           reason=reason, files=files)  # fmt: skip


def _word(task: Any, admin: Any) -> None:
    for _part in task.co_units.filter(answered_at__isnull=True, released_at__isnull=True):
        perform(acting_user=admin, case=task, action="give_word", reason="已配合完成。")


@contextmanager
def days_ago(days: int) -> Iterator[None]:
    with clock.stopped_at(clock.now() - timedelta(days=days)):
        yield
