from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from yuanheng.accounts.models import OrgUnit
from yuanheng.calc.faults import FaultyInput
from yuanheng.kernel.models import AuditEvent, Upload
from yuanheng.kernel.policies import Refused
from yuanheng.registry.api import enterprise_facts, import_file, park_facts
from yuanheng.registry.models import Enterprise, Park
from yuanheng.registry.tests.world import credit_code

HEADINGS = [
    "统一社会信用代码",
    "企业名称",
    "所属园区",
    "所在县区",
    "行业代码",
    "行业名称",
    "规上",
    "高新技术企业",
    "专精特新",
    "成立日期",
    "出租方代码",
    "用地方式",
]


@pytest.fixture
def workbook(tmp_path):
    def write(rows: list[list[object]], headings: list[str] = HEADINGS) -> Path:
        path = tmp_path / "企业名录.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("名录")
            for at, row in enumerate([headings, *rows]):
                for column, value in enumerate(row):
                    if value is not None:
                        sheet.write_string(at, column, str(value))
        return path

    return write


def row(number: int, name: str = "新企业", park: str = "LSJ", **more: str) -> list[object]:
    values = dict.fromkeys(HEADINGS)
    values |= {"统一社会信用代码": credit_code(number), "企业名称": name, "所属园区": park}
    return list((values | more).values())


