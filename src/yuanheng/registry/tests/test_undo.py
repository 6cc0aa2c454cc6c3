"""An import is taken back: every row as it was, or nothing and the reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from yuanheng.kernel import clock
from yuanheng.kernel.actions import update_row
from yuanheng.kernel.actions.imports import CannotImport, commit_upload, keep_upload
from yuanheng.kernel.actions.undo import may_undo, undo_upload
from yuanheng.kernel.audit.verify import verify_log
from yuanheng.kernel.history import history_of
from yuanheng.kernel.importing import importer_for
from yuanheng.kernel.models import AuditEvent, RowChange
from yuanheng.kernel.policies import Refused
from yuanheng.registry.models import Enterprise, LadderStanding
from yuanheng.registry.tests.world import credit_code


@pytest.fixture
def imported(world):
    """Two new enterprises, one the other's landlord, and a changed one; committed."""
    text = (
        "统一社会信用代码,企业名称,所属园区,出租方代码,高新技术企业,详细地址\n"
        f"{credit_code(50)},新的一家,LSJ,,是,\n"
        f"{credit_code(51)},新的二家,LSJ,{credit_code(50)},,\n"
        f"{world.steel.credit_code},改名钢铁,,,否,新地址\n"
    )
    upload = keep_upload(
        acting_user=world.analyst,
        importer=importer_for("enterprises"),
        file_name="企业.csv",
        content=[text.encode()],
    )
    commit_upload(acting_user=world.analyst, upload=upload)
    upload.refresh_from_db()
    return upload


def state():
    rows = Enterprise.objects.order_by("pk").values_list("pk", "name", "address", "landlord")
    standings = LadderStanding.objects.order_by("pk").values_list("pk", "enterprise", "until")
    return list(rows), list(standings)


def test_every_row_is_as_it_was(world, imported):
    assert Enterprise.objects.count() == 4
    undo_upload(acting_user=world.analyst, upload=imported, reason="传错了文件")
    rows, standings = state()
    assert [row[1:] for row in rows] == [
        ("冷水江钢铁有限公司", "", None),
        ("隆平种业有限公司", "", None),
    ]
    assert [one[2] for one in standings] == [None]
    event = AuditEvent.objects.get(action_code="registry.undo_import_enterprise")
    assert event.reason == "传错了文件"
    gone = RowChange.objects.filter(event=event, after__isnull=True)
    assert {row.before.get("name") for row in gone} >= {"新的一家", "新的二家"}
    imported.refresh_from_db()
    assert imported.stage == "undone"
    assert verify_log().holds
    with pytest.raises(Refused, match="没有可撤销的内容"):
        undo_upload(acting_user=world.analyst, upload=imported, reason="再来")


def test_each_row_keeps_the_import_in_its_history(world, imported):
    (change,) = history_of(world.steel, world.analyst)
    assert (change.before["name"], change.after["address"]) == ("冷水江钢铁有限公司", "新地址")
    new = Enterprise.objects.get(credit_code=credit_code(50))
    assert [one.event.action_code for one in history_of(new, world.analyst)] == [
        "registry.import_enterprise"
    ]


def test_a_row_changed_since_keeps_everything(world, imported):
    world.steel.refresh_from_db()
    update_row(acting_user=world.analyst, row=world.steel, values={"address": "第三个地址"})
    before = state()
    with pytest.raises(CannotImport, match="导入后又有 1 条记录被修改：改名钢铁"):
        undo_upload(acting_user=world.analyst, upload=imported, reason="错")
    assert state() == before
    imported.refresh_from_db()
    assert imported.stage == "committed"


def test_a_new_row_that_another_needs_stays(world, imported):
    owner = Enterprise.objects.get(credit_code=credit_code(50))
    Enterprise.objects.filter(pk=world.seed.pk).update(landlord=owner)
    with pytest.raises(CannotImport, match="以下记录已被“企业”引用：新的一家"):
        undo_upload(acting_user=world.analyst, upload=imported, reason="错")
    assert Enterprise.objects.count() == 4


def test_who_may_undo_and_how_long(world, imported):
    assert may_undo(world.analyst, imported)
    assert may_undo(world.root, imported)
    assert not may_undo(world.reporter, imported)
    with pytest.raises(Refused, match="只有导入人本人或管理员可以撤销"):
        undo_upload(acting_user=world.reporter, upload=imported, reason="错")
    with pytest.raises(ValidationError):
        undo_upload(acting_user=world.analyst, upload=imported, reason=" ")
    later = clock.stopped_at(clock.now() + timedelta(days=31))
    with later, pytest.raises(Refused, match="30 天内可以撤销"):
        undo_upload(acting_user=world.analyst, upload=imported, reason="错")


def test_undone_on_the_page(world, imported, sign_in):
    client = sign_in(world.analyst)
    address = reverse("upload-detail", args=[imported.token])
    assert "撤销本次导入" in client.get(address).text
    assert client.post(address + "undo/", {"reason": ""}).status_code == 422
    done = client.post(address + "undo/", {"reason": "传错了"}, follow=True)
    assert "各条记录均已恢复原状" in done.text
    assert Enterprise.objects.count() == 2
    assert sign_in(world.stranger).post(address + "undo/", {"reason": "x"}).status_code == 404
