from __future__ import annotations

import pytest

from yuanheng.calc.faults import FaultyInput
from yuanheng.evaluation.actions import adopt_scheme, store_version
from yuanheng.evaluation.differences import compare
from yuanheng.evaluation.library import shipped_schemes, shipped_text
from yuanheng.evaluation.models import Scheme, SchemeVersion
from yuanheng.evaluation.tests.conftest import SCHEME
from yuanheng.kernel.policies import Refused

CHANGED = SCHEME.replace("benchmark: 20}", "benchmark: 25}")


@pytest.fixture
def stored(world):
    version, _new = store_version(acting_user=world.analyst, text=SCHEME)
    return version


def test_a_version_with_the_same_content_is_not_stored_twice(world, stored):
    again, is_new = store_version(acting_user=world.analyst, text="# a remark\n" + SCHEME)
    assert (again, is_new) == (stored, False)
    later, is_new = store_version(acting_user=world.analyst, text=CHANGED, note="新基准")
    assert (later.number, is_new, later.note) == (2, True, "新基准")
    assert SchemeVersion.objects.count() == 2


def test_who_may_not_is_refused(world, stored):
    for user in (world.reader, world.reporter):
        with pytest.raises(Refused, match="方案所属单位的分析员"):
            store_version(acting_user=user, text=CHANGED)
    with pytest.raises(Refused, match="方案所属单位的分析员"):
        store_version(acting_user=world.stranger, text=CHANGED)
    assert SchemeVersion.objects.count() == 1


def test_every_fault_is_shown_at_once_with_its_line(world, sign_in):
    faulty = SCHEME.replace("weight: 60", "weight: 61").replace(
        "formula: 营业收入 / 用地面积", "formula: 营业收人 / 用地面积"
    )
    response = sign_in(world.analyst).post("/schemes/new/", {"text": faulty})
    text = response.content.decode()
    assert response.status_code == 422
    assert "权重合计为 101" in text
    assert "没有名为“营业收人”的字段" in text
    assert f">{faulty.splitlines().index('        formula: 营业收人 / 用地面积') + 1}<" in text
    assert "groups[0].items[1].formula" in text
    assert not Scheme.objects.exists()


def test_a_text_of_another_scheme_is_no_new_version(world, stored):
    with pytest.raises(FaultyInput, match="a new version of “per_mu” is expected"):
        store_version(
            acting_user=world.analyst,
            text=SCHEME.replace("id: per_mu", "id: other"),
            scheme=stored.scheme,
        )


def test_a_scheme_is_shown_in_words(world, stored, sign_in):
    text = sign_in(world.reporter).get("/schemes/per_mu/").content.decode()
    for part in (
        "指标值 ÷ 基准值 × 权重；基准值 20万元/亩",
        "指标值 ÷ 本组最优值 × 权重",
        "缺数计零分是本文件的假定",
        "前 20%",
        "没有用地",
        "取消当期评价",
    ):
        assert part in text, part
    assert "上传新版本" not in text


def test_text_with_line_numbers_and_as_a_file(world, stored, sign_in):
    client = sign_in(world.reader)
    assert 'id="L1"' in client.get("/schemes/per_mu/1/text/").content.decode()
    assert client.get("/schemes/per_mu/1/text/?download=1").content.decode() == SCHEME
    assert client.get("/schemes/per_mu/9/text/").status_code == 404


def test_two_versions_are_compared_line_by_line(world, stored, sign_in):
    store_version(acting_user=world.analyst, text=CHANGED)
    text = sign_in(world.reader).get("/schemes/per_mu/compare/?old=1&new=2").content.decode()
    assert "yh-removed" in text
    assert "benchmark: 25}" in text
    (place,) = compare("a\nb\nc", "a\nB\nc")
    assert [(line.sign, line.old, line.new) for line in place] == [
        (" ", 1, 1),
        ("−", 2, None),
        ("+", None, 2),
        (" ", 3, 3),
    ]


def test_a_shipped_scheme_is_adopted_with_one_click(world, sign_in):
    client = sign_in(world.analyst)
    assert "huangyan_2022" in client.get("/schemes/library/").content.decode()
    assert client.post("/schemes/library/huangyan_2022/adopt/").url == "/schemes/huangyan_2022/"
    assert "已采用" in client.get("/schemes/library/huangyan_2022/").content.decode()
    assert sign_in(world.reader).post("/schemes/library/huangyan_2021/adopt/").status_code == 403
    assert client.post("/schemes/library/nothing/adopt/").status_code == 404


def test_a_sample_is_marked(world, sign_in):
    adopt_scheme(acting_user=world.analyst, code="five_good_sample")
    text = sign_in(world.reader).get("/schemes/five_good_sample/").content.decode()
    assert 'bg-orange-lt">示例' in text
    assert "正式使用前，请换成本地文件的规定" in text


@pytest.mark.parametrize("code", [one.code for one in shipped_schemes()])
def test_every_shipped_scheme_has_a_readable_page(world, sign_in, code):
    assert shipped_text(code)
    response = sign_in(world.reader).get(f"/schemes/library/{code}/")
    assert response.status_code == 200
    assert "计分办法" in response.content.decode()