def csv(tmp_path: Path, text: str, name: str = "table.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


def test_parks_name_a_common_committee_and_a_zone(world, tmp_path):
    table = csv(
        tmp_path,
        "园区代码,园区名称,简称,级别,管委会,所在县区,上级园区,主导产业,特色产业,规划面积(亩)\n"
        "XH-1,新化西区,,省级,新化经开区管委会,新化县,XH,电子陶瓷,,1200.5\n"
        "XH,新化经济开发区,新化经开,国家级,新化经开区管委会,431322,,,,\n",
    )
    report = import_file("parks", table, world.analyst)
    assert report.committed, report.faults
    part, zone = Park.objects.get(code="XH-1"), Park.objects.get(code="XH")
    assert part.parent_zone == zone
    assert part.committee == zone.committee
    assert (part.committee.name, part.committee.parent) == ("新化经开区管委会", world.city)
    assert (part.rank, str(part.land_area_mu), zone.land_area_mu) == (
        "provincial",
        "1200.50",
        None,
    )
    assert OrgUnit.objects.filter(name="新化经开区管委会").count() == 1
    codes = set(AuditEvent.objects.values_list("action_code", flat=True))
    assert codes == {"registry.import_park", "accounts.create_orgunit"}
    assert import_file("parks", table, world.analyst).counts["unchanged"] == 2


def test_a_table_of_statistical_units_is_a_table_of_parks(world, tmp_path):
    table = csv(
        tmp_path,
        "code12,code,name,level,kind_guess,county,city,province\n"
        "431381403000,431381403,禾青工业园,township,工业园区类,冷水江市,娄底市,湖南省\n",
    )
    assert import_file("parks", table, world.analyst).committed
    assert Park.objects.get(code="431381403").region.code == "431381"


def test_enterprises_come_in_with_ladder_landlord_and_one_audit_row(world, workbook):
    table = workbook(
        [
            row(10, "房东", 规上="是", 高新技术企业="是", 成立日期="2001-02-03"),
            row(11, "租户", park="冷水江经开区北区", 出租方代码=credit_code(10), 用地方式="租赁"),
            row(12, "园外", park=None, 所在县区="新化县", 规上="否"),
        ]
    )
    report = import_file("enterprises", table, world.analyst)
    assert report.committed, report.faults
    owner = Enterprise.objects.get(credit_code=credit_code(10))
    tenant = Enterprise.objects.get(credit_code=credit_code(11))
    outside = Enterprise.objects.get(credit_code=credit_code(12))
    assert (tenant.landlord, tenant.land_holding, tenant.park) == (owner, "rented", world.part)
    assert (owner.above_scale, tenant.above_scale, outside.above_scale) == (True, None, False)
    assert (owner.region.code, outside.region.code, outside.park) == ("431381", "431322", None)
    assert [one.rung.code for one in owner.standings.all()] == ["high_tech"]
    event = AuditEvent.objects.get()
    assert event.action_code == "registry.import_enterprise"
    assert event.after["sha256"] == report.sha256
    assert event.after["new"] == 3


def test_an_empty_cell_leaves_what_is_there_and_a_no_ends_a_rung(world, workbook):
    code = world.steel.credit_code
    values = dict.fromkeys(HEADINGS) | {
        "统一社会信用代码": code,
        "企业名称": "冷水江特钢有限公司",
        "高新技术企业": "否",
    }
    report = import_file("enterprises", workbook([list(values.values())]), world.analyst)
    assert report.counts["changed"] == 1
    changed = Enterprise.objects.get(credit_code=code)
    assert (changed.pk, changed.name) == (world.steel.pk, "冷水江特钢有限公司")
    assert (changed.above_scale, changed.park) == (True, world.zone)
    standing = changed.standings.get()
    assert standing.until is not None


def test_every_bad_row_is_told_with_its_cell_and_nothing_is_written(world, workbook):
    damaged = row(20)
    damaged[0] = str(damaged[0])[:-1] + ("1" if str(damaged[0])[-1] != "1" else "2")
    table = workbook(
        [
            damaged,
            row(21, park="没有的园区"),
            row(22, 用地方式="白用"),
            row(23, 出租方代码=credit_code(999)),
            row(24, park=None),
            row(25, park=None, 所在县区="芙蓉区"),
            row(26, 出租方代码=credit_code(26)),
            row(27, name="好的"),
        ]
    )
    report = import_file("enterprises", table, world.analyst)
    assert not report.committed
    said = {line: text for line, _key, text in report.faults}
    assert "名录!A2（统一社会信用代码）" in said[2]
    assert "校验位" in said[2]
    assert said[3].startswith("名录!C3（所属园区）：园区“没有的园区”不在名录中。")
    assert "“白用”不在可填范围内，应为：自有 / 租赁。" in said[4]
    assert "不在名录中，也不在本文件中" in said[5]
    assert "所属园区和所在县区均为空" in said[6]
    assert "超出您的管理范围" in said[7]
    assert "不能是自己的出租方" in said[8]
    assert 9 not in said
    assert Enterprise.objects.count() == 2
    assert not AuditEvent.objects.exists()
    report = import_file("enterprises", table, world.analyst, leave_out_faulty=True)
    assert (report.committed, report.counts["new"], report.counts["faulty"]) == (True, 1, 7)


def test_a_code_registered_elsewhere_is_not_taken_over(world, workbook):
    taken = row(2)
    taken[0] = world.seed.credit_code
    report = import_file("enterprises", workbook([taken]), world.analyst)
    assert "已登记在您管理范围以外的地区" in report.faults[0][2]


def test_the_rules_of_the_model_hold_for_a_bulk_import_too(world, tmp_path):
    table = csv(
        tmp_path,
        f"园区代码,园区名称,简称,所在县区\nA/1,斜杠园区,,新化县\nA2,长名园区,{'长' * 31},新化县\n",
    )
    report = import_file("parks", table, world.analyst)
    said = {line: text for line, _key, text in report.faults}
    assert "A2（园区代码）：只能使用字母、数字、“-”和“_”。" in said[2]
    assert "C3（简称）" in said[3]
    assert "30" in said[3]


def test_a_file_that_is_no_such_table_is_refused_whole(world, tmp_path):
    with pytest.raises(FaultyInput) as caught:
        import_file("parks", csv(tmp_path, "甲,乙\n1,2\n"), world.analyst)
    assert any("园区代码" in fault.zh for fault in caught.value.faults)
    with pytest.raises(KeyError):
        import_file("nothing", tmp_path / "x.csv", world.analyst)


def test_who_may_not_import_is_told(world, tmp_path, sign_in):
    with pytest.raises(Refused, match="您没有导入此类数据的权限"):
        import_file("parks", csv(tmp_path, "code,name\n"), world.reader)
    response = sign_in(world.reader).get(reverse("upload-create", args=["parks"]))
    assert response.status_code == 403
    assert "您没有导入此类数据的权限" in response.text
    assert sign_in(world.reader).get(reverse("upload-create", args=["no"])).status_code == 404


def _send(client, path: Path):
    with path.open("rb") as stream:
        return client.post(reverse("upload-create", args=["enterprises"]), {"table": stream})


def test_upload_preview_commit(world, workbook, sign_in):
    client = sign_in(world.reporter)
    response = _send(client, workbook([row(30, "甲公司"), row(31, "乙公司", park="乱写")]))
    assert response.status_code == 302
    page = client.get(response.url)
    assert {k: n for k, n in page.context["counts"].items() if n} == {"new": 1, "faulty": 1}
    assert "园区“乱写”不在名录中" in page.text
    assert "甲公司" in client.get(response.url + "?rows=new").text
    assert not Enterprise.objects.filter(name="甲公司").exists()

    commit = response.url + "commit/"
    refused = client.post(commit, follow=True)
    assert "有 1 行数据不能使用" in refused.text
    assert not Enterprise.objects.filter(name="甲公司").exists()

    done = client.post(commit, {"leave_out_faulty": "1"}, follow=True)
    assert "导入完成：新增 1 条，修改 0 条，未导入 1 条。" in done.text
    assert Enterprise.objects.get(name="甲公司").park == world.zone
    twice = client.post(commit, {"leave_out_faulty": "1"}, follow=True)
    assert "该文件已处理完毕" in twice.text
    assert AuditEvent.objects.filter(action_code="registry.import_enterprise").count() == 1


def test_a_preview_that_no_longer_holds_is_made_again(world, workbook, sign_in):
    client = sign_in(world.analyst)
    address = _send(client, workbook([row(40, "丙公司")])).url
    Enterprise.objects.create(
        credit_code=credit_code(40), name="旧名", region=world.regions["431381"]
    )
    answer = client.post(address + "commit/", follow=True)
    assert "生成预览后名录又有变化" in answer.text
    assert Enterprise.objects.get(credit_code=credit_code(40)).name == "旧名"
    client.post(address + "commit/")
    assert Enterprise.objects.get(credit_code=credit_code(40)).name == "丙公司"


def test_a_discarded_file_writes_nothing(world, workbook, sign_in):
    client = sign_in(world.analyst)
    address = _send(client, workbook([row(41)])).url
    assert "数据没有变化" in client.post(address + "discard/", follow=True).text
    client.post(address + "commit/")
    assert Enterprise.objects.count() == 2


def test_an_upload_is_seen_by_its_sender_only(world, workbook, sign_in):
    address = _send(sign_in(world.analyst), workbook([row(42)])).url
    assert sign_in(world.stranger).get(address).status_code == 404
    assert sign_in(world.stranger).post(address + "commit/").status_code == 404
    assert sign_in(world.root).get(address).status_code == 200


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.pdf", b"%PDF", "不是可以读取的表格"),
        ("a.csv", b"", "该文件是空的"),
        ("a.csv", "甲,乙\n1,2\n".encode(), "该文件暂不能使用"),
        ("a.xlsx", b"no workbook", "该文件暂不能使用"),
    ],
)
def test_a_wrong_file_is_told(world, sign_in, name, content, sentence):
    client = sign_in(world.analyst)
    upload = SimpleUploadedFile(name, content)
    response = client.post(reverse("upload-create", args=["enterprises"]), {"table": upload})
    assert response.status_code == 422
    assert sentence in response.text
    assert not Upload.objects.exists()


