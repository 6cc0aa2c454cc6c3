"""The method lab: a draft checked while it is written, tried on past figures, then kept."""

from __future__ import annotations

import re

import pytest

from yuanheng.calc.scheme import read_scheme_text
from yuanheng.evaluation.differences import differing_items
from yuanheng.evaluation.library import shipped_text
from yuanheng.evaluation.models import Run, SchemeVersion
from yuanheng.evaluation.tests.conftest import SCHEME

OTHER = SCHEME.replace("weight: 60", "weight: 30").replace("weight: 40", "weight: 70")


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_draft_of_a_version_stands_beside_its_form(evaluated, sign_in):
    client = sign_in(evaluated.world.analyst)
    page = client.get("/schemes/lab/?scheme=per_mu&number=1")
    assert "id: per_mu" in page.content.decode()
    assert "草稿没有错误" in words(page)
    assert "亩均税收" in words(client.get("/schemes/lab/?library=huangyan_2022"))


def test_faults_are_said_while_it_is_written(evaluated, sign_in):
    client = sign_in(evaluated.world.analyst)
    wrong = SCHEME.replace("weight: 40", "weight: 30")
    text = words(client.post("/schemes/lab/check/", {"text": wrong}))
    assert "权重合计为 90" in text
    assert "草稿没有错误" not in text
    assert "方法实验室" not in text  # only the part beside the draft
    assert "草稿没有错误" in words(client.post("/schemes/lab/check/", {"text": SCHEME}))


def test_a_note_is_no_fault_of_the_form(evaluated, sign_in):
    sample = shipped_text("five_good_sample")
    text = sample.replace("name: 体制机制好", "name: 体制机制好\n        better: lower", 1)
    assert text != sample
    page = sign_in(evaluated.world.analyst).post("/schemes/lab/check/", {"text": text}).text
    form = page.partition("yh-draft-form")[2]
    assert "草稿没有错误" in page
    assert '<p class="yh-draft-note">方向：“体制机制好”越低越好' in form
    assert "is-invalid" not in form
    assert "基础分" in form
    assert "按位置计的分" in form


def test_a_trial_says_who_moves_and_stores_nothing(evaluated, sign_in):
    client = sign_in(evaluated.world.analyst)
    asked = {
        "do": "try", "text": OTHER, "snapshot": evaluated.snapshot.code, "period": "2024",
        "against": evaluated.run.code,
    }  # fmt: skip
    before = (Run.objects.count(), SchemeVersion.objects.count())
    text = words(client.post("/schemes/lab/", asked))
    assert "两边都参加排名的 11 家中" in text
    assert "权重分布" in text
    assert "重算 100 次" in text
    assert (Run.objects.count(), SchemeVersion.objects.count()) == before
    wrong = client.post("/schemes/lab/", {**asked, "text": OTHER.replace("70", "60")})
    assert wrong.status_code == 422
    assert "权重合计为 90" in words(wrong)


def test_a_draft_is_kept_as_a_version(evaluated, sign_in):
    client = sign_in(evaluated.world.analyst)
    answer = client.post("/schemes/lab/", {"do": "keep", "text": OTHER, "note": "调整权重"})
    assert answer.url == "/schemes/per_mu/2/"
    text = words(client.get("/schemes/per_mu/compare/?old=1&new=2"))
    assert "亩均税收 60 30" in text


def test_imputation_and_pairwise_wins_are_chosen_in_the_form(evaluated, sign_in):
    client = sign_in(evaluated.world.analyst)
    text = SCHEME.replace("missing: zero_points", "missing: {impute: nearest, k: 3}", 1)
    text = text.replace("    items:\n", "    combine: {way: copeland}\n    items:\n", 1)
    assert text.count("copeland") == 1
    page = client.post("/schemes/lab/check/", {"text": text}).content.decode()
    for one in ("两两比较（Copeland）", "最相近几家的平均", "按其他指标回归", "最近的家数"):
        assert one in page, one
    wrong = words(client.post("/schemes/lab/check/", {"text": text.replace("k: 3", "k: 0")}))
    assert "草稿没有错误" not in wrong


@pytest.mark.parametrize("page", ["/schemes/lab/", "/schemes/lab/check/"])
def test_only_analysts_of_an_office_draft(evaluated, sign_in, page):
    for person in (evaluated.world.reader, evaluated.world.reporter):
        assert sign_in(person).post(page, {"text": SCHEME}).status_code == 403


def test_figures_of_another_office_are_not_tried(evaluated, sign_in, django_user_model):
    from yuanheng.accounts.tests.world import make_user

    other = make_user("elsewhere", "analyst", evaluated.world.other_city)
    asked = {"do": "try", "text": OTHER, "snapshot": evaluated.snapshot.code}
    text = words(sign_in(other).post("/schemes/lab/", asked))
    assert "试算结果" not in text
    assert evaluated.snapshot.code not in text


