"""The register of frozen figures keeps the contract of all registers."""

from __future__ import annotations

from datetime import date

import pytest

from yuanheng.calc.periods import Period
from yuanheng.kernel import clock
from yuanheng.kernel.flow import flow_for, open_case
from yuanheng.kernel.testing import ResourceContract
from yuanheng.ledger.actions import NewFigure, subjects_of, write_figures
from yuanheng.ledger.actions.forms import open_submission
from yuanheng.ledger.choices import EntrySource
from yuanheng.ledger.models import (
    CheckRule,
    DueDay,
    Entry,
    Form,
    FormItem,
    FormPeriod,
    Freeze,
    Indicator,
    Observation,
    SensitiveWord,
    Snapshot,
    Target,
)
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


class TestObservations(ResourceContract):
    resource_name = "observation"

    def make(self, world, number):
        return make_figure(world, number)


class TestForms(ResourceContract):
    resource_name = "form"
    editor, viewer = "analyst", ""
    public = "list"
    text_field = "title"
    valid = {
        "title": "园区月报", "form_code": "YB01", "frequency": "month", "due_days": 5,
        "asks": "park",
        "indicator_names": "one",
    }  # fmt: skip
    invalid = {
        "title": "", "form_code": "有 空格", "frequency": "never", "due_days": 0,
        "indicator_names": "没有这个指标", "first_period": "七月",
    }  # fmt: skip

    @pytest.fixture(autouse=True)
    def _catalogue(self, world):
        Indicator.objects.create(code="one", name="一个指标", definition="口径", measure="元")

    def make(self, world, number):
        values = {**self.valid, "form_code": f"F{number}", "title": f"报表{number}"}
        return open_case(acting_user=world.analyst, flow=flow_for(Form), values=values)


class TestSubmissions(ResourceContract):
    resource_name = "submission"
    editor, viewer = "reporter", "auditor"
    public = "list"
    text_field = "title"

    def make(self, world, number):
        one, _new = Indicator.objects.get_or_create(
            code="one", defaults={"name": "一个指标", "definition": "口径", "measure": "元"}
        )
        form = Form.objects.filter(form_code="S").first() or make_form(world, one)
        row = FormPeriod.objects.create(
            form=form, version=1, period_start=2020 * 12 + number, period_kind=1,
            due_on=date(2020, 2, 10),
        )  # fmt: skip
        return open_submission(
            acting_user=world.analyst, form_period=row, committee_id=world.committee.pk
        )


def make_form(world, one):
    """An issued form with one indicator."""
    values = {
        "title": "报表", "form_code": "S", "frequency": "month", "due_days": 5,
        "indicator_names": "one",
    }  # fmt: skip
    form = open_case(acting_user=world.analyst, flow=flow_for(Form), values=values)
    Form.objects.filter(pk=form.pk).update(state="issued", version=1, issued_at=clock.now())
    FormItem.objects.create(form=form, version=1, position=1, indicator=one)
    return Form.objects.get(pk=form.pk)


def make_figure(world, number):
    """One figure of the park, of the month with this number."""
    one, _new = Indicator.objects.get_or_create(
        code="one", defaults={"name": "一个指标", "definition": "口径", "measure": "元"}
    )
    subject = subjects_of("park", ["LSJ"], acting_user=world.root)["LSJ"]
    entry = write_figures(
        acting_user=world.root,
        figures=[NewFigure(subject, one.pk, Period(2020 * 12 + number, 1), float(number))],
        source=EntrySource.HAND,
        title="数",
    )
    return Observation.objects.get(pk=entry.last_id)


class TestTargets(ResourceContract):
    resource_name = "target"
    valid = {
        "name": "技工贸总收入", "year": 2024, "kind": "figure", "park": "LSJ",
        "indicator": "total_income", "aim": 120.0, "counted": "enterprise", "curve": "even",
        "light_rule": "default", "code": "T-1", "position": 0,
    }  # fmt: skip
    change = {"name": "另一个名字", "lead": "园区办"}
    invalid = {"code": "有 空格", "name": "", "year": 1800, "kind": "wish"}

    @pytest.fixture
    def world(self, db):
        world = make_world()
        Indicator.objects.create(
            code="total_income", name="技工贸总收入", definition="口径", measure="元",
            shown_measure="亿元",
        )  # fmt: skip
        return world

    def make(self, world, number):
        return Target.objects.create(
            code=f"T{number}", name=f"目标{number}", year=2024, park=world.zone, aim=100.0,
            indicator=Indicator.objects.get(code="total_income"), owner=world.city,
        )  # fmt: skip


class TestDueDays(ResourceContract):
    resource_name = "dueday"
    text_field = "source"
    valid = {"frequency": "month", "days": 12, "org_unit": "ld", "valid_from": "2024-01-01"}
    change = {"source": "另一个文件"}
    invalid = {"frequency": "weekly", "days": -1}

    def make(self, world, number):
        return DueDay.objects.create(
            frequency="month", days=10 + number, org_unit=world.city, source=f"文件{number}"
        )