def test_the_empty_workbook_can_be_filled_in_and_sent(world, sign_in, tmp_path):
    response = sign_in(world.analyst).get(reverse("upload-template", args=["parks"]))
    path = tmp_path / "parks.xlsx"
    path.write_bytes(response.content)
    report = import_file("parks", path, world.analyst)  # its headings fit; only rows are missing
    assert set(report.counts.values()) == {0}
    answer = sign_in(world.analyst).post(
        reverse("upload-create", args=["parks"]),
        {"table": SimpleUploadedFile("parks.xlsx", response.content)},
        follow=True,
    )
    assert "表头下方没有数据" in answer.text


def test_many_rows_are_one_import_with_few_queries(world, tmp_path, django_assert_max_num_queries):
    lines = [",".join(HEADINGS)]
    lines += [
        f"{credit_code(n)},企业{n},LSJ,,3411,金属结构制造,是,否,,2010-01-01,,自有"
        for n in range(1000, 1300)
    ]
    table = csv(tmp_path, "\n".join(lines))
    with django_assert_max_num_queries(60):  # the same for any number of rows of one thousand
        report = import_file("enterprises", table, world.analyst)
    assert (report.committed, report.counts["new"]) == (True, 300)
    assert AuditEvent.objects.count() == 1


def test_facts_are_for_other_rooms(world):
    assert [one.code for one in park_facts(world.analyst)] == ["LSJ", "LSJ-2"]
    assert park_facts(world.analyst)[1].parent_zone_code == "LSJ"
    (fact,) = enterprise_facts(world.analyst, park_code="LSJ")
    assert (fact.name, fact.rungs, fact.above_scale) == (
        "冷水江钢铁有限公司",
        ("high_tech",),
        True,
    )
    assert not list(enterprise_facts(world.nobody))
