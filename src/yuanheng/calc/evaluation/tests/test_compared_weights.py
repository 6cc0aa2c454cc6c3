"""Weights of a level out of comparisons written in the scheme, and for wanted correlations."""

from __future__ import annotations

import numpy as np
import pytest

from yuanheng.calc.composite import weights as of
from yuanheng.calc.composite.normalisation import min_max
from yuanheng.calc.evaluation import ArrayRun, build_program
from yuanheng.calc.evaluation.preparing import prepare
from yuanheng.calc.evaluation.tests.little_scheme import faults_of, scheme_text
from yuanheng.calc.scheme import read_scheme_text
from yuanheng.calc.scheme.level_weights import shared_out

THIRD = """\
      - code: third
        name: 丙项
        formula: 甲 + 乙
        better: higher
        normalise: {method: ratio_to_benchmark, benchmark: 20}
        cap: none
        floor: none
score:"""
FREE = (("        weight: 60\n", ""), ("        weight: 40\n", ""), ("score:", THIRD))
BEST_WORST = (
    "method: best_worst, best: first, worst: third, "
    "to_others: {second: 2, third: 8}, to_worst: {second: 4}"
)


def text_of(spec: str) -> str:
    said = f"    when: true\n    weights_from: {{{spec}}}\n"
    return scheme_text(*FREE, ("    when: true\n", said))


def weights_of(spec: str, given: dict[str, np.ndarray] | None = None) -> list[float]:
    built = build_program(read_scheme_text(text_of(spec)))
    if given is not None:
        built, _ = prepare(built, lambda one: ArrayRun(given, 20).run(one.program))
    return [item.weight for item in built.program.items]


def test_several_experts_are_put_together_by_their_voices():
    spec = (
        "method: ahp, experts: [{name: 甲, comparisons: [3, 5, 2]}, "
        "{name: 乙, comparisons: [1, 2, 2], voice: 2}]"
    )
    matrices = [of.from_upper([3, 5, 2]), of.from_upper([1, 2, 2])]
    wanted = of.ahp_group(matrices, voices=[1, 2]).result.weights
    assert weights_of(spec) == shared_out(wanted.tolist(), 100.0, 2)
    assert not faults_of(text_of(spec))


def test_an_expert_who_contradicts_himself_is_named():
    spec = (
        "method: ahp, experts: [{name: 张三, comparisons: [3, 5, 2]}, "
        "{name: 李四, comparisons: [9, 1, 9]}]"
    )
    found = [fault for fault in faults_of(text_of(spec)) if fault.code == "ahp_inconsistent"]
    assert {fault.severity for fault in found} == {"warning"}
    assert found[0].path == "groups[0].weights_from.experts[1].comparisons"
    assert found[0].zh.startswith("“李四”的判断矩阵的一致性比率是")
    assert "最不一致的是“" in found[0].zh


def test_best_worst_by_names_is_what_the_function_gives():
    wanted = of.best_worst_weights([1, 2, 8], [8, 4, 1], best=0, worst=2).weights
    assert weights_of(BEST_WORST) == shared_out(wanted.tolist(), 100.0, 2)
    assert not faults_of(text_of(BEST_WORST))


@pytest.mark.parametrize(
    ("old", "new", "code", "path", "said"),
    [
        ("best: first, ", "", "missing_key", "best", "缺少必填项 best"),
        ("best: first", "best: frist", "unknown_part", "best", "没有编码为“frist”的部分"),
        ("second: 2, ", "", "comparison_missing", "to_others", "to_others 没有写 乙项"),
        ("to_worst: {second: 4}", "to_worst: {second: 4, x: 2}", "unknown_part", "to_worst.x",
         "没有编码为“x”的部分；有的是：first、second、third"),
        ("to_worst: {second: 4}", "to_worst: {second: 4, first: 7}", "bwm_contradiction", "",
         "一处写 8，另一处写 7"),
        ("second: 2", "second: 8", "best_worst_inconsistent", "", "最不一致的是“乙项”"),
        ("second: 2", "second: 0.5", "wrong_kind", "to_others.second", "数字太小"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_comparisons_is_said_where_it_stands(old, new, code, path, said):
    found = {fault.code: fault for fault in faults_of(text_of(BEST_WORST.replace(old, new)))}
    assert said in found[code].zh
    assert found[code].path.startswith("groups[0].weights_from")
    assert found[code].path.endswith(path)


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("method: entropy, best: first", "best 只用于 best_worst，请删去或改 method。"),
        ("method: critic, comparisons: [1]", "comparisons 只用于 ahp"),
        ("method: ahp, comparisons: [1, 1, 1], experts: []", None),
        ("method: ahp, comparisons: [1, 1, 1], experts: [{name: 甲, comparisons: [1, 1, 1]}]",
         "comparisons 与 experts 只能写一个"),
        ("method: correlation, importance: {frist: 1}", "没有编码为“frist”的部分"),
        ("method: ahp", "应写 3 个数"),
    ],
)  # fmt: skip
def test_what_belongs_to_another_method_is_refused(spec, said):
    found = [fault.zh for fault in faults_of(text_of(spec)) if fault.severity == "error"]
    assert found == [] if said is None else any(said in zh for zh in found)


@pytest.mark.parametrize("importance", [None, {"first": 2.0, "second": 1.0, "third": 2.0}])
def test_weights_for_wanted_correlations(importance):
    random = np.random.default_rng(3)
    given = {"x": random.lognormal(1, 0.5, 20), "y": random.lognormal(1, 0.5, 20)}
    said = "" if importance is None else ", importance: " + str(importance).replace("'", "")
    figures = np.column_stack([given["x"], given["y"], given["x"] + given["y"]])
    wanted = of.correlation_weights(
        min_max(figures, low=0, high=1), list((importance or {}).values()) or None
    )
    found = weights_of(f"method: correlation{said}", given)
    assert found == shared_out(wanted.weights.tolist(), 100.0, 2)
