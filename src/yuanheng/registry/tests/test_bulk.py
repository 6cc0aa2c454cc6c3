"""One change to many rows."""

from __future__ import annotations

import pytest
from django.urls import reverse

from yuanheng.kernel.actions.bulk import bulk_update_rows
from yuanheng.kernel.models import AuditEvent, RowChange
from yuanheng.kernel.policies import Refused
from yuanheng.kernel.search.index import index_rows
from yuanheng.registry.models import Enterprise, Park
from yuanheng.registry.tests.world import credit_code


@pytest.fixture
def steels(world):
    made = Enterprise.objects.bulk_create(
        Enterprise(
            credit_code=credit_code(number),
            name=f"钢材{number}",
            park=world.zone,
            region=world.zone.region,
            industry_name="旧行业",
        )
        for number in range(100, 105)
    )
    index_rows(Enterprise, [row.pk for row in made])
    return made


def ticked(rows, *, page: str = "enterprise-bulk-edit") -> str:
    return reverse(page) + "?" + "&".join(f"row={row.pk}" for row in rows)


def test_many_rows_are_shown_then_changed_with_one_audit_row(world, sign_in, steels):
    client = sign_in(world.analyst)
    address = ticked(steels[:3])
    assert "已选择 3 条记录" in client.get(address).text
    sent = {"industry_name": "黑色金属冶炼", "reason": "行业重新归类"}
    preview = client.post(address, sent)
    assert preview.status_code == 200
    assert "旧行业" in preview.text
    assert not AuditEvent.objects.exists()
    sent["_commit"] = preview.context["plan"].digest
    assert client.post(address, sent).status_code == 302
    changed = Enterprise.objects.filter(industry_name="黑色金属冶炼")
    assert set(changed) == set(steels[:3])
    event = AuditEvent.objects.get()
    assert (event.action_code, event.reason) == ("registry.update_enterprise", "行业重新归类")
    assert RowChange.objects.count() == 3
    history = client.get(reverse("enterprise-history", args=[steels[0].credit_code])).text
    assert "黑色金属冶炼" in history
    assert "行业重新归类" in history


def test_all_of_a_filter(world, sign_in, steels):
    client = sign_in(world.analyst)
    page = client.get(reverse("enterprise-list") + "?q=钢材").text
    assert "修改筛选结果中的全部 5 条" in page
    address = reverse("enterprise-bulk-edit") + "?all=1&q=钢材"
    preview = client.post(address, {"industry_name": "新", "reason": "x"})
    assert len(preview.context["plan"].changes) == 5


def test_clearing_is_asked_for_and_emptiness_changes_nothing(world, sign_in, steels):
    client = sign_in(world.analyst)
    address = ticked(steels)
    response = client.post(address, {"reason": "x"})
    assert response.status_code == 422
    assert "没有填写任何内容" in response.text
    both = {"industry_name": "x", "_clear": ["industry_name"], "reason": "x"}
    assert client.post(address, both).status_code == 422
    sent = {"_clear": ["industry_name"], "reason": "x"}
    sent["_commit"] = client.post(address, sent).context["plan"].digest
    client.post(address, sent)
    assert not Enterprise.objects.filter(industry_name="旧行业").exists()


def test_rows_that_changed_since_the_preview_are_shown_again(world, sign_in, steels):
    client = sign_in(world.analyst)
    address = ticked(steels)
    sent = {"industry_name": "新", "reason": "x"}
    sent["_commit"] = client.post(address, sent).context["plan"].digest
    Enterprise.objects.filter(pk=steels[0].pk).update(industry_name="别人改的")
    response = client.post(address, sent)
    assert response.status_code == 200
    assert "预览后记录已有变化" in response.text
    assert Enterprise.objects.get(pk=steels[0].pk).industry_name == "别人改的"
    assert not AuditEvent.objects.exists()


def test_what_may_not_be_edited_is_named_and_left(world, sign_in, steels):
    client = sign_in(world.reporter)  # keeps enterprises of the committee's parks
    outside = Enterprise.objects.create(
        credit_code=credit_code(200), name="园外企业", region=world.regions["431322"]
    )
    address = ticked([*steels, outside])
    preview = client.post(address, {"industry_name": "新", "reason": "x"})
    names = [row.name for row, _why in preview.context["plan"].refused]
    assert "园外企业" not in preview.text or names == ["园外企业"]
    assert len(preview.context["plan"].changes) == 5
    Enterprise.objects.filter(pk=steels[0].pk).update(archived_at="2024-01-01T00:00Z")
    again = client.post(address, {"industry_name": "新", "reason": "x"})
    assert [row.pk for row, _why in again.context["plan"].refused] == [steels[0].pk]
    assert "已归档，请先恢复" in again.text


def test_a_row_outside_the_area_is_never_touched(world, sign_in):
    address = ticked([world.seed])
    page = sign_in(world.analyst).get(address)
    assert page.context["count"] == 0
    rows = Enterprise.objects.filter(pk=world.seed.pk)
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError, match="没有需要改动的记录"):
        bulk_update_rows(acting_user=world.analyst, rows=rows, values={"name": "x"}, reason="x")


def test_nobody_moves_rows_out_of_their_area(world):
    rows = Park.objects.filter(pk=world.zone.pk)
    values = {"region": world.regions["430102"], "committee": None}
    with pytest.raises(Refused):
        bulk_update_rows(acting_user=world.analyst, rows=rows, values=values, reason="x")
    assert Park.objects.get(pk=world.zone.pk).region == world.regions["431381"]


@pytest.mark.parametrize("page", ["enterprise-bulk-edit", "enterprise-bulk-archive"])
def test_a_reader_may_not(world, sign_in, page):
    client = sign_in(world.reader)
    assert client.get(reverse(page)).status_code == 403
    assert 'id="bulk"' not in client.get(reverse("enterprise-list")).text


def test_nothing_ticked_says_what_to_do(world, sign_in):
    text = sign_in(world.analyst).get(reverse("enterprise-bulk-edit")).text
    assert "请先在列表中勾选" in text


def test_many_are_archived_with_one_reason_and_what_is_needed_stays(world, sign_in, steels):
    client = sign_in(world.analyst)
    steels[1].landlord = steels[0]
    steels[1].save()
    address = ticked(steels[:1] + steels[2:4], page="enterprise-bulk-archive")
    preview = client.post(address, {"reason": "批量注销"})
    plan = preview.context["plan"]
    assert [row.pk for row, _why in plan.refused] == [steels[0].pk]
    assert "钢材101" in preview.text
    client.post(address, {"reason": "批量注销", "_commit": plan.digest})
    assert Enterprise.objects.filter(archived_at__isnull=False).count() == 2
    assert AuditEvent.objects.get().action_code == "registry.archive_enterprise"


def test_a_park_with_enterprises_is_not_archived(world, sign_in):
    client = sign_in(world.analyst)
    response = client.post(reverse("park-archive", args=["LSJ"]), {"reason": "撤并"})
    assert response.status_code == 422
    assert "LSJ-2 冷水江经开区北区" in response.text
    assert "冷水江钢铁有限公司" in response.text
    assert not Park.objects.get(code="LSJ").is_archived
