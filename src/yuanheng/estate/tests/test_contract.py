"""The registers of the estate keep the contract of all registers."""

from __future__ import annotations

from yuanheng.estate.models import AreaItem, AreaRule, Reckoning, TaxKind, TaxPaid, TenantMerge
from yuanheng.kernel.testing import ResourceContract
from yuanheng.registry.models import Enterprise
from yuanheng.registry.tests.world import credit_code

MINE, OTHER = credit_code(1), credit_code(2, "430102")


class TestAreaItems(ResourceContract):
    resource_name = "areaitem"
    text_field = "title"
    valid = {
        "enterprise": MINE, "kind": "own", "title": "一号宗地", "area_mu": "50.0000",
        "valid_from": "2020-01-01", "basis": "湘（2020）不动产权第0001号",
    }  # fmt: skip
    change = {"title": "一号宗地（东）", "area_mu": "49.5000"}
    invalid = {"kind": "rented", "title": "", "area_mu": "-1", "enterprise": OTHER,
               "floor_m2": "5", "valid_until": "2019-01-01"}  # fmt: skip

    def make(self, world, number):
        return AreaItem.objects.create(
            enterprise=world.steel, kind="own", title=f"宗地{number}", area_mu="10"
        )

    def test_wrong_values_are_named_and_nothing_is_written(self, world):
        self.invalid = {k: v for k, v in self.invalid.items() if k != "valid_until"}
        super().test_wrong_values_are_named_and_nothing_is_written(world)


class TestTaxPaid(ResourceContract):
    resource_name = "taxpaid"
    text_field = "tax_kind"
    valid = {"enterprise": MINE, "year": 2024, "tax_kind": "增值税", "amount_yuan": "120.50",
             "is_addition": False}  # fmt: skip
    change = {"amount_yuan": "99.00"}
    invalid = {"tax_kind": "", "amount_yuan": "很多", "year": 12, "enterprise": OTHER}

    def make(self, world, number):
        return TaxPaid.objects.create(
            enterprise=world.steel, year=2024, tax_kind=f"税{number}", amount_yuan="1.00"
        )


class TestTenantMerges(ResourceContract):
    resource_name = "tenantmerge"
    text_field = "reason"
    valid = {"tenant": credit_code(3), "holder": MINE, "valid_from": "2023-01-01",
             "reason": "同一宗地"}  # fmt: skip
    change = {"reason": "同一宗地，合并评价"}
    invalid = {"reason": "", "tenant": OTHER, "valid_from": "2023-02-30"}

    def make(self, world, number):
        firm = Enterprise.objects.create(
            credit_code=credit_code(100 + number), name=f"租户{number}",
            region=world.regions["431381"], park=world.zone,
        )  # fmt: skip
        return TenantMerge.objects.create(
            tenant=firm, holder=world.steel, valid_from="2023-01-01", reason="同一宗地"
        )


class TestTaxKinds(ResourceContract):
    resource_name = "taxkind"
    editor, viewer = "chief", "reader"
    outsider = ""  # everybody reads settings
    public = "rows"
    valid = {"name": "增值税", "counts": True, "share": "100.00", "org_unit": "ld",
             "valid_from": "2020-01-01"}  # fmt: skip
    change = {"clause": "某办法第五条", "counts": False}
    invalid = {"name": "", "share": "140", "valid_from": "2020-02-31"}

    def make(self, world, number):
        return TaxKind.objects.create(
            name=f"税{number}", org_unit=world.city, valid_from="2020-01-01"
        )


class TestAreaRules(ResourceContract):
    resource_name = "arearule"
    editor, viewer = "chief", "reader"
    outsider = ""
    public = "rows"
    valid = {"name": "按天数", "org_unit": "ld", "valid_from": "2020-01-01",
             "counting": "by_days", "untitled_counts": True, "exempt_deducts": True}  # fmt: skip
    change = {"clause": "某办法第六条", "exempt_deducts": False}
    invalid = {"name": "", "counting": "by_moon"}

    def make(self, world, number):
        return AreaRule.objects.create(
            name=f"规则{number}", org_unit=world.city, valid_from="2020-01-01"
        )


class TestReckonings(ResourceContract):
    resource_name = "reckoning"
    text_field = "rule"

    def make(self, world, number):
        return Reckoning.objects.create(
            enterprise=world.steel, year=2000 + number, area_mu=50.0, tax_yuan=100.0,
            area_parts=[{"key": "", "zh": "自有用地：+ 50 亩", "en": "own", "value": 50.0}],
        )  # fmt: skip
