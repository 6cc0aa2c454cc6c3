"""The registers of this room keep what every register promises."""

from __future__ import annotations

from yuanheng.kernel.testing import ResourceContract
from yuanheng.publicworks.models import OrderRule, PublicProject


class TestProjects(ResourceContract):
    resource_name = "publicproject"
    editor, viewer, outsider = "supervisor", "auditor", "stranger"
    valid = {"code": "LSJ-90", "name": "主干道管网改造", "park": "LSJ", "kind": "pipes",
             "urgency": "2", "deadline": "2026-09-30", "budget_yuan": "26000000.00",
             "stage": "planned", "progress": 0}  # fmt: skip
    change = {"area": "北片区"}
    invalid = {"code": "", "park": "NO", "urgency": "9", "deadline": "月底", "progress": 120}
    text_field = "area"

    def make(self, world, number):
        return PublicProject.objects.create(
            code=f"P{number}", name=f"项目{number}", park=world.zone, lead=world.works
        )


class TestOrderRules(ResourceContract):
    resource_name = "orderrule"
    editor, viewer, outsider = "root", "reader", ""
    valid = {"formula": "紧急程度", "org_unit": None, "clause": "园办〔2026〕1号",
             "valid_from": "2026-01-01"}  # fmt: skip
    change = {"formula": "10 * 紧急程度"}
    invalid = {"formula": "紧急程度 - 天气"}
    text_field = "clause"
    public = "rows"

    def make(self, world, number):
        return OrderRule.objects.create(formula=f"紧急程度 + {number + 1} * 超期天数")
