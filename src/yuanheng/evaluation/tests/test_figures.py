"""Upload, preview and freezing, with a scheme to read for; schemes stand above the ledger."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from yuanheng.evaluation.actions import store_version
from yuanheng.evaluation.tests.conftest import SCHEME, write_figures
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
        "评价时剔除这 2 行",
    ):
        assert part in text, part
    assert not Snapshot.objects.exists()
    content = client.get(response.url + "faulty/").content
    (sheet,) = CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(sheet)
    head, first, second = rows.to_python()
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


def test_a_draft_is_discarded_and_its_file_goes(world, sign_in, layout, tmp_path):
    client = sign_in(world.analyst)
    preview = upload(client, layout, workbook(tmp_path / "a.xlsx")).url
    assert client.post(preview + "discard/").url == "/figures/"
    assert "已放弃" in client.get(preview).content.decode()
    assert client.get(preview + "rows/").status_code == 302


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
