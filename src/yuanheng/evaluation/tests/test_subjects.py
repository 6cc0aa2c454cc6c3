from __future__ import annotations

from yuanheng.evaluation.actions import publish_run, start_run, store_version
from yuanheng.evaluation.tests.conftest import SCHEME
from yuanheng.registry.tests.world import credit_code


def page_of(published, client, number):
    return client.get(f"/runs/{published.run.code}/subjects/{credit_code(number)}/")


def test_a_score_is_explained_down_to_the_cell(published, sign_in):
    text = page_of(published, sign_in(published.world.reader), 1).content.decode()
    for part in (
        "得 84.7 分，在全部企业 11 家中列第 2 位，评为 A 档",
        "亩均税收 14.9万元/亩，标杆 20万元/亩，60 × 14.9 ÷ 20 = 44.7 分",
        "实缴税收 ÷ 用地面积",
        "企业数据.csv",
        "<code>D14</code>",  # this year's first row stands below last year's twelve
        "<code>E14</code>",
        "149 万元",
        "历次评价",
    ):
        assert part in text, part


def test_a_missing_figure_says_what_the_scheme_does_with_it(published, sign_in):
    text = page_of(published, sign_in(published.world.reader), 3).content.decode()
    assert "亩均税收缺数，按方案规定得 0 分" in text
    assert "特殊处理" in text


def test_one_sees_only_subjects_of_ones_own_part(published, sign_in):
    client = sign_in(published.world.reporter)
    assert page_of(published, client, 2).status_code == 200
    assert page_of(published, client, 7).status_code == 404
    assert page_of(published, sign_in(published.world.stranger), 2).status_code == 404


def test_neighbours_are_those_that_one_sees(published, sign_in):
    text = page_of(published, sign_in(published.world.reporter), 2).content.decode()
    assert f"/subjects/{credit_code(1)}/" in text
    assert f"/subjects/{credit_code(3)}/" in text
    assert f"/subjects/{credit_code(5)}/" not in text


def test_the_page_keeps_to_its_queries(published, sign_in, django_assert_max_num_queries):
    client = sign_in(published.world.reader)
    with django_assert_max_num_queries(12):
        page_of(published, client, 1)


def test_a_dimension_counted_in_reverse_says_what_it_adds(evaluated, sign_in):
    head, item = SCHEME.split("      - code: revenue_per_mu", 1)
    item, tail = item.split("vetoes:", 1)
    below = item.rstrip().replace("\n", "\n    ")
    text = (
        f"{head}      - dimension: risk\n        name: 风险\n        weight: 40\n"
        "        better: lower\n        combine: {way: power_mean, power: 0.5}\n"
        f"        items:\n          - code: revenue_per_mu{below}\nvetoes:{tail}"
    )
    analyst = evaluated.world.analyst
    version, _new = store_version(acting_user=analyst, text=text)
    run, _new = start_run(
        acting_user=analyst, version=version, snapshot=evaluated.snapshot, period="2024"
    )
    evaluated.run = publish_run(acting_user=analyst, run=run)
    client = sign_in(evaluated.world.reader)
    said = page_of(evaluated, client, 2).content.decode()
    for part in (
        "“风险”越低越好：本身得 39.96 分，按满分 40 分反向计入上一级，40 − 39.96 = 0.04 分",
        "“风险”按幂平均（0.5 次幂）合成",
        "反向计入 0.04",
        "反向计入：此分越高，总分越低",
    ):
        assert part in said, part
    outline = client.get("/schemes/per_mu/").content.decode()
    assert "各部分按幂平均合成，0.5 次幂" in outline
    assert '风险 <span class="badge bg-secondary-lt">越低越好</span>' in outline
