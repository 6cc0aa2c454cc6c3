"""Whatever is sent to the two doors of tables (a register, figures): a clear sentence, no error of
ours, nothing lost, and nothing that runs."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from yuanheng.evaluation.actions import store_version
from yuanheng.evaluation.tests.conftest import SCHEME
from yuanheng.kernel.jobs.worker import work_off
from yuanheng.kernel.models import AuditEvent, Job, Upload
from yuanheng.ledger.models import Snapshot
from yuanheng.registry.models import Enterprise
from yuanheng.registry.tests.world import credit_code
from yuanheng.tabular import package

DOORS = ("enterprises", "figures")
LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
HEADS = {
    "enterprises": ["统一社会信用代码", "企业名称", "所属园区", "成立日期", "注册资本(万元)"],
    "figures": [
        "统一社会信用代码", "企业名称", "年度", "实缴税收(万元)", "用地面积(亩)", "营业收入(万元)"
    ],
}  # fmt: skip
GOOD = {
    "enterprises": [credit_code(50), "甲公司", "LSJ", "2001-02-03", "100"],
    "figures": [credit_code(50), "甲公司", "2024", "100", "10", "900"],
}
CALC = "=cmd|'/c calc'!A0"


@pytest.fixture
def send(world, sign_in):
    """``send(door, name, content)``: the answer to an upload by the city's analyst."""
    version, _new = store_version(acting_user=world.analyst, text=SCHEME)
    client = sign_in(world.analyst)

    def do(door, name, content, **more):
        given = {"layout": f"{version.scheme.code}-{version.number}"} | more
        table = SimpleUploadedFile(name, content)
        return client.post(f"/imports/new/{door}/", {"table": table, **given})

    do.client = client
    return do


def text(door: str, *rows: list[str]) -> str:
    return "\n".join(",".join(row) for row in [HEADS[door], *(rows or [GOOD[door]])]) + "\n"


def changed(door: str, **cells: str) -> list[str]:
    """The good row with other cells, by number of the column: ``c1="…"``."""
    row = list(GOOD[door])
    for name, value in cells.items():
        row[int(name[1:])] = value
    return row


def workbook(rows: list[list[object]], path: Path, formula: str = "") -> bytes:
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("表")
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(at, column, value)
        if formula:
            sheet.write_formula(1, 1, formula, value="算出的名称")
    return path.read_bytes()


def zipped(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package_file:
        for name, content in parts.items():
            package_file.writestr(name.replace("__", "/").replace("_", "."), content)
    return stream.getvalue()


WORTHLESS = [
    ("empty.xlsx", b"", "该文件是空的"),
    ("picture.xlsx", b"\x89PNG\r\n\x1a\n\0\0\0", "不是有效的 Excel 文件"),
    ("page.xls", b"<html><table><tr><td>1</td></tr></table></html>", "其实是网页"),
    ("text.xlsx", "代码,名称\n1,甲\n".encode(), "其实是文本文件"),
    ("other.xlsx", zipped(readme_txt=b"x"), "不是有效的 Excel 文件"),
    ("locked.xlsx", LOCKED, "密码"),
    ("nul.csv", b"a,b\0\0,c\n1,2,3\n", "不是 UTF-8、UTF-16 或 GB18030 编码的文本"),
    ("latin.csv", bytes(range(128, 256)) * 40, "不是 UTF-8、UTF-16 或 GB18030 编码的文本"),
    ("no.parquet", b"PAR1 and nothing", "不是有效的 Parquet 文件"),
    ("program.exe", b"MZ", "不是可以读取的表格"),
    ("..\\..\\etc\\passwd", b"x", "不是可以读取的表格"),
    ("headless.csv", b"1,2\n3,4\n", "统一社会信用代码"),
]  # fmt: skip


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(("name", "content", "said"), WORTHLESS, ids=[one[0] for one in WORTHLESS])
def test_a_worthless_file_is_refused_with_its_reason(send, door, name, content, said):
    answer = send(door, name, content)
    assert answer.status_code == 422
    assert said in answer.text
    assert not Upload.objects.exists()


@pytest.mark.parametrize("door", DOORS)
def test_a_bomb_is_not_unpacked(send, door, monkeypatch):
    monkeypatch.setattr(package, "MAX_UNPACKED", 1 << 20)
    bomb = zipped(xl__workbook_xml=b"<workbook/>", xl__sharedStrings_xml=b"\0" * (8 << 20))
    answer = send(door, "bomb.xlsx", bomb)
    assert answer.status_code == 422
    assert "解压后有" in answer.text
    assert not Upload.objects.exists()


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_every_encoding_of_offices_is_read(send, door, encoding):
    page = send.client.get(send(door, "表.csv", text(door).encode(encoding)).url)
    assert page.context["counts"]["new"] == 1
    line = page.context["page"].object_list[0]
    assert (line.key, line.label) == (credit_code(50), "甲公司")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    "broken",
    [b"\xed\xa0\x80", b"M\xfcller", b"\xff\xfe", b"\xc0\x80"],
    ids=["surrogate", "latin", "mark", "overlong"],
)
def test_a_cell_in_another_encoding_is_no_name(send, door, broken):
    """Half a file in one encoding and half in another is never read as something else."""
    content = text(door).encode().replace("甲公司".encode(), broken)
    answer = send(door, "坏.csv", content)
    assert answer.status_code == 422
    assert "第 2 行有无法识别的字符" in answer.text
    assert not Upload.objects.exists()


