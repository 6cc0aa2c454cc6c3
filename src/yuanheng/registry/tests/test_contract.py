"""The registers of regions, parks and enterprises keep the contract of all registers."""

from __future__ import annotations

from yuanheng.kernel.testing import ResourceContract
from yuanheng.registry.models import Enterprise, Park, Region
from yuanheng.registry.tests.world import credit_code


class TestRegions(ResourceContract):
    resource_name = "region"

    def make(self, world, number):
        code = f"4313{number or 81:02}001"
        return Region.objects.create(
            code=code, name=f"第{number}镇", kind="township", parent=world.regions["4313"]
        )


class TestParks(ResourceContract):
    resource_name = "park"
    valid = {"code": "NEW", "name": "新化经济开发区", "region": "431322", "land_area_mu": "10.50"}
    change = {"name": "新化高新区", "land_area_mu": "20.00"}
    invalid = {"code": "有 空格", "name": "", "region": "430102", "land_area_mu": "-1"}

    def make(self, world, number):
        return Park.objects.create(
            code=f"T{number}", name=f"园区{number}", region=world.regions["431381"],
            committee=world.committee, parent_zone=world.zone,
        )  # fmt: skip


class TestEnterprises(ResourceContract):
    resource_name = "enterprise"
    valid = {
        "credit_code": credit_code(900), "name": "新化机械有限公司", "region": "431322",
        "park": "LSJ", "above_scale": True, "founded_on": "2020-02-29",
    }  # fmt: skip
    change = {"name": "新化重工有限公司", "above_scale": None}
    invalid = {"credit_code": credit_code(901)[:-1] + "?", "name": "", "region": "430102"}
    masked_for = "supervisor"
    secrets = {"contact_phone": "13912345678", "legal_representative": "欧阳测试"}

    def make(self, world, number):
        return Enterprise.objects.create(
            credit_code=credit_code(800 + number), name=f"企业{number}", park=world.zone,
            region=world.regions["431381"], landlord=world.steel,
        )  # fmt: skip
