from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from django.utils.translation import override
from ruamel.yaml import YAML

from yuanheng.calc.faults import FaultyInput
from yuanheng.kernel.lights import light_for
from yuanheng.kernel.lights.facts import FACTS, complete_facts, elapsed_by_curve, elapsed_by_days
from yuanheng.kernel.lights.rules import read_rule
from yuanheng.kernel.lights.shipped import shipped_rules
from yuanheng.kernel.lights.words import shipped_words

DAY = date(2025, 6, 30)
CASES = YAML(typ="safe").load((Path(__file__).parent / "cases/published.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[f"{c['rule']}: {c['name']}" for c in CASES])
def test_a_published_threshold(case):
    light = light_for(shipped_rules()[case["rule"]], case["facts"], DAY)
    assert (light.colour, light.missing) == (case["light"], tuple(case.get("missing", ())))
    assert light.at_least == case.get("at_least", False)


def test_every_shipped_rule_has_cases_a_source_and_a_certainty():
    assert {case["rule"] for case in CASES} == set(shipped_rules())
    for rule in shipped_rules().values():
        assert rule.clause
        assert rule.certainty in "PMKD"
        assert rule.rule.conditions
        assert {"light": "x"}.keys().isdisjoint(rule.rule.facts)


def test_a_light_says_why_from_which_figures_and_by_which_clause():
    light = light_for(shipped_rules()["default"], {"progress": 35, "elapsed": 50}, DAY)
    assert light.words == "黄灯：落后超过 10 个百分点（进度差 -15）"
    assert light.clause.startswith("本软件的建议")
    unsure = light_for(shipped_rules()["yinchuan_2025"], {"gap": -12}, DAY)
    assert unsure.words.endswith(
        "不能排除更重的颜色，缺：未开工月数、未入库月数、资金使用低于规定"
    )


def test_elapsed_time_by_days_and_by_the_months_of_a_plan():
    year = (date(2025, 1, 1), date(2025, 12, 31))
    assert elapsed_by_days(*year, date(2024, 12, 31)) == 0
    assert elapsed_by_days(*year, date(2025, 6, 30)) == pytest.approx(100 * 181 / 365)
    assert elapsed_by_days(*year, date(2026, 1, 1)) == 100
    curve = {"2025-01": 10, "2025-02": 10, "2025-03": 40}
    days = [date(2024, 12, 31), date(2025, 1, 31), date(2025, 2, 15), date(2025, 3, 31)]
    assert [elapsed_by_curve(curve, day) for day in days] == [0, 10, 10, 40]
    facts = complete_facts({"progress": 20, "curve": curve}, date(2025, 3, 31))
    assert (facts["elapsed"], facts["gap"], facts["behind"]) == (40, -20, True)


def test_what_is_not_known_stays_unknown():
    facts = complete_facts({"progress": 20}, DAY)
    assert {facts[name] for name in ("gap", "behind", "overdue", "shortfall")} == {None}
    with pytest.raises(KeyError, match="progres"):
        complete_facts({"progres": 20}, DAY)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "至少写一个条件"),
        ("红 进度差 < 1", "先写颜色和冒号"),
        ("紫: 进度差 < 1", "先写颜色和冒号"),
        ("红: 进度叉 < 1", "第 1 行，第 1 个字符处"),
        ("红: 进度差", "需要|结果为是或否"),
        ("红: 进度差 <", "第 1 行"),
        ("绿: 进度差 > 0\n红: 进度差 < 0", "较重的颜色要写在前面"),
    ],
)
def test_a_rule_that_cannot_be_read_says_where_and_what_to_do(text, said):
    with pytest.raises(FaultyInput) as caught:
        read_rule(text)
    import re

    assert re.search(said, caught.value.faults[0].zh)


def test_a_light_that_is_kept_is_not_given_for_another_fact():
    """1 and yes are the same key in a table of Python's; as facts they are not."""
    rule = {"conditions": "红: 进度 > 0\n绿: 进度 = 0", "applies": "", "clause": ""}
    assert light_for(rule, {"progress": 1}, DAY).colour == "red"
    assert light_for(rule, {"progress": 0}, DAY).colour == "green"
    curve = {"progress": 40, "curve": {"2025-01": 10, "2025-12": 100}}
    by_curve = {"conditions": "红: 时间进度 > 50", "applies": "", "clause": ""}
    assert light_for(by_curve, curve, date(2025, 12, 31)).colour == "red"
    assert light_for(by_curve, curve, date(2025, 1, 31)).colour != "red"


def test_every_text_of_a_shipped_rule_can_be_read_in_english():
    texts = [fact.name for fact in FACTS] + [fact.meaning for fact in FACTS]
    for rule in shipped_rules().values():
        texts += [rule.name, rule.purpose, rule.clause, rule.note]
        texts += [one.why for one in rule.rule.conditions]
    chinese = re.compile(r"[\u4e00-\u9fff]")
    with override("en"):
        assert [text for text in texts if chinese.search(shipped_words(text))] == []
        light = light_for(shipped_rules()["default"], {"progress": 35, "elapsed": 50}, DAY)
        assert light.words == "Yellow light: more than 10 points behind (gap -15)"
        assert light.clause.startswith("Proposed by this software")
        own = {
            "conditions": "红: 已超期  # 本县的话",
            "applies": "",
            "clause": "某办发〔2026〕1号",
        }
        late = light_for(own, {"days_left": -1}, DAY)
        assert (late.words, late.clause) == (
            "Red light: 本县的话 (overdue: yes)",
            "某办发〔2026〕1号",
        )
    again = light_for(shipped_rules()["default"], {"progress": 35, "elapsed": 50}, DAY)
    assert again.words == "黄灯：落后超过 10 个百分点（进度差 -15）"
