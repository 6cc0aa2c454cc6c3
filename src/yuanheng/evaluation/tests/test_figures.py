"""Upload, preview and freezing, with a scheme to read for; schemes stand above the ledger."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from yuanheng.evaluation.actions import store_version
from yuanheng.evaluation.tests.conftest import SCHEME, write_figures
from yuanheng.kernel.actions.imports import plan_path, upload_path
from yuanheng.kernel.jobs.worker import work_off
from yuanheng.kernel.models import AuditEvent, Upload
from yuanheng.kernel.policies import Refused
from yuanheng.ledger import store
from yuanheng.ledger.api import freeze_file, load_published_figures
from yuanheng.ledger.models import PublishedFigure, Snapshot
from yuanheng.registry.tests.world import credit_code
from yuanheng.tabular import Sheet, write_xlsx

NEW = "/imports/new/figures/"
HEADERS = [
    "年度",
    "统一社会信用代码",
    "企业名称",
    "实缴税收(元)",
    "用地面积(亩)",
    "营业收入(万元)",
]


@pytest.fixture
def layout(world):
    version, _new = store_version(acting_user=world.analyst, text=SCHEME)
    return f"{version.scheme.code}-{version.number}"


def workbook(path: Path) -> SimpleUploadedFile:
    """Three rows: one good, one with a word for a figure, one with a negative area."""
    rows = [
        ["2024", credit_code(1), "企业1", 1490000, 10, 999],
        ["2024", credit_code(2), "企业2", "约120", 10, 998],
        ["2024", credit_code(3), "企业3", 1470000, -5, 997],
    ]
    write_xlsx(path, [Sheet("上报", HEADERS, rows)])
    return SimpleUploadedFile("上报数据.xlsx", path.read_bytes())


def cells(response) -> list[list]:
    """The cells of the one sheet of a workbook that was answered."""
    return (
        CalamineWorkbook.from_filelike(io.BytesIO(response.content))
        .get_sheet_by_index(0)
        .to_python()
    )


def sent(path: Path, head: list, rows: list, name: str) -> SimpleUploadedFile:
    write_xlsx(path, [Sheet("上报", head, rows)])
    return SimpleUploadedFile(name, path.read_bytes())


def upload(client, layout, table):
    return client.post(NEW, {"layout": layout, "table": table})


def test_a_preview_says_what_is_wrong_and_stores_nothing(world, sign_in, layout, tmp_path):
    client = sign_in(world.analyst)
    response = upload(client, layout, workbook(tmp_path / "a.xlsx"))
    assert response.status_code == 302
    text = client.get(response.url).content.decode()
    for part in (
        "上报!D3（实缴税收）：应为数字，实际是“约120”。请填写数字；没有数据请留空。",
        "上报!E4（用地面积）",
        "元 → 万元",
        "工作表“上报”，表头在第 1 行",
        "不导入这 2 行不能使用的数据",
    ):
        assert part in text, part
    assert not Snapshot.objects.exists()
    head, right, first, second = cells(client.get(response.url + "faulty/"))
    assert (right[0], right[3]) == ("", "企业1")  # the whole table: only whole it is frozen
    assert head[0].startswith("问题")
    assert "约120" in first[0]
    assert "约120" in first[1:]  # the row as it stood, to be mended and sent again
    assert "上报!E4（用地面积）" in second[0]


def test_what_is_confirmed_is_frozen_once(world, sign_in, layout, tmp_path):
    client = sign_in(world.analyst)
    for turn in (1, 2):
        table = SimpleUploadedFile("数据.csv", write_figures(tmp_path / "d.csv").read_bytes())
        preview = upload(client, layout, table).url
        if turn == 2:
            assert "同一张表已于" in client.get(preview).content.decode()
        response = client.post(preview + "commit/", follow=True)
    snapshot = Snapshot.objects.get()
    assert "系统只保存一份" in response.content.decode()
    assert snapshot.periods == ["2023", "2024"]
    assert (snapshot.rows_usable, snapshot.rows_rejected) == (24, 0)
    kept = store.stored_path(snapshot.sha256, snapshot.file_name)
    assert kept.name == f"{snapshot.sha256}.csv"
    assert client.get(f"/figures/{snapshot.code}/file/").getvalue() == kept.read_bytes()
    assert AuditEvent.objects.filter(action_code="ledger.freeze_snapshot").count() == 1
    assert client.post(preview + "commit/", follow=True).status_code == 200
    assert Snapshot.objects.count() == 1


def test_a_file_that_cannot_be_read_says_why(world, sign_in, layout):
    table = SimpleUploadedFile("数据.csv", "年度,名字\n2024,甲\n".encode())
    response = upload(sign_in(world.analyst), layout, table)
    assert response.status_code == 422
    assert "没有“统一社会信用代码”" in response.content.decode()
    assert not Upload.objects.exists()


def test_a_waiting_table_is_discarded_and_its_file_goes(
    world, sign_in, layout, tmp_path, django_capture_on_commit_callbacks
):
    client = sign_in(world.analyst)
    preview = upload(client, layout, workbook(tmp_path / "a.xlsx")).url
    kept = Upload.objects.get()
    assert (upload_path(kept).is_file(), plan_path(kept).is_file()) == (True, True)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(preview + "discard/").url == "/imports/"
    assert (upload_path(kept).is_file(), plan_path(kept).is_file()) == (False, False)
    assert "已放弃" in client.get(preview).text
    assert client.get(preview + "faulty/").status_code == 404
    assert "该文件已处理完毕" in client.post(preview + "commit/", follow=True).text


def test_a_mended_workbook_is_sent_again_and_frozen_whole(world, sign_in, layout, tmp_path):
    """The table comes as it stood, with unit and what is wrong; mended, every row is used."""
    client = sign_in(world.analyst)
    preview = upload(client, layout, workbook(tmp_path / "a.xlsx")).url
    head, *rows = cells(client.get(preview + "faulty/"))
    assert head[4] == "实缴税收(元)"
    rows[1][4], rows[2][5] = 1480000, 5
    again = upload(client, layout, sent(tmp_path / "b.xlsx", head, rows, "改正.xlsx")).url
    assert client.get(again).context["counts"]["faulty"] == 0
    done = client.post(again + "commit/", follow=True)
    assert "此后这张表不能再变动" in done.text
    snapshot = Snapshot.objects.get()
    assert (snapshot.rows_usable, snapshot.title) == (3, "改正")
    assert f"/figures/{snapshot.code}/" in done.text
    assert "撤销本次导入" not in done.text
    assert client.post(again + "undo/", {"reason": "试"}).status_code == 403


def test_faulty_rows_stay_out_only_when_a_person_says_so(world, sign_in, layout, tmp_path):
    client = sign_in(world.analyst)
    preview = upload(client, layout, workbook(tmp_path / "a.xlsx")).url
    assert "有 2 行数据不能使用" in client.post(preview + "commit/", follow=True).text
    assert not Snapshot.objects.exists()
    client.post(preview + "commit/", {"leave_out_faulty": "1"})
    client.post(preview + "commit/", {"leave_out_faulty": "1"})
    snapshot = Snapshot.objects.get()
    assert (snapshot.rows_usable, snapshot.rows_rejected) == (1, 2)
    assert AuditEvent.objects.filter(action_code="ledger.import_snapshot").count() == 1


def test_an_empty_workbook_has_the_columns_of_the_scheme(world, sign_in, layout, tmp_path):
    client = sign_in(world.analyst)
    assert client.get(NEW + "template/").url == NEW  # which scheme?
    page = client.get(NEW, {"layout": layout}).text
    assert "实缴税收(万元)" in page
    assert f"{NEW}template/?layout={layout}" in page
    (heads,) = cells(client.get(NEW + "template/", {"layout": layout}))
    assert heads == [
        "统一社会信用代码",
        "企业名称",
        "年度",
        "实缴税收(万元)",
        "用地面积(亩)",
        "营业收入(万元)",
    ]
    row = [credit_code(1), "企业1", "2024", 150, 10, 999]
    filled = sent(tmp_path / "filled.xlsx", heads, [row], "填好.xlsx")
    assert client.get(upload(client, layout, filled).url).context["counts"]["new"] == 1


def test_a_large_table_is_read_by_a_job(world, sign_in, layout, tmp_path, monkeypatch):
    monkeypatch.setattr("yuanheng.kernel.views.imports.LARGE_FILE", 100)
    client = sign_in(world.analyst)
    job = upload(client, layout, workbook(tmp_path / "a.xlsx")).url
    assert job.startswith("/jobs/")
    assert work_off() == 1
    preview = reverse("upload-detail", args=[Upload.objects.get().token])
    assert client.get(preview).context["counts"]["faulty"] == 2
    assert not Snapshot.objects.exists()


def test_others_may_neither_upload_nor_see(world, sign_in, layout, tmp_path):
    preview = upload(sign_in(world.analyst), layout, workbook(tmp_path / "a.xlsx")).url
    frozen = freeze_file(
        write_figures(tmp_path / "d.csv"),
        kind="enterprise",
        scheme_text=SCHEME,
        title="数据",
        acting_user=world.analyst,
    )
    for user in (world.reader, world.reporter):
        client = sign_in(user)
        assert client.get(NEW).status_code == 403
        assert client.get(preview).status_code == 404
    assert sign_in(world.reader).get(f"/figures/{frozen.code}/").status_code == 200
    for user in (world.reporter, world.stranger):
        assert sign_in(user).get(f"/figures/{frozen.code}/").status_code == 404
    with pytest.raises(Refused):
        freeze_file(
            tmp_path / "d.csv",
            kind="enterprise",
            scheme_text=SCHEME,
            title="数据",
            acting_user=world.reporter,
        )


def test_published_figures_stand_with_their_source(world, sign_in, tmp_path):
    path = tmp_path / "p.csv"
    path.write_text(
        "地方,对象,文件,媒体,日期,日期依据,指标,期间,数值,单位,同比(%),说明\n"
        "某市,全市园区,某报道,某报,2023-05-31,电头,技工贸总收入,2022年,3923.37,亿元,18.08,\n",
        "utf-8",
    )
    assert load_published_figures(path, acting_user=world.root) == 1
    assert load_published_figures(path, acting_user=world.root) == 0
    assert PublishedFigure.objects.get().value == "3923.37"
    text = sign_in(world.reporter).get("/published/").content.decode()
    for part in ("3,923.37", "某报道", "2023-05-31", "18.08%", "不参与本系统的任何评价"):
        assert part in text, part
    with pytest.raises(Refused):
        load_published_figures(path, acting_user=world.reporter)
