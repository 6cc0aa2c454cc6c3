"""The pages of one row: history and taking back, paper, neighbours, bad input."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from yuanheng.accounts.tests.world import make_user
from yuanheng.kernel.actions import create_row, update_row
from yuanheng.kernel.models import AuditEvent, Note
from yuanheng.registry.models import Park, Region


@pytest.fixture
def changed(world):
    """A park that was changed twice."""
    first = {"name": "冷水江高新区", "region": world.regions["431322"]}
    update_row(acting_user=world.analyst, row=world.zone, values=first, reason="更名")
    update_row(acting_user=world.analyst, row=world.zone, values={"rank": "national"})
    return list(AuditEvent.objects.order_by("pk"))


def test_a_history_is_told_in_words(world, sign_in, changed):
    text = sign_in(world.reader).get(reverse("park-history", args=["LSJ"])).text
    assert "431381 冷水江市" in text
    assert "431322 新化县" in text
    assert "国家级" in text
    assert "更名" in text
    assert "恢复" not in text.split("<main")[1].split("</main")[0]


def test_one_field_is_taken_back(world, sign_in, changed):
    client = sign_in(world.analyst)
    address = reverse("park-revert", args=["LSJ", changed[0].pk]) + "?field=name"
    page = client.get(address)
    assert [one.name for one in page.context["steps"]] == ["name"]
    sent = {"reason": "更名有误", "_shown": page.context["shown"]}
    assert client.post(address, sent).status_code == 302
    park = Park.objects.get(code="LSJ")
    assert (park.name, park.region.code, park.rank) == ("冷水江经济开发区", "431322", "national")
    event = AuditEvent.objects.latest("pk")
    assert (event.action_code, event.reason) == ("registry.revert_park", "更名有误")


def test_the_whole_row_is_taken_back(world, sign_in, changed):
    client = sign_in(world.analyst)
    address = reverse("park-revert", args=["LSJ", changed[0].pk])
    page = client.get(address)
    client.post(address, {"reason": "x", "_shown": page.context["shown"]})
    park = Park.objects.get(code="LSJ")
    assert (park.name, park.region.code, park.rank) == (
        "冷水江经济开发区",
        "431381",
        "provincial",
    )


def test_taking_back_needs_a_reason_and_what_was_shown(world, sign_in, changed):
    client = sign_in(world.analyst)
    address = reverse("park-revert", args=["LSJ", changed[0].pk])
    shown = client.get(address).context["shown"]
    assert client.post(address, {"reason": " ", "_shown": shown}).status_code == 422
    Park.objects.filter(code="LSJ").update(name="别人改的")
    response = client.post(address, {"reason": "x", "_shown": shown})
    assert response.status_code == 422
    assert "记录已有变化" in response.text
    assert Park.objects.get(code="LSJ").name == "别人改的"


def test_who_may_not_edit_may_not_take_back(world, sign_in, changed):
    address = reverse("park-revert", args=["LSJ", changed[0].pk])
    assert sign_in(world.reader).get(address).status_code == 403
    assert sign_in(world.stranger).get(address).status_code == 404
    other = reverse("park-revert", args=["LSJ-2", changed[0].pk])
    assert sign_in(world.analyst).get(other).status_code == 404


def test_a_row_on_paper_says_who_printed_it(world, sign_in):
    client = sign_in(world.reader)
    text = client.get(reverse("park-print", args=["LSJ"])).text
    assert "12,345.50" in text
    assert "由 reader 于" in text
    assert "冷水江钢铁有限公司" in text
    assert sign_in(world.stranger).get(reverse("park-print", args=["LSJ"])).status_code == 404


def test_a_list_on_paper_is_filtered_as_on_the_screen(world, sign_in):
    client = sign_in(world.analyst)
    text = client.get(reverse("park-print-list") + "?q=北区").text
    assert "冷水江经开区北区" in text
    assert "12,345.50" not in text
    assert "隆平" not in client.get(reverse("park-print-list")).text
    assert sign_in(world.nobody).get(reverse("park-print-list")).status_code == 403


def test_the_row_before_and_the_row_after(world, sign_in):
    client = sign_in(world.root)
    listed = "http://testserver" + reverse("park-list") + "?sort=code"
    page = client.get(reverse("park-detail", args=["LSJ"]), headers={"Referer": listed})
    assert page.context["neighbours"]["before"] == "LPG"
    assert page.context["neighbours"]["after"] == "LSJ-2"
    further = client.get(reverse("park-detail", args=["LSJ-2"]) + "?in=sort%3Dcode")
    assert further.context["neighbours"]["before"] == "LSJ"
    assert further.context["neighbours"]["after"] is None
    assert client.get(reverse("park-detail", args=["LSJ"])).context["neighbours"] == {}


def test_a_large_relation_is_written_not_chosen_from_thousands(world, sign_in):
    Region.objects.bulk_create(
        Region(code=f"4313{at:05}", name=f"镇{at}", kind="township", parent=world.regions["4313"])
        for at in range(120)
    )
    client = sign_in(world.analyst)
    page = client.get(reverse("park-edit", args=["LSJ"])).text
    assert 'value="431381 冷水江市"' in page
    assert "镇77" not in page
    sent = {"code": "LSJ", "name": "冷水江", "rank": "provincial", "region": "新化县"}
    assert client.post(reverse("park-edit", args=["LSJ"]), sent).status_code == 302
    assert Park.objects.get(code="LSJ").region == world.regions["431322"]
    for wrong, said in [("镇7", "您要找的是"), ("火星", "没有您可见的记录"), ("芙蓉区", "没有您")]:
        response = client.post(reverse("park-edit", args=["LSJ"]), {**sent, "region": wrong})
        if wrong == "镇7":
            assert response.status_code == 302  # a name that only one has
            continue
        assert response.status_code == 422
        assert said in response.text
    assert "您要找的是" in (
        client.post(reverse("park-edit", args=["LSJ"]), {**sent, "region": "镇"}).text
    )


def test_suggestions_hold_only_what_one_sees(world, sign_in):
    address = reverse("suggestions", args=["registry.park"])
    assert "LSJ-2" in sign_in(world.analyst).get(address, {"x": "冷水江"}).text
    assert "LSJ" not in sign_in(world.stranger).get(address, {"x": "冷水江"}).text
    assert sign_in(world.nobody).get(address, {"x": "冷"}).text.strip() == ""
    for label in ("no.such", "sessions.session", "x", "registry.park"):
        response = sign_in(world.root).get(reverse("suggestions", args=[label]), {"x": "\x00"})
        assert response.status_code == 400
        assert "LSJ" not in response.text


BAD = {
    "nul": "a\x00b",
    "bell": "a\x07b",
    "direction": "a\u202eb",
    "long": "长" * 100_000,
}


@pytest.mark.parametrize("what", BAD)
@pytest.mark.parametrize(
    ("page", "field", "more"),
    [
        ("park-create", "positioning", {"code": "X", "name": "n", "rank": "national"}),
        ("park-create", "region", {"code": "X", "name": "n"}),
        ("park-edit", "name", {}),
        ("park-archive", "reason", {}),
        ("park-note-create", "text", {"kind": "note"}),
        ("park-link-create", "other", {"kind": "relates", "register": "park"}),
        ("park-tags", "tags", {}),
        ("park-bulk-edit", "leading_industries", {"reason": "x"}),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_sentence(world, sign_in, page, field, more, what):
    key = [] if page in ("park-create", "park-bulk-edit") else ["LSJ"]
    address = reverse(page, args=key) + (f"?row={world.zone.pk}" if "bulk" in page else "")
    response = sign_in(world.analyst).post(address, {**more, field: BAD[what]})
    assert response.status_code == 422
    assert "invalid-feedback" in response.text or "alert-danger" in response.text
    assert not AuditEvent.objects.exists()


def test_ten_megabytes_are_refused_with_a_sentence(world, sign_in):
    response = sign_in(world.analyst).post(
        reverse("park-note-create", args=["LSJ"]), {"kind": "note", "text": "x" * 10_000_000}
    )
    assert response.status_code == 413
    assert not Note.objects.exists()


def test_formulas_and_html_are_text(world, sign_in):
    client = sign_in(world.analyst)
    text = '=cmd|"/c calc"!A1 <img src=x onerror=alert(1)>'
    client.post(reverse("park-note-create", args=["LSJ"]), {"kind": "note", "text": text})
    page = client.get(reverse("park-detail", args=["LSJ"])).text
    assert "<img src=x" not in page
    assert "=cmd|" in page


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "\x1b[0m"])
def test_an_action_refuses_what_a_form_would(world, text):
    values = {"code": "X", "name": text, "rank": "national", "region": world.zone.region}
    with pytest.raises(ValidationError, match="控制字符"):
        create_row(acting_user=world.analyst, model=Park, values=values)
    with pytest.raises(ValidationError, match="控制字符"):
        update_row(acting_user=world.analyst, row=world.zone, values={"name": text})
    assert Park.objects.get(code="LSJ").name == "冷水江经济开发区"


def test_a_masked_field_stays_masked_in_the_history(world, sign_in):
    update_row(acting_user=world.analyst, row=world.steel, values={"contact_phone": "13900001111"})
    address = reverse("enterprise-history", args=[world.steel.credit_code])
    assert "13900001111" in sign_in(world.analyst).get(address).text
    officer = make_user("inspector", "supervision_officer", world.city)
    text = sign_in(officer).get(address).text
    assert "＊＊＊" in text
    assert "13900001111" not in text
    taken = reverse("enterprise-revert", args=[world.steel.credit_code, 1])
    assert sign_in(officer).get(taken).status_code == 403
