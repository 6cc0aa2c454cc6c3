"""A task on its way, for the tests of this room."""

from __future__ import annotations

from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile

from yuanheng.kernel import flow
from yuanheng.supervision.actions import add_source
from yuanheng.supervision.models import Source, Task

TODAY, DEADLINE = "2026-03-02", date(2026, 3, 31)  # Monday to Tuesday


def evidence(name="验收单.pdf", text=b"one"):
    return SimpleUploadedFile(name, b"%PDF-1.4 " + text, content_type="application/pdf")


class Walk:
    """``walk.to("working")`` is a task that has come so far; the people are the world's."""

    def __init__(self, world):
        self.world = world
        self.source: Source | None = None

    def register(self, by="supervisor", above=None, **values) -> Task:
        if self.source is None:
            self.source = add_source(
                acting_user=self.world.supervisor,
                values={"kind": "meeting", "title": "园区工作推进会", "held_on": date(2026, 3, 1)},
            )
        given = {
            "title": "建成标准厂房二期", "source": self.source, "paragraph": 3,
            "quote": "三月底前建成标准厂房二期", "result": "竣工验收 5 万平方米",
            "lead": self.world.works, "deadline": DEADLINE, "frequency": "week",
        }  # fmt: skip
        return flow.open_case(
            acting_user=getattr(self.world, by), flow=flow.flow_for(Task),
            values={**given, **values}, parent_case=above,
        )  # fmt: skip

    def do(self, task, who, action, reason="", files=(), **values) -> Task:
        found = Task.objects.get(pk=task.pk)
        return flow.perform(
            acting_user=getattr(self.world, who), case=found, action=action, values=values,
            reason=reason, files=files,
        )  # fmt: skip

    def to(self, state: str, supporting=(), **values) -> Task:
        task = self.register(**values)
        steps = {
            "checking": lambda: self.do(task, "supervisor", "submit"),
            "approved": lambda: self.do(task, "analyst", "check"),
            "issued": lambda: self.do(task, "supervisor", "issue"),
            "working": lambda: self.do(task, "works_officer", "sign"),
            "finished": lambda: self.do(
                task, "works_officer", "finish", "已竣工验收", files=[evidence()]
            ),
            "closed": lambda: self.do(task, "supervisor", "close", "现场核实", quality=95),
        }
        if supporting:
            self.do(task, "supervisor", "arrange", supporting=[one.pk for one in supporting])
        for name, step in steps.items():
            if Task.objects.get(pk=task.pk).state == state:
                break
            step()
            assert Task.objects.get(pk=task.pk).state == name
        return Task.objects.get(pk=task.pk)
