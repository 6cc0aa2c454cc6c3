"""The registers of the appraisal keep the contract of all registers."""

from __future__ import annotations

from datetime import date

from yuanheng.appraisal.models import ListedMatter, ParkLink, UnitReckoning
from yuanheng.kernel.testing import ResourceContract


class TestListedMatters(ResourceContract):
    resource_name = "listedmatter"
    text_field = "title"
    valid = {"org_unit": "zj", "kind": "bonus", "title": "省级表彰", "happened_on": "2026-03-01",
             "points": "2.00", "reason": "通报表扬"}  # fmt: skip
    change = {"title": "国家级表彰"}
    invalid = {"kind": "party", "title": "", "points": "-1", "reason": "", "org_unit": "cs"}

    def make(self, world, number):
        return ListedMatter.objects.create(
            org_unit=world.zj, kind="red", title=f"红榜{number}", reason="通报",
            happened_on=date(2026, 1, 1),
        )  # fmt: skip


class TestParkLinks(ResourceContract):
    resource_name = "parklink"
    text_field = "reason"
    valid = {"org_unit": "zj", "park": "LSJ", "share": "100.00", "valid_from": "2026-01-01",
             "reason": "挂联方案"}  # fmt: skip
    change = {"share": "60.00"}
    invalid = {"org_unit": "cs", "park": "LPG", "share": "120"}

    def make(self, world, number):
        return ParkLink.objects.create(
            org_unit=world.zj, park=world.zone, valid_from=date(2020, 1, 1), reason=f"{number}"
        )


class TestUnitReckonings(ResourceContract):
    resource_name = "unitreckoning"
    text_field = "org_unit"

    def make(self, world, number):
        return UnitReckoning.objects.create(
            org_unit=world.zj, year=2000 + number, as_of=date(2026, 1, 1),
            values={"unit_bonus": 2.0},
            parts={"unit_bonus": [{"zh": "表彰", "en": "award", "value": 2, "href": "/x/"}]},
        )  # fmt: skip
