"""``yh check``, ``schema``, ``schemes``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from yuanheng.cli.tests.conftest import ROOT, SCHEME


def written(folder: Path, text: str) -> Path:
    path = folder / "scheme.yaml"
    path.write_text(text, "utf-8")
    return path


def test_sound_scheme(yh, tmp_path):
    answer = yh("check", written(tmp_path, SCHEME))
    assert answer.code == 0
    assert "0 个错误" in answer.out


CIRCLE = """\
indicators:
  - {code: one, name: 甲指标, formula: 乙指标 + 1}
  - {code: two, name: 乙指标, formula: 甲指标 + 1}
"""
FAULTY = [
    (SCHEME.replace("data_rules:", CIRCLE + "data_rules:"), "甲指标", "indicators"),
    (SCHEME.replace("weight: 40", "weight: 30"), "90", "groups[0]"),
    (SCHEME.replace("benchmark: 10}", "benchmark: 0}"), "0", "benchmark"),
    (SCHEME.replace("formula: 税收 / 用地", "formula: 税收 / 地块"), "地块", "items[0].formula"),
    (SCHEME.replace("better: higher", "better: hihger"), "hihger", "items[0].better"),
    (SCHEME.replace("missing: fail, ", ""), "missing", "data_rules"),
    (SCHEME + "extra: 1\n", "extra", "extra"),
]


@pytest.mark.parametrize(("text", "said", "path"), FAULTY, ids=lambda x: x[-12:].strip())
def test_faults_are_said_with_line_and_path(yh, tmp_path, text, said, path):
    answer = yh("check", written(tmp_path, text))
    assert answer.code == 1
    assert said in answer.out
    assert path in answer.out
    assert "错误  " in answer.out


def test_all_faults_at_once_with_their_lines(yh, tmp_path):
    text = SCHEME.replace("weight: 40", "weight: 30").replace("税收 / 用地", "税收 / 地块")
    answer = yh("check", written(tmp_path, text), "--json")
    report = json.loads(answer.out)
    assert answer.code == 1
    assert report["errors"] >= 2
    lines = {fault["path"]: fault["line"] for fault in report["faults"]}
    formula = next(n for n, line in enumerate(text.splitlines(), 1) if "地块" in line)
    assert lines["groups[0].items[0].formula"] == formula
    assert all(fault["zh"] and fault["en"] for fault in report["faults"])


def test_not_yaml(yh, tmp_path):
    answer = yh("check", written(tmp_path, "a: [1\nb: 2\n"))
    assert answer.code == 1
    assert "不符合 YAML 写法" in answer.out


def test_missing_scheme(yh):
    answer = yh("check", "nowhere.yaml")
    assert answer.code == 2
    assert "找不到方案文件" in answer.err


def test_format_keeps_comments_and_hash_and_is_idempotent(yh, tmp_path):
    loose = SCHEME.replace("  id: [代码]", "  id:    [ 代码 ]").replace(
        "weight: 60", "weight:  60"
    )
    path = written(tmp_path, loose)
    before = json.loads(yh("check", path, "--json").out)["scheme_hash"]
    first = json.loads(yh("check", path, "--format", "--json").out)
    text = path.read_text("utf-8")
    second = json.loads(yh("check", path, "--format", "--json").out)
    assert first["formatted"]
    assert not second["formatted"]
    assert path.read_text("utf-8") == text
    assert "# 两项指标,便于手算。" in text
    assert "# 每亩" in text
    assert "id:    [" not in text
    assert before == first["scheme_hash"] == second["scheme_hash"]
    assert [one.name for one in tmp_path.iterdir()] == ["scheme.yaml"]


def test_format_leaves_a_broken_scheme_alone(yh, tmp_path):
    path = written(tmp_path, SCHEME.replace("format: yuanheng-scheme/1\n", ""))
    before = path.read_bytes()
    assert yh("check", path, "--format").code == 1
    assert path.read_bytes() == before


def test_published_schema_is_current(yh):
    answer = yh("schema")
    assert answer.code == 0
    assert json.loads(answer.out)["title"] == "Yuanheng scheme, format 1"
    published = (ROOT / "docs" / "scheme.schema.json").read_text("utf-8")
    assert answer.out == published, "run ./yh schema > docs/scheme.schema.json"


def test_schemes_lists_every_shipped_file(yh):
    listed = {one["id"] for one in json.loads(yh("schemes", "--json").out)}
    assert listed == {path.stem for path in (ROOT / "schemes").glob("*.yaml")}
    answer = yh("schemes")
    assert "huangyan_2022" in answer.out
    assert "黄岩区2022年度工业企业综合评价" in answer.out
    assert "Huangyan District" in yh("--lang", "en", "schemes").out


def test_shipped_scheme_by_its_name(yh):
    assert yh("check", "huangyan_2022").code == 0


def test_format_rewrites_no_shipped_scheme_by_its_name(yh):
    answer = yh("check", "huangyan_2022", "--format")
    assert answer.code == 2
    assert "请给出路径" in answer.err
