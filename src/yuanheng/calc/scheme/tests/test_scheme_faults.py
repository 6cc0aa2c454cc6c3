"""Each fault of meaning with its path, its line and its Chinese sentence."""

from __future__ import annotations

import pytest

from yuanheng.calc.evaluation.tests.little_scheme import GRADES, SCHEME, faults_of, scheme_text

FIRST = "groups[0].items[0]"
RATIO = "normalise: {method: ratio_to_benchmark, benchmark: 10}"


def normalised(text: str) -> tuple[str, str]:
    return (RATIO, f"normalise: {{{text}}}")


def indicators(*formulas: str) -> str:
    lines = [
        f"  - {{code: i{n}, name: 式{n}, formula: {formula}}}\n"
        for n, formula in enumerate(formulas, 1)
    ]
    return "indicators:\n" + "".join(lines)


GROUP_TWICE = """\
  - code: firms
    name: 又一组
    when: true
    like: firms
score:"""
MEAN_FAILS = [
    ("formula: 甲", "formula: 甲 / group_mean(甲)"),
    ("missing: zero_points", "missing: fail"),
]
CASES: dict[str, tuple[str, str, str, str]] = {
    # name: text, code, path, part of the sentence
    "a circle of formulas": (
        scheme_text(more=indicators("式2", "式3", "式1")),
        "circular_formulas", "indicators[", "公式循环引用：式",
    ),
    "a circle of rules": (
        scheme_text(*MEAN_FAILS), "circular_rules", "groups", "谁参评要用到组统计值",
    ),
    "weights of items": (
        scheme_text(("weight: 40", "weight: 39")),
        "weights_do_not_add_up", "groups[0].items",
        "权重合计为 99（60+39），应为 100，相差 1；请改权重或上一级的分值。",
    ),
    "weight and coefficient": (
        scheme_text(("weight: 40", "coefficient: 2")),
        "weight_missing", "groups[0].items[1].weight", "同一层混用了 weight 与 coefficient",
    ),
    "a negative weight": (
        scheme_text(("weight: 60", "weight: -60"), ("weight: 40", "weight: 160")),
        "weight_negative", f"{FIRST}.weight", "“甲项”的权重是 -60，不能为负；扣分请用 deduction。",
    ),
    "benchmark 0": (
        scheme_text(("benchmark: 10", "benchmark: 0")),
        "benchmark_zero", f"{FIRST}.normalise.benchmark", "标杆值是 0，不能作除数",
    ),
    "benchmark 0 of a year": (
        scheme_text(("benchmark: 10", "benchmark: {by_year: {2024: 0}}")),
        "benchmark_zero", f"{FIRST}.normalise.benchmark.by_year.2024", "标杆值是 0",
    ),
    "benchmark 0 of a class": (
        scheme_text(("benchmark: 10", "benchmark: {by: 县区, values: {东县: 0}}")),
        "benchmark_zero", f"{FIRST}.normalise.benchmark.values.东县", "标杆值是 0",
    ),
    "no benchmark for the year": (
        scheme_text(("benchmark: 10", "benchmark: {by_year: {2022: 3, 2023: 4}}")),
        "benchmark_year_missing", f"{FIRST}.normalise.benchmark.by_year",
        "没有 2024 年的标杆值，现有：2022、2023。请补上本期标杆值。",
    ),
    "an unknown name": (
        scheme_text(("name: 甲}", "name: 实缴税收}"), ("formula: 甲", "formula: 实缴锐收")),
        "expression.unknown_name", f"{FIRST}.formula", "实缴税收",
    ),
    "units that clash": (
        scheme_text(
            ("name: 甲}", "name: 甲, unit: 万元}"),
            ("better: higher", "unit: 亩\n        better: higher"),
        ),
        "unit_clash", f"{FIRST}.unit", "公式的单位是“万元”，不能换算成“亩”；请改公式或单位。",
    ),
    "an unknown unit": (
        scheme_text(("name: 甲}", "name: 甲, unit: 万圆}")),
        "unknown_unit", "data.fields[0].unit", "不认识的计量单位“万圆”",
    ),
    "an unknown scope": (
        scheme_text(("scope: group", "scope: 乡镇")),
        "unknown_scope", "ranking.scope", "范围“乡镇”既不是 group、all，也不是数据字段。",
    ),
    "an unknown grade": (
        scheme_text(more=GRADES.replace("grade: B,", "grade: D,")),
        "unknown_grade", "grades.rules[1].grade", "“D”不在档次 A、B、C 之中。",
    ),
    "grades that leave someone out": (
        scheme_text(more=GRADES.replace("    - {grade: C}\n", "")),
        "grades_not_exhaustive", "grades.rules", "最后一条档次规则应不带条件",
    ),
    "a rule not said": (
        scheme_text(("missing: zero_points, ", "")),
        "rule_missing", f"{FIRST}.missing", "“甲项”没有写缺数怎么处理（missing）。",
    ),
    "a group twice": (
        scheme_text(("score:", GROUP_TWICE)),
        "group_twice", "groups[1].code", "分组编码“firms”重复。",
    ),
    "an item twice": (
        scheme_text(("code: second", "code: first")),
        "item_twice", "groups[0].items[1].code", "指标编码“first”在同一分组中重复。",
    ),
    "a name taken": (
        scheme_text(("name: 乙}", "name: 甲}")),
        "name_taken", "data.fields[1]", "名称“甲”已被“甲”使用，请换一个。",
    ),
    "a field code twice": (
        scheme_text(("code: y, name: 乙}", "code: x, name: 乙}")),
        "name_taken", "data.fields[1]", "名称“x”已被“甲”使用，请换一个。",
    ),
    "an indicator with the code of a field": (
        scheme_text(more=indicators("乙").replace("code: i1", "code: x")),
        "name_taken", "indicators[0]", "名称“x”已被“甲”使用，请换一个。",
    ),
    "a code that every table has": (
        scheme_text(("code: y,", "code: subject_id,")),
        "reserved_code", "data.fields[1].code", "字段编码“subject_id”由系统使用，请换一个。",
    ),
    "an indicator twice": (
        scheme_text(more=indicators("乙", "甲").replace("code: i2", "code: i1")),
        "indicator_twice", "indicators[0].code", "公式编码“i1”重复",
    ),
    "like a group that is not there": (
        scheme_text(("score:", GROUP_TWICE.replace("like: firms", "like: farms")
                     .replace("code: firms", "code: shops"))),
        "bad_like", "groups[1].like", "分组“又一组”的 like 写的是“farms”",
    ),
    "weights of no item": (
        scheme_text(("score:", GROUP_TWICE.replace("code: firms", "code: shops")
                     .replace("like: firms", "like: firms\n    weights: {frist: 5}"))),
        "unknown_weight", "groups[1].weights.frist", "没有编码为“frist”的指标或维度",
    ),
    "levels out of order": (
        scheme_text(normalised(
            "method: levels, levels: [{at_least: 1, points: 5}, {at_least: 2, points: 9}], "
            "otherwise: 0")),
        "level_order", f"{FIRST}.normalise.levels[1]", "各档应从好到差排列",
    ),
    "a level without bound": (
        scheme_text(normalised("method: levels, levels: [{points: 5}], otherwise: 0")),
        "level_bound", f"{FIRST}.normalise.levels[0]", "每一档要写 at_least(达到)或 above(超过)",
    ),
    "anchors out of order": (
        scheme_text(normalised(
            "method: piecewise, anchors: [[5, 0], [5, 100]], outside: clamp")),
        "anchor_order", f"{FIRST}.normalise.anchors", "各锚点的指标值应从小到大，且不重复。",
    ),
    "a cap below the floor": (
        scheme_text(("cap: none\n        floor: none",
                     "cap: {points: 3}\n        floor: {times_weight: 0.1}")),
        "cap_below_floor", f"{FIRST}.cap", "“甲项”的上限 3 低于下限 6。",
    ),
    "a veto on grades that are not there": (
        scheme_text(more="vetoes:\n  - {code: v, name: 违法, when: 甲 > 1, "
                         "effect: grade, grade: C}\n"),
        "veto_without_grades", "vetoes[0]", "“违法”要限定档次，但方案没有分档（grades）。",
    ),
    "a veto twice": (
        scheme_text(more="vetoes:\n" + 2 * "  - {code: v, name: 违法, when: 甲 > 1, "
                         "effect: cancel}\n"),
        "adjustment_twice", "vetoes[1].code", "编码“v”重复",
    ),
    "a bonus twice": (
        scheme_text(more="adjustments:\n" + 2 * "  - {code: b, name: 加分, kind: bonus, "
                         "points: 1, cap: none, unknown: fail}\n"),
        "adjustment_twice", "adjustments[1].code", "编码“b”重复",
    ),
    "merging by no field": (
        scheme_text(more="population: {merge: {by: 宗地, lead_by: 甲}}\n"),
        "unknown_field", "population.merge.by", "“宗地”不是数据字段。",
    ),
    "keeping no field": (
        scheme_text(more="population: {merge: {by: 县区, lead_by: 甲, keep: [丙]}}\n"),
        "unknown_field", "population.merge.keep[0]", "“丙”不是数据字段。",
    ),
    "inheriting from no field": (
        scheme_text(more="population: {inherit: {landlord: 房东, when: 甲 > 1, reason: 承租}}\n"),
        "unknown_field", "population.inherit.landlord", "“房东”不是数据字段，无法据此找出租方。",
    ),
    "a quantile not said": (
        scheme_text(("benchmark: 10", "benchmark: {statistic: quantile}")),
        "quantile_missing", f"{FIRST}.normalise.benchmark", "statistic: quantile 还要写分位",
    ),
    "a ratio of sums of no ratio": (
        scheme_text(("benchmark: 10", "benchmark: {statistic: ratio_of_sums}")),
        "not_a_ratio", f"{FIRST}.normalise.benchmark", "只用于“甲 / 乙”形式的指标",
    ),
    "ends that are equal": (
        scheme_text(normalised("method: floored_range, base: 60, low: 5, high: 5")),
        "range_flat", f"{FIRST}.normalise.low", "low 应小于 high。",
    ),
    "an efficacy without span": (
        scheme_text(normalised(
            "method: efficacy, satisfactory: 5, not_allowed: 5, c: 40, d: 60")),
        "range_flat", f"{FIRST}.normalise.satisfactory", "不能相等",
    ),
    "a step of zero": (
        scheme_text(normalised(
            "method: base_year_step, base: 5, parity: 60%, step: 0, points_per_step: 1, "
            "bonus_cap: 10%, below: zero")),
        "step_zero", f"{FIRST}.normalise.step", "step(每一步)应大于 0",
    ),
    "full points of zero": (
        scheme_text(normalised(
            "method: piecewise, anchors: [[1, 0], [5, 100]], full: 0, outside: clamp")),
        "full_zero", f"{FIRST}.normalise.full", "full(满分)应大于 0",
    ),
    "missing as missing": (
        scheme_text(("missing: zero_points", "missing: as_missing")),
        "rule_circular", f"{FIRST}.missing", "missing 不能写 as_missing",
    ),
    "a text where a condition belongs": (
        scheme_text(("when: true", "when: 甲 + 1")),
        "wrong_kind_of_formula", "groups[0].when", "这里应是条件（是或否），“甲 + 1”却是数值。",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_fault_says_what_where_and_why(name: str) -> None:
    text, code, path, sentence = CASES[name]
    found = [f for f in faults_of(text) if f.code == code]
    assert found, [(f.code, f.path, f.zh) for f in faults_of(text)]
    assert found[0].path.startswith(path), found[0].path
    assert sentence in found[0].zh
    assert found[0].en
    assert found[0].severity == "error"
    assert found[0].line is not None
    assert 1 <= found[0].line <= text.count("\n")


def test_the_line_is_that_of_the_part() -> None:
    text = scheme_text(("benchmark: 20", "benchmark: 0"))
    (fault,) = faults_of(text)
    assert fault.line == 1 + text[: text.index("benchmark: 0")].count("\n")


def test_the_circle_is_named_in_order() -> None:
    (fault,) = faults_of(scheme_text(more=indicators("式2 + 1", "式1 * 2")))
    assert "式1 → 式2 → 式1" in fault.zh or "式2 → 式1 → 式2" in fault.zh


def test_a_sound_scheme_has_no_fault() -> None:
    assert faults_of(SCHEME + GRADES) == []
