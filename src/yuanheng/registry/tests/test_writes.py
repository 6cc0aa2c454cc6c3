from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from yuanheng.kernel.actions import archive_row, update_row
from yuanheng.kernel.models import AuditEvent
from yuanheng.kernel.policies import Refused
from yuanheng.registry.models import Enterprise, Park
from yuanheng.registry.tests.world import credit_code


def test_a_park_is_added_by_hand(world, sign_in):
    client = sign_in(world.analyst)
    region = world.regions["431322"].pk
    values = {"code": "XH", "name": "新化经济开发区", "rank": "provincial", "region": region}
    response = client.post(reverse("park-create"), values)
    assert response.status_code == 302
    assert response.url == reverse("park-detail", args=["XH"])
    event = AuditEvent.objects.get()
    assert (event.action_code, event.acting_user) == ("registry.create_park", world.analyst)
    assert event.after["name"] == "新化经济开发区"


def test_a_form_offers_only_the_own_area(world, sign_in):
    page = sign_in(world.analyst).get(reverse("park-create")).text
    assert "新化县" in page
    assert "芙蓉区" not in page


def test_a_wrong_form_says_what_is_wrong(world, sign_in):
    client = sign_in(world.analyst)
    values = {"credit_code": credit_code(7)[:-1] + "?", "name": "", "region": ""}
    response = client.post(reverse("enterprise-create"), values)
    assert response.status_code == 422
    assert "这个字段是必填项" in response.text
    assert "统一社会信用代码" in response.text
    assert not AuditEvent.objects.exists()


def test_nobody_moves_a_row_out_of_their_area(world):
    values = {"region": world.regions["430102"], "committee": None}
    with pytest.raises(Refused, match="超出您的管理范围"):
        update_row(acting_user=world.analyst, row=world.zone, values=values)
    assert Park.objects.get(code="LSJ").region_id == world.regions["431381"].pk
    assert not AuditEvent.objects.exists()


def test_the_audit_of_a_change_holds_only_what_changed(world, sign_in):
    client = sign_in(world.analyst)
    values = {
        "code": "LSJ",
        "name": "冷水江经济技术开发区",
        "rank": "provincial",
        "region": world.regions["431381"].pk,
        "committee": world.committee.pk,
        "land_area_mu": "12345.50",
    }
    assert client.post(reverse("park-edit", args=["LSJ"]), values).status_code == 302
    event = AuditEvent.objects.get()
    assert event.before == {"name": "冷水江经济开发区"}
    assert event.after == {"name": "冷水江经济技术开发区"}
    page = client.get(reverse("park-detail", args=["LSJ"])).text
    assert "<del>冷水江经济开发区</del> → <ins>冷水江经济技术开发区" in page


@pytest.mark.parametrize("page", ["park-edit", "park-archive"])
def test_a_reader_may_look_but_not_write(world, sign_in, page):
    client = sign_in(world.reader)
    response = client.get(reverse(page, args=["LSJ"]))
    assert response.status_code == 403
    assert "您可以查看，但不能" in response.text
    assert (
        reverse("park-edit", args=["LSJ"])
        not in client.get(reverse("park-detail", args=["LSJ"])).text
    )


@pytest.mark.parametrize("page", ["park-edit", "park-archive", "park-restore"])
def test_a_stranger_is_told_nothing(world, sign_in, page):
    assert sign_in(world.stranger).post(reverse(page, args=["LSJ"])).status_code == 404


def test_a_reporter_keeps_enterprises_but_not_parks(world, sign_in):
    client = sign_in(world.reporter)
    address = reverse("enterprise-edit", args=[world.steel.credit_code])
    assert client.get(address).status_code == 200
    assert client.get(reverse("park-edit", args=["LSJ"])).status_code == 403
    archive = reverse("enterprise-archive", args=[world.steel.credit_code])
    assert client.get(archive).status_code == 403


def test_archiving_asks_why_and_can_be_undone(world, sign_in):
    client = sign_in(world.analyst)
    archive = reverse("enterprise-archive", args=[world.steel.credit_code])
    response = client.post(archive, {"reason": "  "})
    assert response.status_code == 422
    assert "请填写原因，原因将随记录一并保存。" in response.text
    client.post(archive, {"reason": "企业已注销"})
    row = Enterprise.objects.get(pk=world.steel.pk)
    assert row.is_archived
    assert row.archive_reason == "企业已注销"
    page = client.get(reverse("enterprise-detail", args=[row.credit_code])).text
    assert "企业已注销" in page
    client.post(reverse("enterprise-restore", args=[row.credit_code]))
    assert not Enterprise.objects.get(pk=row.pk).is_archived
    codes = list(AuditEvent.objects.order_by("pk").values_list("action_code", flat=True))
    assert codes == ["registry.archive_enterprise", "registry.restore_enterprise"]


def test_an_archiving_without_a_reason_is_an_error(world):
    with pytest.raises(ValidationError, match="请填写原因"):
        archive_row(acting_user=world.analyst, row=world.steel, reason="")