@pytest.mark.parametrize("door", DOORS)
def test_control_characters_are_taken_out(send, door):
    name = "甲\x07公\u202e司\x85"
    page = send.client.get(send(door, "表.csv", text(door, changed(door, c1=name)).encode()).url)
    assert page.context["counts"]["faulty"] + page.context["counts"]["new"] == 1
    send.client.post(page.request["PATH_INFO"] + "commit/")
    for row in Enterprise.objects.filter(credit_code=credit_code(50)):
        assert row.name == "甲公司"


WRONG = [
    ("enterprises", {"c3": "昨天"}),
    ("enterprises", {"c3": "2024-02-30"}),
    ("enterprises", {"c4": "很多"}),
    ("enterprises", {"c4": "1e400"}),
    ("enterprises", {"c4": "-5"}),
    ("enterprises", {"c0": "９１"}),
    ("figures", {"c3": "约一百"}),
    ("figures", {"c3": "1e999"}),
    ("figures", {"c3": "#DIV/0!"}),
    ("figures", {"c4": "-1"}),
    ("figures", {"c2": "去年"}),
]


@pytest.mark.parametrize(
    ("door", "cells"), WRONG, ids=[f"{d}-{list(c.items())}" for d, c in WRONG]
)
def test_a_wrong_value_is_told_with_its_cell(send, door, cells):
    page = send.client.get(send(door, "表.csv", text(door, changed(door, **cells)).encode()).url)
    assert page.context["counts"]["faulty"] == 1
    (line,) = page.context["page"].object_list
    column = "ABCDEF"[int(next(iter(cells))[1:])]
    assert f"{column}2" in line.message
    assert line.message.endswith(("。", "）"))
    assert "导入" not in send.client.post(page.request["PATH_INFO"] + "commit/").headers


@pytest.mark.parametrize("door", DOORS)
def test_ten_megabytes_in_a_cell_are_told_shortly(send, door):
    answer = send(door, "表.csv", text(door, changed(door, c1="长" * 3_500_000)).encode())
    assert answer.url.startswith("/jobs/")
    assert work_off() == 1
    job = Job.objects.get()
    assert len(job.message) < 1000
    kept = Upload.objects.get()
    page = send.client.get(reverse("upload-detail", args=[kept.token]))
    assert page.status_code in (200, 302)
    assert len(page.content) < 200_000
    if page.status_code == 200:
        assert len(send.client.get(f"/imports/{kept.token}/faulty/").content) < 200_000


