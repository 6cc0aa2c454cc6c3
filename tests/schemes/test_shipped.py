"""Every shipped scheme passes the full check and evaluates a small table."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from tests.schemes.small_tables import write_small_table

from yuanheng.calc.evaluation.build import check_scheme
from yuanheng.calc.scheme.document import read_scheme_text
from yuanheng.calc.scheme.model import Scheme
from yuanheng.engine import evaluate_files

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "schemes").glob("*.yaml"))
SUBJECTS = 24


def scheme_of(path: Path) -> Scheme:
    return read_scheme_text(path.read_text(encoding="utf-8")).scheme


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
def test_has_no_error(path: Path) -> None:
    faults = check_scheme(read_scheme_text(path.read_text(encoding="utf-8")))
    assert [f for f in faults if f.severity == "error"] == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
def test_is_named_and_sourced(path: Path) -> None:
    scheme = scheme_of(path)
    assert scheme.id == path.stem
    assert scheme.sources
    assert scheme.assumptions
    if scheme.nature == "published":
        assert "示例" not in scheme.title
    references = [r for s in scheme.sources for r in s.reference.split("、") if r]
    listed = (ROOT / "docs/methods/sources.md").read_text(encoding="utf-8")
    assert all(f"| {r} |" in listed for r in references)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
def test_evaluates_a_small_table(path: Path, tmp_path: Path) -> None:
    scheme = scheme_of(path)
    table = write_small_table(scheme, tmp_path / "data.csv", SUBJECTS)
    evaluate_files(path, table, tmp_path / "out")
    with (tmp_path / "out/results.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    rated = [row for row in rows if row["rank"]]
    assert len(rated) >= 6
    assert all(row["score"] for row in rated)
    assert len({row["score"] for row in rated}) > 1
    if scheme.grades is not None:
        assert {row["grade"] for row in rated} <= set(scheme.grades.scale)
    run = json.loads((tmp_path / "out/run.json").read_text(encoding="utf-8"))
    assert run["subjects"] >= len(rows) > 0


def test_the_example_of_the_handbook_is_a_scheme() -> None:
    handbook = (ROOT / "docs/methods/schemes.md").read_text(encoding="utf-8")
    example = next(b for b in handbook.split("```yaml\n")[1:] if b.startswith("format:"))
    faults = check_scheme(read_scheme_text(example.split("```")[0]))
    assert [f for f in faults if f.severity == "error"] == []


def test_the_handbook_lists_every_scheme() -> None:
    handbook = (ROOT / "docs/methods/schemes.md").read_text(encoding="utf-8")
    assert all(f"| `{path.stem}` |" in handbook for path in SHIPPED)


def test_the_five_good_table_keeps_its_headers() -> None:
    """Offices have filled tables with these headers; a change would turn them away."""
    scheme = scheme_of(ROOT / "schemes/five_good_sample.yaml")
    headers = [f"{f.name}({f.measure})" if f.measure else f.name for f in scheme.data.fields]
    assert [*scheme.data.period, *scheme.data.id, *scheme.data.name, *headers] == [
        "年度",
        "园区代码",
        "园区名称",
        "级别",
        "县区",
        "主导产业集聚度(%)",
        "土地建成率(%)",
        "亩均税收(万元/亩)",
        "技工贸总收入(亿元)",
        "省级以上创新平台数(个)",
        "研发投入强度(%)",
        "高新技术企业数(家)",
        "高新技术产业增加值占比(%)",
        "新签约亿元以上项目数(个)",
        "项目履约率(%)",
        "固定资产投资(亿元)",
        "规模工业增加值(亿元)",
        "审批平均办理时长(工作日)",
        "企业诉求按期办结率(%)",
        "入库税收(亿元)",
        "技工贸总收入增速(%)",
        "企业满意度(%)",
        "单位增加值能耗(吨标准煤/万元)",
        "规模工业增加值增速(%)",
        "进出口总额(亿元)",
        "较大及以上安全事故(起)",
        "中央环保督察问题(个)",
    ]
