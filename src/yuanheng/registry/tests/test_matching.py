"""Is it the same enterprise? A score asks, a person answers, and the answer is kept."""

from __future__ import annotations

import random
import time

import pytest
from django.urls import reverse

from yuanheng.kernel.actions.imports import CannotImport, commit_upload
from yuanheng.kernel.importing import Outcome, importer_for
from yuanheng.kernel.importing.matching.blocks import Blocks
from yuanheng.kernel.importing.matching.names import core_of, grams, likeness
from yuanheng.kernel.models import MatchDecision, Upload
from yuanheng.registry.models import Enterprise
from yuanheng.registry.tests.world import credit_code

HEAD = "统一社会信用代码,企业名称,所属园区,详细地址\n"


@pytest.fixture
def send(world, sign_in, tmp_path):
    Enterprise.objects.filter(pk=world.steel.pk).update(address="冷水江市锑都大道18号")

    def do(lines: str, user=None):
        path = tmp_path / "企业.csv"
        path.write_text(HEAD + lines, "utf-8")
        client = sign_in(user or world.analyst)
        with path.open("rb") as stream:
            answer = client.post(reverse("upload-create", args=["enterprises"]), {"table": stream})
        return client, answer.url

    return do


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("冷水江钢铁有限公司", "湖南省娄底市冷水江市冷水江钢铁有限责任公司"),
        ("岚铎铸造（集团）有限公司", "岚铎铸造集团股份有限公司"),
        ("ＡＢＣ电子有限公司", "abc电子公司"),
    ],
)
def test_names_that_mean_the_same(one, other):
    assert (
        core_of(one) == core_of(other)
        or likeness(grams(core_of(one)), grams(core_of(other))) > 0.7
    )


def test_names_that_differ_stay_apart():
    one, other = core_of("云泽市岚铎汽车零部件有限公司"), core_of("云泽市岚舸汽车零部件有限公司")
    assert one != other
    assert likeness(grams(one), grams(other)) < 0.8


def test_nothing_is_put_together_in_silence(world, send):
    client, address = send(",冷水江钢铁有限责任公司,LSJ,冷水江市锑都大道18号\n")
    page = client.get(address)
    assert page.context["counts"]["asking"] == 1
    assert "冷水江钢铁有限公司" in page.text
    assert "去掉地名和公司类型后名称相同" in page.text
    upload = Upload.objects.get()
    with pytest.raises(CannotImport, match="1 行尚未判定"):
        commit_upload(acting_user=world.analyst, upload=upload)
    (line,) = page.context["page"].object_list
    same = {f"answer-{line.subject}": f"same:{world.steel.pk}"}
    page = client.post(address + "decide/", same, follow=True)
    assert "已保存 1 条判定" in page.text
    assert page.context["counts"]["changed"] == 1
    assert "冷水江钢铁有限责任公司" in page.text
    client.post(address + "commit/")
    row = Enterprise.objects.get(pk=world.steel.pk)
    assert (row.name, row.credit_code) == ("冷水江钢铁有限责任公司", world.steel.credit_code)
    assert Enterprise.objects.count() == 2


def test_a_decision_is_remembered_for_the_next_file(world, send):
    line = f"{credit_code(90)},冷水江钢铁有限公司,LSJ,冷水江市锑都大道18号\n"
    client, address = send(line)
    (asked,) = client.get(address).context["page"].object_list
    client.post(address + "decide/", {f"answer-{asked.subject}": "skip"})
    client, address = send(line)
    counts = client.get(address).context["counts"]
    assert (counts["skipped"], counts["asking"], counts["new"]) == (1, 0, 0)
    decision = MatchDecision.objects.get()
    assert (decision.decided_by, decision.answer) == (world.analyst, "skip")


def test_the_same_one_may_get_another_code(world, send):
    client, address = send(f"{credit_code(91)},冷水江钢铁有限公司,LSJ,冷水江市锑都大道18号\n")
    (asked,) = client.get(address).context["page"].object_list
    client.post(address + "decide/", {f"answer-{asked.subject}": f"same:{world.steel.pk}"})
    client.post(address + "commit/")
    row = Enterprise.objects.get(pk=world.steel.pk)
    assert row.credit_code == credit_code(91)


def test_only_what_was_offered_can_be_chosen(world, send):
    client, address = send(",冷水江钢铁有限责任公司,LSJ,\n")
    (asked,) = client.get(address).context["page"].object_list
    client.post(address + "decide/", {f"answer-{asked.subject}": f"same:{world.seed.pk}"})
    client.post(address + "decide/", {"answer-nothing": "new"})
    assert not MatchDecision.objects.exists()


def test_an_enterprise_out_of_sight_is_no_candidate(world, send):
    Enterprise.objects.filter(pk=world.seed.pk).update(address="x路1号")
    client, address = send(f"{credit_code(92)},隆平种业有限公司,LSJ,x路1号\n")
    assert client.get(address).context["counts"]["new"] == 1


def test_without_code_and_without_likeness_it_is_a_fault(world, send):
    client, address = send(",完全不同的公司,LSJ,\n")
    assert "没有填写代码，名录中也没有相似的记录" in client.get(address).text


def test_many_names_are_compared_in_seconds():
    draw = random.Random(1)
    signs = [chr(0x4E00 + n) for n in range(1500)]
    words = ["汽车零部件", "电子元件", "精密机械", "食品", "化工", "模具"]
    names = ["".join(draw.choices(signs, k=3)) + draw.choice(words) for _ in range(5000)]
    began = time.process_time()  # a busy machine makes everybody wait
    blocks = Blocks(names)
    found = sum(bool(blocks.candidates(name[:2] + "某" + name[3:])) for name in names)
    assert found > 4500
    assert time.process_time() - began < 10


def test_who_may_not_import_decides_nothing(world, send, sign_in):
    _client, address = send(",冷水江钢铁有限责任公司,LSJ,\n")
    assert sign_in(world.stranger).post(address + "decide/").status_code == 404
    assert importer_for("enterprises").plan is not None
    assert Outcome.ASKING == "asking"
