"""The register of frozen figures keeps the contract of all registers."""

from __future__ import annotations

import pytest

from yuanheng.kernel import clock
from yuanheng.kernel.testing import ResourceContract
from yuanheng.ledger.models import CheckRule, Entry, Freeze, Indicator, SensitiveWord, Snapshot
from yuanheng.registry.tests.world import make_world


@pytest.fixture
def world(db):
    return make_world()


class TestSnapshots(ResourceContract):
    resource_name = "snapshot"

    def make(self, world, number):
        return Snapshot.objects.create(
            code=f"S{number}", title=f"数据{number}", subject_kind="enterprise", file_name="a.csv",
            sha256=f"{number:064}", byte_count=10, rows_usable=3, owner=world.city,
            uploaded_by=world.analyst, periods=["2024"],
            reading={"notes": [], "columns": [], "rejected": []},
        )  # fmt: skip


class TestSensitiveWords(ResourceContract):
    resource_name = "sensitiveword"
    editor, viewer = "root", "analyst"
    outsider = ""  # the list counts everywhere
    text_field = "word"
    valid = {"word": "增值税", "group": "tax", "valid_from": "2024-01-01"}
    change = {"word": "所得税"}
    invalid = {"word": "", "group": "weather", "valid_from": "2024-02-30"}

    def make(self, world, number):
        return SensitiveWord.objects.create(word=f"词{number}", group="tax")


class TestIndicators(ResourceContract):
    resource_name = "indicator"
    editor, viewer = "root", "reader"
    outsider = ""  # the catalogue counts everywhere
    public = "rows"
    valid = {
        "code": "new_one", "name": "新指标", "definition": "口径", "measure": "元",
        "shown_measure": "亿元", "decimals": 2, "theme": "scale", "direction": "higher",
        "over_time": "sum", "over_subjects": "sum", "frequency": "month", "authority": "own",
        "defined_from": "2024-01-01", "for_parks": True,
    }  # fmt: skip
    change = {"name": "另一个名字", "definition": "新口径"}
    invalid = {"code": "有 空格", "name": "", "measure": "斗", "over_time": "never"}

    def make(self, world, number):
        return Indicator.objects.create(
            code=f"one_{number}", name=f"指标{number}", definition="口径", measure="元",
            shown_measure="万元",
        )  # fmt: skip


class TestEntries(ResourceContract):
    resource_name = "entry"

    def make(self, world, number):
        return Entry.objects.create(
            title=f"月报{number}", source="form", filled_by=world.analyst, owner=world.city,
            territory="4313", rows=number,
        )  # fmt: skip


class TestFreezes(ResourceContract):
    resource_name = "freeze"

    def make(self, world, number):
        return Freeze.objects.create(
            code=f"F{number}", title=f"冻结{number}", kind="park", period="2024", up_to=1,
            as_of=clock.now(), subjects=1, figures=3, sha256=f"{number:064}", byte_count=10,
            manifest_sha256=f"{number:064}", owner=world.city, made_by=world.analyst,
        )  # fmt: skip


class TestCheckRules(ResourceContract):
    resource_name = "checkrule"
    editor, viewer = "root", "reader"
    outsider = ""  # rules count everywhere
    public = "rows"
    valid = {
        "code": "new_rule", "name": "新规则", "kind": "comparison", "severity": "block",
        "left": "入园企业", "operator": "<=", "right": "100", "tolerance_percent": 0.0,
        "tolerance": 0.0, "against": "history", "threshold": 3.5, "authority": "own",
        "valid_from": "2024-01-01",
    }  # fmt: skip
    change = {"name": "另一个名字", "right": "200"}
    invalid = {"code": "有 空格", "name": "", "severity": "hard", "tolerance_percent": -1.0}

    @pytest.fixture
    def world(self, db):
        world = make_world()
        Indicator.objects.create(code="firms", name="入园企业", definition="口径", measure="家")
        return world

    def make(self, world, number):
        return CheckRule.objects.create(
            code=f"rule_{number}", name=f"规则{number}", left="入园企业", operator="<=",
            right="100", valid_from="2024-01-01",
        )  # fmt: skip
