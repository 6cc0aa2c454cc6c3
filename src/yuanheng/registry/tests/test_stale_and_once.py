"""Two people, one row; one person, one button, two clicks."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from yuanheng.kernel.models import AuditEvent, FormTicket
from yuanheng.kernel.once import KEPT_FOR, forget_old_tickets
from yuanheng.registry.models import Park


def hidden(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page).group(1)


def values(world, **changed) -> dict:
    return {
        "code": "LSJ",
        "name": "冷水江经济开发区",
        "rank": "provincial",
        "region": world.regions["431381"].pk,
        "committee": world.committee.pk,
        "land_area_mu": "12345.50",
        **changed,
    }


@pytest.fixture
def opened(world, sign_in):
    """The form as the analyst opened it: its address and what it carries."""
    client = sign_in(world.analyst)
    address = reverse("park-edit", args=["LSJ"])
    page = client.get(address).text
    return client, address, {"_seen": hidden(page, "_seen"), "_once": hidden(page, "_once")}


def test_the_second_of_two_people_is_shown_the_difference(world, opened):
    client, address, carried = opened
    Park.objects.filter(code="LSJ").update(name="冷水江高新区", short_name="冷高新")
    response = client.post(address, values(world, name="冷水江经开区", **carried))
    assert response.status_code == 409
    assert "此记录已被他人修改" in response.text
    names = [one.name for one in response.context["differences"]]
    assert names == ["name", "short_name"]
    first, second = response.context["differences"]
    assert (first.base, first.theirs, first.mine) == (
        "冷水江经济开发区",
        "冷水江高新区",
        "冷水江经开区",
    )
    assert first.is_conflict
    assert second.proposed == "theirs"
    assert Park.objects.get(code="LSJ").name == "冷水江高新区"
    assert not AuditEvent.objects.exists()


def chosen(response, **take) -> dict:
    sent = dict(response.context["pairs"])
    sent |= {f"_take-{name}": one for name, one in take.items()}
    return {**sent, "_seen": response.context["seen"], "_once": "f" * 32}


def test_both_changes_can_be_kept(world, opened):
    client, address, carried = opened
    Park.objects.filter(code="LSJ").update(short_name="冷高新", region=world.regions["431322"])
    response = client.post(address, values(world, name="冷水江经开区", **carried))
    sent = chosen(response, name="mine", short_name="theirs", region="theirs")
    assert client.post(address, sent).status_code == 302
    park = Park.objects.get(code="LSJ")
    assert (park.name, park.short_name) == ("冷水江经开区", "冷高新")
    assert park.region == world.regions["431322"]


def test_back_to_the_form_keeps_what_was_chosen(world, opened):
    client, address, carried = opened
    Park.objects.filter(code="LSJ").update(short_name="冷高新")
    response = client.post(address, values(world, name="冷水江经开区", **carried))
    again = client.post(address, {**chosen(response, short_name="theirs"), "_again": "1"})
    assert 'value="冷水江经开区"' in again.text
    assert 'value="冷高新"' in again.text
    assert not AuditEvent.objects.exists()


def test_a_third_change_is_shown_too(world, opened):
    client, address, carried = opened
    Park.objects.filter(code="LSJ").update(name="甲")
    response = client.post(address, values(world, name="乙", **carried))
    Park.objects.filter(code="LSJ").update(name="丙")
    again = client.post(address, chosen(response, name="mine"))
    assert again.status_code == 409
    assert again.context["differences"][0].theirs == "丙"


def test_a_stamp_of_another_row_is_refused(world, opened):
    client, address, _carried = opened
    page = client.get(reverse("park-edit", args=["LSJ-2"])).text
    response = client.post(address, values(world, _seen=hidden(page, "_seen")))
    assert response.status_code == 422
    assert "表单已损坏" in response.text


def test_one_form_sent_twice_adds_one_row(world, sign_in):
    client = sign_in(world.analyst)
    token = hidden(client.get(reverse("park-create")).text, "_once")
    sent = {
        "code": "XH",
        "name": "新化经济开发区",
        "rank": "provincial",
        "region": world.regions["431322"].pk,
        "_once": token,
    }
    first = client.post(reverse("park-create"), sent)
    second = client.post(reverse("park-create"), sent)
    assert first.status_code == second.status_code == 302
    assert first.url == second.url == reverse("park-detail", args=["XH"])
    assert AuditEvent.objects.count() == 1
    assert "表单被重复提交" in client.get(second.url).text


def test_a_form_with_a_mistake_can_be_sent_again(world, sign_in):
    client = sign_in(world.analyst)
    sent = {"code": "XH", "name": "", "rank": "", "region": "", "_once": "a" * 32}
    assert client.post(reverse("park-create"), sent).status_code == 422
    assert not FormTicket.objects.exists()
    sent |= {"name": "新化", "rank": "provincial", "region": world.regions["431322"].pk}
    assert client.post(reverse("park-create"), sent).status_code == 302


def test_a_used_form_with_other_values_loses_nothing_and_does_nothing(world, sign_in):
    client = sign_in(world.analyst)
    archive = reverse("enterprise-archive", args=[world.steel.credit_code])
    sent = {"reason": "注销", "_once": "b" * 32}
    assert client.post(archive, sent).status_code == 302
    response = client.post(archive, {**sent, "reason": "另一个原因"})
    assert response.status_code == 409
    assert "另一个原因" in response.text
    assert AuditEvent.objects.count() == 1


def test_a_token_belongs_to_its_person(world, sign_in):
    archive = reverse("enterprise-archive", args=[world.steel.credit_code])
    FormTicket.objects.create(user=world.root, token="c" * 32, digest="x", result="/")
    response = sign_in(world.analyst).post(archive, {"reason": "注销", "_once": "c" * 32})
    assert response.url == reverse("enterprise-detail", args=[world.steel.credit_code])


def test_a_false_token_is_refused_with_a_sentence(world, sign_in):
    response = sign_in(world.analyst).post(reverse("park-create"), {"_once": "'; --"})
    assert response.status_code == 409
    assert "表单" in response.text


def test_old_tokens_are_forgotten(world):
    from yuanheng.kernel import clock

    FormTicket.objects.create(user=world.root, token="old", digest="x")
    assert forget_old_tickets() == 0
    FormTicket.objects.update(used_at=clock.now() - KEPT_FOR * 2)
    assert forget_old_tickets() == 1
