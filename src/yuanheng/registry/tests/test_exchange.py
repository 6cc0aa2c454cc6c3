"""What goes out as a table comes back as it was, and nothing in it runs."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import python_calamine as calamine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yuanheng.accounts.tests.world import make_user
from yuanheng.calc.faults import FaultyInput
from yuanheng.kernel.actions.exporting import export_register
from yuanheng.kernel.actions.imports import import_path
from yuanheng.kernel.exporting.selection import ExportRequest
from yuanheng.kernel.exporting.stamp import read_stamp
from yuanheng.kernel.importing import importer_for
from yuanheng.kernel.jobs.worker import work_off
from yuanheng.kernel.models import AuditEvent, RowChange
from yuanheng.kernel.resources import resource_for
from yuanheng.registry.api import import_file
from yuanheng.registry.models import Enterprise, Park
from yuanheng.registry.tests.world import credit_code

DANGEROUS = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "'=1", "#REF! 号楼"]


def export(user, tmp_path, *, name="enterprise", kind="xlsx", query="", narrow=False) -> Path:
    path = tmp_path / f"out.{'xlsx' if kind == 'xlsx' else 'csv'}"
    request = ExportRequest(resource_for(name), user, query, narrow)
    export_register(acting_user=user, request=request, path=path, format=kind)
    return path


def cells(path: Path) -> list[list[object]]:
    return calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()


def plan(user, path: Path, code: str = "enterprises"):
    return importer_for(code).plan(path, acting_user=user)


@pytest.mark.parametrize("kind", ["xlsx", "csv", "csv-gb18030"])
def test_an_export_imported_unchanged_changes_nothing(world, tmp_path, kind):
    Enterprise.objects.filter(pk=world.steel.pk).update(
        registered_capital_yuan=Decimal("12345678.90"),
        founded_on=date(2001, 2, 3),
        longitude=112.123456,
        scale="large",
        landlord=world.seed,
        contact_phone="0738-1234567",
        business_scope="第一行\n第二行, “引号”",
        land_holding="rented",
    )
    for name, code in (("enterprise", "enterprises"), ("park", "parks"), ("region", "regions")):
        path = export(world.root, tmp_path, name=name, kind=kind)
        found = plan(world.root, path, code)
        counts = {outcome: n for outcome, n in found.counts.items() if n}
        assert set(counts) == {"unchanged"}, (
            name,
            [one.message for one in found.having("faulty")],
        )


_texts = st.text(
    st.characters(codec="gb18030", exclude_categories=("Cs", "Cc"), exclude_characters="计"),
    min_size=1,
    max_size=20,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    name=_texts.filter(lambda text: text.strip()),
    products=st.one_of(_texts, st.sampled_from(DANGEROUS), st.just("〈清空〉"), st.just("＊＊＊")),
    capital=st.none() | st.decimals(0, 10**12, places=2),
    flag=st.none() | st.booleans(),
    day=st.none() | st.dates(date(1850, 1, 1), date(2150, 1, 1)),
    longitude=st.none() | st.floats(-180, 180),
    kind=st.sampled_from(["xlsx", "csv", "csv-gb18030"]),
)
def test_whatever_a_row_holds_it_comes_back(
    world, tmp_path, name, products, capital, flag, day, longitude, kind
):
    if longitude is not None and 0 < abs(longitude) < 1e-15:
        longitude = 0.0
    Enterprise.objects.filter(pk=world.steel.pk).update(
        name=name,
        main_products=products,
        registered_capital_yuan=capital,
        above_scale=flag,
        founded_on=day,
        longitude=longitude,
    )
    path = export(world.root, tmp_path, kind=kind)
    found = plan(world.root, path)
    told = [
        (line.message, line.changes) for at in range(len(found.lines)) for line in [found.line(at)]
    ]
    assert found.counts["unchanged"] == 2, told


def test_an_edited_export_changes_what_was_edited(world, tmp_path):
    path = export(world.analyst, tmp_path, query="q=钢铁", kind="csv")
    lines = path.read_bytes().decode("utf-8-sig")
    assert lines.count("\r\n") == 2
    path.write_text(lines.replace("冷水江钢铁", "冷水江特钢"), "utf-8")
    report = import_path(
        acting_user=world.analyst, importer=importer_for("enterprises"), path=path
    )
    assert report.counts["changed"] == 1
    world.steel.refresh_from_db()
    assert (world.steel.name, world.steel.above_scale) == ("冷水江特钢有限公司", True)
    change = RowChange.objects.get(subject_pk=str(world.steel.pk))
    assert (change.before, change.after) == (
        {"name": "冷水江钢铁有限公司"},
        {"name": "冷水江特钢有限公司"},
    )


def test_a_word_clears_and_an_empty_cell_leaves(world, tmp_path):
    Enterprise.objects.filter(pk=world.steel.pk).update(
        address="老地址", land_area_mu=5, founded_on=date(2000, 1, 1), scale="large"
    )
    table = tmp_path / "t.csv"
    table.write_text(
        "统一社会信用代码,企业名称,所属园区,详细地址,用地面积(亩),成立日期,规上,企业规模\n"
        f"{world.steel.credit_code},,〈清空〉,〈清空〉,〈清空〉,<清空>,〈清空〉,\n",
        "utf-8",
    )
    report = import_file("enterprises", table, world.analyst)
    assert report.committed, report.faults
    row = Enterprise.objects.get(pk=world.steel.pk)
    assert (row.address, row.land_area_mu, row.founded_on, row.above_scale) == (
        "",
        None,
        None,
        None,
    )
    assert (row.park, row.scale, row.name) == (None, "large", "冷水江钢铁有限公司")
    table.write_text(f"统一社会信用代码,企业名称\n{world.steel.credit_code},〈清空〉\n", "utf-8")
    report = import_file("enterprises", table, world.analyst)
    assert "此项为必填，不能清空" in report.faults[0][2]


def test_no_cell_of_an_export_runs(world, tmp_path):
    for text in DANGEROUS:
        Enterprise.objects.filter(pk=world.steel.pk).update(main_products=text)
        path = export(world.root, tmp_path)
        with zipfile.ZipFile(path) as package:
            assert b"<f>" not in package.read("xl/worksheets/sheet1.xml")
        with export(world.root, tmp_path, kind="csv").open(encoding="utf-8-sig", newline="") as f:
            written = [cell for row in csv.reader(f) for cell in row]
        assert "'" + text in written
        assert not any(cell[:1] in tuple("=+-@\t\r") for cell in written if cell)


def test_a_workbook_says_what_it_is(world, tmp_path):
    path = export(world.analyst, tmp_path, query="region=43")
    stamp = read_stamp(path)
    assert (stamp.resource, stamp.rows, stamp.query) == ("enterprises", 1, "region=43")
    found = plan(world.analyst, path)
    assert "从本系统导出，共 1 行" in found.notes[0]
    with pytest.raises(FaultyInput) as caught:
        plan(world.root, path, "parks")
    assert "该工作簿导出自“企业”，而这里导入的是“园区”" in caught.value.faults[0].zh


def test_a_workbook_helps_to_fill_it_in(world, tmp_path):
    path = export(world.analyst, tmp_path)
    with zipfile.ZipFile(path) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
        notes = package.read("xl/comments1.xml").decode()
        book = package.read("xl/workbook.xml").decode()
    assert "大型,中型,小型,微型" in sheet
    assert "dataValidation" in sheet
    assert 'state="frozen"' in sheet
    assert "必填" in notes
    assert "留空表示不修改" in notes
    assert 'state="hidden"' not in book or "选项" in book


def test_what_is_masked_goes_out_as_a_mask_and_comes_back_unread(world, tmp_path):
    Enterprise.objects.filter(pk=world.steel.pk).update(contact_phone="0738-7654321")
    officer = make_user("masked", "bureau_officer", world.city)
    path = export(officer, tmp_path)
    head, row = cells(path)[0], cells(path)[1]
    assert row[head.index("联系电话")] == "＊＊＊"
    found = plan(world.root, path)
    assert found.counts["unchanged"] == len(found.lines)


def test_an_export_holds_only_what_one_sees_and_is_logged(world, sign_in):
    client = sign_in(world.analyst)
    page = client.get(reverse("enterprise-export") + "?region=43")
    assert "按列表当前的筛选和排序" in page.text
    answer = client.post(reverse("enterprise-export") + "?region=43", {"format": "csv"})
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "冷水江钢铁有限公司" in content
    assert "隆平种业有限公司" not in content
    event = AuditEvent.objects.get(action_code="registry.export_enterprise")
    assert (event.after["rows"], event.after["query"]) == (1, "region=43")
    assert len(event.after["sha256"]) == 64
    assert sign_in(world.nobody).get(reverse("enterprise-export")).status_code == 403
    client = sign_in(world.analyst)
    wrong = client.post(reverse("enterprise-export"), {"format": "exe"})
    assert wrong.status_code == 404


def test_only_the_columns_of_the_list(world, tmp_path):
    path = export(world.analyst, tmp_path, narrow=True)
    head = cells(path)[0]
    assert head[:3] == ["统一社会信用代码", "企业名称", "所属园区"]
    assert "联系电话" not in head


def test_rows_to_mend_come_back_and_go_in(world, sign_in, tmp_path):
    table = tmp_path / "企业.csv"
    table.write_text(
        "统一社会信用代码,企业名称,所属园区,注册资本(万元)\n"
        f"{credit_code(70)},好的,LSJ,100\n"
        f"{credit_code(71)},坏的,没有的园区,200\n"
        f"{credit_code(72)},也坏,LSJ,很多\n",
        "utf-8",
    )
    client = sign_in(world.analyst)
    with table.open("rb") as stream:
        address = client.post(
            reverse("upload-create", args=["enterprises"]), {"table": stream}
        ).url
    done = client.get(address + "faulty/")
    path = tmp_path / "mend.xlsx"
    path.write_bytes(done.content)
    head, first, second = cells(path)
    assert head[0].startswith("问题")
    assert "没有的园区" in first[0]
    assert second[1:] == [credit_code(72), "也坏", "LSJ", "很多"]
    # Sent again as it is, the same two rows are at fault, and nothing else.
    again = plan(world.analyst, path)
    assert again.counts["faulty"] == len(again.lines) == 2
    mended = tmp_path / "mended.csv"
    lines = [head, [first[0], *first[1:3], "LSJ", first[4]], [*second[:4], "300"]]
    mended.write_text("\n".join(",".join(str(c) for c in line) for line in lines), "utf-8")
    report = import_file("enterprises", mended, world.analyst)
    assert report.committed, report.faults
    assert Enterprise.objects.get(name="也坏").registered_capital_yuan == Decimal("3000000.00")


def test_a_register_without_an_importer_has_one(world, tmp_path, sign_in):
    from yuanheng.kernel.importing.registry import ResourceImporter

    importer = ResourceImporter(resource_for("park"))
    table = tmp_path / "p.csv"
    table.write_text(
        "园区代码,园区名称,级别,管委会,所在地区,上级园区,规划面积(平方公里),批准日期\n"
        "N1,新园,省级,冷水江经开区管委会,431381,N2,1,2020年1月2日\n"
        "N2,总园,national,,新化县,,,\n",
        "utf-8",
    )
    report = import_path(acting_user=world.analyst, importer=importer, path=table)
    assert report.committed, report.faults
    park = Park.objects.get(code="N1")
    assert (park.rank, park.committee, park.parent_zone.name) == (
        "provincial",
        world.committee,
        "总园",
    )
    assert (park.land_area_mu, park.approved_on) == (Decimal("1500.00"), date(2020, 1, 2))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bomb.xlsx", None),
        ("文档.xlsx", "docx"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
        ("nul.csv", b"\x00\x01\x02,\xff\xfe\n"),
        ("dup.csv", "统一社会信用代码,企业名称,企业名称\n1,2,3\n".encode()),
        ("cell.csv", ("统一社会信用代码,企业名称\n" + "x" * 3_000_000 + ",y\n").encode()),
    ],
)
def test_a_bad_file_is_told_and_nothing_is_kept(world, sign_in, name, content):
    if content is None or content == "docx":
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("word/document.xml" if content else "xl/workbook.xml", b"<a/>")
            if content is None:
                package.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
        content = buffer.getvalue()
    client = sign_in(world.analyst)
    address = reverse("upload-create", args=["enterprises"])
    answer = client.post(address, {"table": SimpleUploadedFile(name, content)}, follow=True)
    assert answer.status_code in (200, 422)
    if "job" in (answer.context or {}):
        work_off()
        answer = client.get(answer.request["PATH_INFO"])
        assert answer.context["job"].stage == "failed"
        assert answer.context["job"].message
    elif answer.status_code == 200:  # read, but without a row that can be used
        assert answer.context["counts"]["new"] == 0
    assert Enterprise.objects.count() == 2


def test_what_nobody_sees_is_taken_out_of_a_text(world, tmp_path):
    table = tmp_path / "t.csv"
    table.write_bytes(
        f"统一社会信用代码,企业名称,所属园区,主要产品\n{credit_code(80)},隐\x07形,LSJ,=1+1\n".encode()
    )
    assert import_file("enterprises", table, world.analyst).committed
    row = Enterprise.objects.get(credit_code=credit_code(80))
    assert (row.name, row.main_products) == ("隐形", "=1+1")


@pytest.mark.parametrize(("language", "heading"), [("zh-hans", "所在县区"), ("en", "county")])
def test_a_table_is_headed_in_one_language_and_read_in_both(world, tmp_path, language, heading):
    with override(language):
        path = export(world.analyst, tmp_path, name="park")
    heads = [str(one).partition("(")[0] for one in cells(path)[0]]  # units stay as they are read
    assert heading in heads
    assert {bool(re.search(r"[一-鿿]", one)) for one in heads} == {language == "zh-hans"}
    counts = importer_for("parks").plan(path, acting_user=world.analyst).counts
    assert {outcome for outcome, n in counts.items() if n} == {"unchanged"}, counts