def test_schemes_are_compared_item_by_item():
    other = OTHER.replace("benchmark: 20", "benchmark: 25").replace(
        "name: 亩均营收", "name: 亩均收入"
    )
    found = {one["name"]: one for one in differing_items(*(
        read_scheme_text(text).scheme for text in (SCHEME, other)
    ))}  # fmt: skip
    assert (found["亩均税收"]["before"], found["亩均税收"]["after"]) == (60, 30)
    assert any("20" in old and "25" in new for _n, old, new in found["亩均税收"]["differences"])
    assert found["亩均收入"]["change"] == ""
    assert differing_items(*(read_scheme_text(SCHEME).scheme for _ in range(2))) == []


# --- the form and the text are one ------------------------------------------------------------


def form_of(client, text):
    """What the page beside a text would send: its mark and all fields."""
    page = client.post("/schemes/lab/check/", {"text": text}).content.decode()
    fields = dict(re.findall(r'name="(set:[^"]+)" value="([^"]*)"', page))
    mark = re.search(r'name="formed_of" value="(\w+)"', page)
    return {"text": text, "formed_of": mark[1], **fields}


COMMENTED = SCHEME.replace("weight: 60", "weight: 60  # 税收为主")


def test_a_change_in_the_form_is_written_into_the_text(evaluated, sign_in):
    client = sign_in(evaluated.world.analyst)
    sent = form_of(client, COMMENTED)
    path = "set:groups[0].items[0].weight"
    assert sent[path] == "60"
    page = client.post("/schemes/lab/edit/", {**sent, path: "55"}).content.decode()
    assert "weight: 55  # 税收为主" in page
    assert 'hx-swap-oob="true"' in page
    assert "权重合计为 95" in page


def test_a_change_in_the_text_shows_in_the_form_and_counts(evaluated, sign_in):
    client = sign_in(evaluated.world.analyst)
    stale = form_of(client, COMMENTED)
    newer = COMMENTED.replace("weight: 60", "weight: 50")
    assert 'value="50"' in client.post("/schemes/lab/check/", {"text": newer}).content.decode()
    page = client.post("/schemes/lab/edit/", {**stale, "text": newer}).content.decode()
    assert "weight: 50  # 税收为主" in page


def test_the_form_says_what_is_wrong_at_its_place(evaluated, sign_in):
    client = sign_in(evaluated.world.analyst)
    sent = form_of(client, COMMENTED)
    page = client.post(
        "/schemes/lab/edit/", {**sent, "set:groups[0].items[0].formula": "没有的 / 用地面积"}
    ).content.decode()
    assert re.search(r'id="f-groups-0-items-0-formula-why">[^<]*没有的', page)


def test_another_method_asks_for_what_it_needs(evaluated, sign_in):
    client = sign_in(evaluated.world.analyst)
    sent = form_of(client, COMMENTED)
    page = client.post(
        "/schemes/lab/edit/", {**sent, "set:groups[0].items[0].normalise.method": "efficacy"}
    ).content.decode()
    assert "{method: efficacy}" in page
    assert 'name="set:groups[0].items[0].normalise.satisfactory" value=""' in page


def test_items_are_copied_and_taken_out(evaluated, sign_in):
    client = sign_in(evaluated.world.analyst)
    sent = form_of(client, COMMENTED)
    copied = client.post("/schemes/lab/edit/", {**sent, "copy": "groups[0].items[0]"})
    assert copied.content.decode().count("name: 亩均税收") == 2
    gone = client.post("/schemes/lab/edit/", {**sent, "remove": "groups[0].items[0]"})
    assert "name: 亩均税收" not in gone.content.decode()


def test_without_a_script_the_form_is_written_by_a_button(evaluated, sign_in):
    client = sign_in(evaluated.world.analyst)
    sent = form_of(client, COMMENTED)
    changed = {**sent, "set:groups[0].items[0].name": "亩均实缴税收", "do": "form"}
    page = client.post("/schemes/lab/", changed).content.decode()
    assert "name: 亩均实缴税收" in page
    assert "<noscript><button" in page


# --- two different schemes --------------------------------------------------------------------


def test_two_schemes_item_by_item_and_on_the_same_figures(evaluated, sign_in):
    client = sign_in(evaluated.world.analyst)
    client.post("/schemes/lab/", {"do": "keep", "text": OTHER, "note": "权重对调"})
    one, other = SchemeVersion.objects.order_by("number")
    text = words(client.get(f"/schemes/against/?one={one.pk}&other={other.pk}"))
    assert "权重不同" in text
    asked = {
        "one": one.pk,
        "other": other.pk,
        "snapshot": evaluated.snapshot.code,
        "period": "2024",
    }
    with_figures = words(client.get("/schemes/against/", asked))
    assert "同一份数据下，两边都排名的 11 家中" in with_figures
    assert "谁进谁退" in with_figures


def test_a_scheme_of_the_library_is_compared_with_ones_own(evaluated, sign_in):
    client = sign_in(evaluated.world.analyst)
    one = SchemeVersion.objects.get()
    page = client.get(f"/schemes/against/?one={one.pk}&other=library:huangyan_2022")
    text = words(page)
    assert "只在后一个" in text
    assert "亩均税收" in text


@pytest.mark.parametrize("asked", ["one=x", "one=library:nothing", "one=999999"])
def test_a_scheme_that_is_not_there_is_not_found(evaluated, sign_in, asked):
    client = sign_in(evaluated.world.analyst)
    assert client.get(f"/schemes/against/?{asked}").status_code == 404
