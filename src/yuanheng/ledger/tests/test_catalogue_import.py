"""The catalogue comes in and goes out as a table; a definition that differs is a new version."""

from __future__ import annotations

import pytest

from yuanheng.kernel.actions.imports import commit_upload, keep_upload, plan_path
from yuanheng.kernel.actions.undo import undo_upload
from yuanheng.kernel.exporting.selection import ExportRequest
from yuanheng.kernel.exporting.writing import write_export
from yuanheng.kernel.history import history_of
from yuanheng.kernel.importing import Outcome, importer_for
from yuanheng.kernel.importing.plan import lines_of
from yuanheng.kernel.models import Upload
from yuanheng.kernel.resources import resource_for
from yuanheng.ledger.models import Indicator, IndicatorVersion

HEAD = "指标代码,指标名称,指标口径,保存单位,显示单位,计算公式,主题,口径起始日\n"


@pytest.fixture
def come(world):
    def keep(text: str) -> Upload:
        return keep_upload(
            acting_user=world.root,
            importer=importer_for("indicators"),
            file_name="指标目录.csv",
            content=[text.encode()],
        )

    return keep


def messages(upload):
    lines = lines_of(plan_path(upload), Outcome.FAULTY, 0, 100)
    return {line.key: line.message for line in lines}


def test_new_ones_have_a_first_version_and_may_name_each_other(book, come):
    upload = come(
        HEAD
        + "robots,工业机器人台数,年末在用的工业机器人,台,台,,总量与增速,2024-01-01\n"
        + "robots_each,户均机器人,每家台数,台/家,台/家,工业机器人台数 / 入园企业,,2024-01-01\n"
    )
    assert messages(upload) == {}
    commit_upload(acting_user=book.world.root, upload=upload)
    robots = Indicator.objects.get(code="robots")
    assert Indicator.objects.get(code="robots_each").is_derived
    (version,) = robots.versions.all()
    assert (version.number, version.definition) == (1, "年末在用的工业机器人")


def test_another_definition_is_a_new_version_and_can_be_undone(book, come):
    row = Indicator.objects.get(code="firms")
    old = row.definition
    upload = come(
        HEAD + "firms,入园企业,登记在园区且有人上班的法人,家,家,,总量与增速,2025-01-01\n"
    )
    assert messages(upload) == {}
    commit_upload(acting_user=book.world.root, upload=upload)
    last, first = row.versions.order_by("-number")
    assert (last.number, last.definition) == (2, "登记在园区且有人上班的法人")
    assert first.valid_until.isoformat() == "2024-12-31"
    assert history_of(row, book.world.root)[0].event.action_code == "ledger.import_indicator"
    upload.refresh_from_db()
    undo_upload(acting_user=book.world.root, upload=upload, reason="口径还没有批准")
    row.refresh_from_db()
    (version,) = IndicatorVersion.objects.filter(indicator=row)
    assert (row.definition, version.valid_until) == (old, None)


def test_what_the_form_refuses_the_import_refuses_with_its_row(book, come):
    book(book.world.zone, "firms", "2024-07", 71)
    found = messages(
        come(
            HEAD
            + "firms,入园企业,登记在园区的法人,元,元,,总量与增速,2025-01-01\n"
            + "circle,绕圈,自己,%,%,绕圈 * 2,总量与增速,2024-01-01\n"
            + "unknown_part,没有的部分,比,,,没有这个指标 * 2,总量与增速,2024-01-01\n"
            + "mixed,单位不合,比,元,家,,总量与增速,2024-01-01\n"
        )
    )
    assert "已有数据" in found["firms"]
    assert "绕回" in found["circle"] or "本身" in found["circle"]
    assert "没有这个指标" in found["unknown_part"]
    assert "家" in found["mixed"]


def test_the_exported_catalogue_comes_back_unchanged(book, come, tmp_path):
    path = tmp_path / "catalogue.csv"
    write_export(ExportRequest(resource_for("indicator"), book.world.root, ""), path, "csv")
    counts = come(path.read_text("utf-8-sig")).summary["counts"]
    assert (counts["new"], counts["changed"], counts["faulty"]) == (0, 0, 0)
    assert counts["unchanged"] == Indicator.objects.count()


def test_only_who_keeps_the_catalogue_may_import_it(book, client):
    client.force_login(book.world.analyst)
    assert client.get("/imports/new/indicators/").status_code in {403, 404}
