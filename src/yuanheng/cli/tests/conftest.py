"""One small run and the tools to call the command line, shared by the tests of a module."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from yuanheng.cli.ending import run
from yuanheng.cli.tests.people import Terminal

ROOT = Path(__file__).resolve().parents[4]

SCHEME = """\
# 两项指标,便于手算。
format: yuanheng-scheme/1
id: small
title: 小方案(示例)
nature: sample
place: 某市
period: "2024"
subject: enterprise
sources:
  - {text: 测试用}
data:
  id: [代码]
  name: [名称]
  fields:
    - {code: tax, name: 税收, unit: 万元}
    - {code: land, name: 用地, unit: 亩, at_least: 0}
data_rules: {missing: fail, zero: as_value, negative: as_value, false_data: none}
groups:
  - code: all
    name: 全部企业
    when: true
    items:
      - code: tax_per_mu
        name: 亩均税收
        formula: 税收 / 用地   # 每亩
        unit: 万元/亩
        better: higher
        weight: 60
        normalise: {method: ratio_to_benchmark, benchmark: 10}
        cap: none
        floor: {points: 0}
      - code: tax_total
        name: 税收总量
        formula: 税收
        unit: 万元
        better: higher
        weight: 40
        normalise: {method: ratio_to_benchmark, benchmark: 1000}
        cap: none
        floor: {points: 0}
score: {total: 100, digits: 6}
ranking: {scope: group}
"""
TABLE = "代码,名称,税收(万元),用地(亩)\nA,甲厂,1000,100\nB,乙厂,500,100\nC,丙厂,800,40\n"


def surroundings(home: Path | None = None, **more: str) -> dict[str, str]:
    """The environment of a person who has just this checkout, without the test settings."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("YUANHENG_", "DJANGO_"))
    }
    if home is not None:
        kept["YUANHENG_HOME"] = str(home)
    return {**kept, "PYTHONPATH": str(ROOT / "src"), **more}


@dataclass(frozen=True)
class Answer:
    """What a call said and how it ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def yh(capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    """Call the command line in this process."""

    def call(*words: object) -> Answer:
        capsys.readouterr()
        code = run([str(word) for word in words])
        out, err = capsys.readouterr()
        return Answer(code, out, err)

    return call


@pytest.fixture(scope="session")
def terminal() -> Iterator[Terminal]:
    """Where ``process`` is called; the tests of a worker share it."""
    with Terminal(surroundings()) as opened:
        yield opened


@pytest.fixture
def process(terminal: Terminal) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Call the command line as a person does, in a process of its own."""

    def call(
        *words: object, home: Path | None = None, text: str = "", **environ: str
    ) -> subprocess.CompletedProcess[str]:
        return terminal.call([str(word) for word in words], surroundings(home, **environ), text)

    return call


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the small scheme, its table, and a run of them in ``run``."""
    place = tmp_path_factory.mktemp("small")
    (place / "small.yaml").write_text(SCHEME, "utf-8")
    (place / "data.csv").write_text(TABLE, "utf-8")
    words = ["evaluate", place / "small.yaml", place / "data.csv", "--out", place / "run"]
    assert run([str(word) for word in words]) == 0
    return place