@pytest.mark.parametrize("door", DOORS)
def test_formulas_are_values_on_the_way_in_and_texts_on_the_way_out(send, door, tmp_path):
    rows = [HEADS[door], GOOD[door], changed(door, c0=credit_code(51), c3=CALC)]
    content = workbook(rows, tmp_path / "a.xlsx", formula=CALC)
    page = send.client.get(send(door, "表.xlsx", content).url)
    address = page.request["PATH_INFO"]
    (good,) = send.client.get(address + "?rows=new").context["page"].object_list
    assert good.label == "算出的名称"
    mend = send.client.get(address + "faulty/").content
    assert "cmd" in str(
        CalamineWorkbook.from_filelike(io.BytesIO(mend)).get_sheet_by_index(0).to_python()
    )
    with zipfile.ZipFile(io.BytesIO(mend)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_a_name_that_would_run_goes_out_as_text(send, world):
    name = CALC
    send_to = send(
        "enterprises", "表.csv", text("enterprises", changed("enterprises", c1=name)).encode()
    )
    send.client.post(send_to.url + "commit/")
    assert Enterprise.objects.get(credit_code=credit_code(50)).name == name
    for kind in ("csv", "csv-gb18030", "xlsx"):
        answer = send.client.post("/enterprises/export/?q=cmd", {"format": kind})
        content = b"".join(answer.streaming_content)
        if kind == "xlsx":
            with zipfile.ZipFile(io.BytesIO(content)) as book:
                assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
        else:
            assert b",'=cmd" in content or b",\"'=cmd" in content


FORMS = [
    {"layout": "\0"},
    {"layout": "no_such_scheme"},
    {"layout": "长" * 100_000},
    {"layout": ["a", "b"]},
    {"title": "题" * 121},
    {"title": "题\x07"},
    {"title": "题\u202e"},
]


@pytest.mark.parametrize("more", FORMS, ids=[str(one)[:24] for one in FORMS])
def test_wrong_answers_beside_the_file_are_told(send, more):
    answer = send("figures", "表.csv", text("figures").encode(), **more)
    assert answer.status_code == 422
    assert "invalid-feedback" in answer.text
    assert not Upload.objects.exists()


def test_nothing_sent_and_ten_megabytes_of_text_sent(send):
    for door in DOORS:
        assert send.client.post(f"/imports/new/{door}/").status_code == 422
        answer = send.client.post(f"/imports/new/{door}/", {"table": "x" * (10 << 20)})
        assert 400 <= answer.status_code < 500
        for question in ("layout=%00", "layout=%ED%A0%80&title=" + "9" * 5000, "table=1"):
            assert send.client.get(f"/imports/new/{door}/?{question}").status_code in (200, 400)
            assert send.client.get(f"/imports/new/{door}/template/?{question}").status_code < 500


@pytest.mark.parametrize("door", DOORS)
def test_hostile_questions_to_a_preview(send, door):
    address = send(door, "表.csv", text(door).encode()).url
    for question in (
        "page=-1",
        "page=1e9",
        "rows=%00",
        "rows=faulty",
        "rows=x&page=9999999999999",
    ):
        assert send.client.get(f"{address}?{question}").status_code in (200, 400)
    assert send.client.get(address + "faulty/").status_code == 404
    for posted in ({"answer-all": "\0"}, {"answer-x": "same:1"}, {"answer-": "9" * 100_000}):
        assert send.client.post(address + "decide/", posted).status_code in (302, 400)
    assert send.client.post(address + "undo/", {"reason": "r"}).status_code == 403


@pytest.mark.parametrize("door", DOORS)
def test_a_commit_sent_twice_has_one_effect(send, door):
    address = send(door, "表.csv", text(door).encode()).url
    for _ in range(3):
        assert send.client.post(address + "commit/").status_code == 302
    rooms = {"enterprises": "registry.import_enterprise", "figures": "ledger.import_snapshot"}
    assert AuditEvent.objects.filter(action_code=rooms[door]).count() == 1
    assert Enterprise.objects.filter(credit_code=credit_code(50)).count() == (
        door == "enterprises"
    )
    assert Snapshot.objects.count() == (door == "figures")
    assert send.client.post(address + "discard/").status_code == 302
    assert Upload.objects.get().stage == "committed"


def test_a_large_commit_sent_twice_is_one_job(send, monkeypatch):
    from yuanheng.registry.importers import EnterpriseImporter

    monkeypatch.setattr(EnterpriseImporter, "large", 0)
    address = send("enterprises", "表.csv", text("enterprises").encode()).url
    first, second = (send.client.post(address + "commit/").url for _ in range(2))
    assert first == second
    assert work_off() == 1
    assert Upload.objects.get().stage == "committed"


def test_of_two_people_with_the_same_table_the_second_is_shown_the_difference(
    send, sign_in, world
):
    """Both looked at their previews; the first has frozen meanwhile."""
    address = send("figures", "表.csv", text("figures").encode()).url
    other = send("figures", "同.csv", text("figures").encode()).url
    send.client.post(address + "commit/")
    answer = send.client.post(other + "commit/", follow=True)
    assert "生成预览后" in answer.text
    assert "系统只保存一份" in answer.text
    assert Snapshot.objects.count() == 1
