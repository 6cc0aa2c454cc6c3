"""The registers of rounds keep the contract of all registers."""

from __future__ import annotations

import pytest

from yuanheng.kernel.flow import flow_for, open_case
from yuanheng.kernel.testing import ResourceContract
from yuanheng.registry.tests.world import credit_code
from yuanheng.rounds.models import (
    DynamicRule,
    EvaluationRound,
    GradeMeasure,
    Objection,
    ProcedureRule,
    Sheet,
    UtilityAccount,
)

pytestmark = pytest.mark.usefixtures("_clean_home")


@pytest.fixture
def world(place):
    place.world.place = place
    return place.world


def make_round(world, number=0):
    values = {
        "title": f"评价{number}", "scheme_version": world.place.version,
        "table": world.place.table, "period": "2024",
    }  # fmt: skip
    return open_case(acting_user=world.analyst, flow=flow_for(EvaluationRound), values=values)


def make_sheet(world, number):
    case = EvaluationRound.objects.first() or make_round(world)
    EvaluationRound.objects.update(state="confirming", sent_at=case.opened_at)
    case.refresh_from_db()
    return Sheet.objects.create(
        round=case, subject_code=f"C{number}", name=f"企业{number}", park=world.zone,
        region=world.regions["431381"], row_number=number + 1, figures={"tax": 1.0},
    )  # fmt: skip


class TestRounds(ResourceContract):
    resource_name = "round"
    editor, viewer = "analyst", "reader"
    public = "list"
    text_field = "title"
    valid = {"title": "年度评价", "period": "2024"}
    invalid = {"title": "", "period": "去年"}

    @pytest.fixture(autouse=True)
    def _whole(self, world):
        place = world.place
        self.valid = {
            **type(self).valid, "scheme_version": str(place.version.pk), "table": place.table.code
        }  # fmt: skip

    def make(self, world, number):
        return make_round(world, number)


class TestSheets(ResourceContract):
    resource_name = "sheet"
    text_field = "name"

    def make(self, world, number):
        return make_sheet(world, number)


class TestObjections(ResourceContract):
    resource_name = "objection"
    editor, viewer = "analyst", "reader"
    public = "list"
    text_field = "title"

    def make(self, world, number):
        sheet = make_sheet(world, number)
        values = {
            "title": f"异议{number}", "round": sheet.round, "sheet": sheet, "about": "figures",
            "claims": [], "grounds": "不对",
        }  # fmt: skip
        return open_case(acting_user=world.analyst, flow=flow_for(Objection), values=values)


class TestProcedureRules(ResourceContract):
    resource_name = "procedurerule"
    editor, viewer = "chief", "reader"
    outsider = ""  # everybody reads settings
    public = "rows"
    text_field = "name"
    valid = {
        "name": "本市规则", "org_unit": "ld", "valid_from": "2024-01-01", "silence": "agreed",
        "published_by_another": True,
    }  # fmt: skip
    change = {"name": "另一个名字", "clause": "某文件第三条"}
    invalid = {"name": "", "silence": "never", "valid_from": "2024-02-30"}

    def make(self, world, number):
        return ProcedureRule.objects.create(
            name=f"规则{number}", org_unit=world.city, valid_from="2024-01-01"
        )


class TestDynamicRules(ResourceContract):
    resource_name = "dynamicrule"
    editor, viewer = "chief", "reader"
    outsider = ""  # everybody reads settings
    public = "rows"
    valid = {
        "name": "末位退出", "org_unit": "ld", "valid_from": "2024-01-01", "subject_kind": "park",
        "measure": "last", "size": "5.00", "times": 2, "within": 3, "effect": "exit",
    }  # fmt: skip
    change = {"name": "另一个名字", "clause": "某文件第三条"}
    invalid = {"name": "", "effect": "party", "times": 0}

    def make(self, world, number):
        return DynamicRule.objects.create(
            name=f"规则{number}", org_unit=world.city, effect="warning", valid_from="2024-01-01"
        )


class TestGradeMeasures(ResourceContract):
    resource_name = "grademeasure"
    editor, viewer = "chief", "reader"
    outsider = ""  # everybody reads settings
    public = "rows"
    valid = {
        "name": "D类加价", "org_unit": "ld", "valid_from": "2024-01-01", "grade": "D",
        "from_year": 1, "resource": "power", "delta": "0.0500", "measure": "元/千瓦时",
        "stacking": "highest",
    }  # fmt: skip
    change = {"name": "另一个名字", "clause": "某文件第三条"}
    invalid = {"name": "", "resource": "wind", "delta": "很多"}

    def make(self, world, number):
        return GradeMeasure.objects.create(
            name=f"政策{number}", org_unit=world.city, grade="D", resource="power", delta="0.1",
            measure="元/千瓦时", valid_from="2024-01-01",
        )  # fmt: skip


class TestUtilityAccounts(ResourceContract):
    resource_name = "utilityaccount"
    text_field = "account"
    valid = {
        "enterprise": credit_code(1), "resource": "power", "account": "0730001",
        "supplier": "供电公司", "valid_from": "2024-01-01",
    }  # fmt: skip
    change = {"supplier": "另一家供电公司"}
    invalid = {"account": "", "resource": "wind", "enterprise": credit_code(2, "430102")}

    def make(self, world, number):
        return UtilityAccount.objects.create(
            enterprise=world.steel, resource="power", account=f"A{number}",
            valid_from="2024-01-01",
        )  # fmt: skip
