"""A small city with two parks' enterprises, a scheme and its figures."""

from __future__ import annotations

import shutil
from copy import deepcopy
from types import SimpleNamespace

import pytest
from django.conf import settings

from yuanheng.evaluation.actions import publish_run, start_run, store_version
from yuanheng.ledger.api import freeze_file
from yuanheng.registry.models import Enterprise
from yuanheng.registry.tests.world import credit_code, make_world

SCHEME = """\
format: yuanheng-scheme/1
id: per_mu
title: 亩均评价
title_en: Per-mu evaluation
nature: own
period: "2024"
subject: enterprise
assumptions: [缺数计零分是本文件的假定]
data:
  id: [统一社会信用代码]
  name: [企业名称]
  period: [年度]
  fields:
    - {code: tax, name: 实缴税收, unit: 万元}
    - {code: land, name: 用地面积, unit: 亩, at_least: 0}
    - {code: revenue, name: 营业收入, unit: 万元}
population:
  exclude:
    - {when: 用地面积 = 0, reason: 没有用地}
data_rules: {missing: zero_points, zero: as_value, negative: zero_points, false_data: none}
groups:
  - code: all_firms
    name: 全部企业
    when: "true"
    items:
      - code: tax_per_mu
        name: 亩均税收
        formula: 实缴税收 / 用地面积
        unit: 万元/亩
        better: higher
        weight: 60
        normalise: {method: ratio_to_benchmark, benchmark: 20}
        cap: {times_weight: 1}
        floor: {points: 0}
      - code: revenue_per_mu
        name: 亩均营收
        formula: 营业收入 / 用地面积
        unit: 万元/亩
        better: higher
        weight: 40
        normalise: {method: ratio_to_best}
        cap: {times_weight: 1}
        floor: {points: 0}
vetoes:
  - {code: no_tax, name: 没有纳税, when: 实缴税收 < 0, effect: cancel}
grades:
  scale: [A, B, C]
  base: rated
  ties: better
  rules:
    - {grade: A, top: 20%, rounding: up}
    - {grade: C, bottom: 20%, rounding: down}
    - {grade: B}
score: {total: 100, digits: 2}
"""


def figure_lines(year: str, firms: int, tax: float) -> list[str]:
    """One line a firm; a higher number earns less, and the last one has no land."""
    lines = []
    for number in range(1, firms + 1):
        land = 0 if number == firms else 10
        paid = "" if number == 3 else round(tax - number, 2)
        lines.append(f"{year},{credit_code(number)},企业{number},{paid},{land},{1000 - number}")
    return lines


def write_figures(path, *, firms: int = 12):
    """A CSV of two years; in the later one the order of two firms is another."""
    head = "年度,统一社会信用代码,企业名称,实缴税收(万元),用地面积(亩),营业收入(万元)"
    later = figure_lines("2024", firms, 150)
    later[4] = later[4].replace(",145,", ",300,")
    path.write_text("\n".join([head, *figure_lines("2023", firms, 140), *later]), "utf-8")
    return path


FOLDERS = ("runs", "store", "work")


def _clear_home():
    for name in FOLDERS:
        shutil.rmtree(settings.HOME / name, ignore_errors=True)


@pytest.fixture(autouse=True)
def _clean_home():
    yield
    _clear_home()


@pytest.fixture(scope="module")
def kept_world(kept_rows):
    """The registers' world with twelve firms: three in the reporter's park."""
    with kept_rows():
        world = make_world()
        for number in range(2, 13):
            Enterprise.objects.create(
                credit_code=credit_code(number),
                name=f"企业{number}",
                region=world.regions["431381" if number <= 6 else "431322"],
                park=world.zone if number <= 3 else None,
            )
    return world


@pytest.fixture
def world(db, kept_world):
    return deepcopy(kept_world)


@pytest.fixture(scope="module")
def kept_evaluated(kept_rows, kept_world, tmp_path_factory):
    """Two runs, the later one a draft, and the folder where their files lie."""
    _clear_home()
    folder = tmp_path_factory.mktemp("evaluated")
    with kept_rows():
        made = _evaluate(kept_world, folder)
    for name in FOLDERS:
        if (settings.HOME / name).exists():
            (settings.HOME / name).rename(folder / name)
    return made, folder


def _evaluate(world, folder):
    version, _new = store_version(acting_user=world.analyst, text=SCHEME)
    snapshot = freeze_file(
        write_figures(folder / "企业数据.csv"),
        kind="enterprise",
        scheme_text=SCHEME,
        title="企业数据",
        acting_user=world.analyst,
    )
    arguments = {"acting_user": world.analyst, "version": version, "snapshot": snapshot}
    before, _new = start_run(**arguments, period="2023")
    publish_run(acting_user=world.analyst, run=before)
    run, _new = start_run(**arguments, period="2024", previous=before)
    return SimpleNamespace(version=version, snapshot=snapshot, before=before, run=run)


@pytest.fixture
def evaluated(world, kept_evaluated):
    """Two runs, the later one a draft."""
    made, folder = kept_evaluated
    for name in FOLDERS:
        if (folder / name).exists():
            shutil.copytree(folder / name, settings.HOME / name, dirs_exist_ok=True)
    return SimpleNamespace(world=world, **vars(deepcopy(made)))


@pytest.fixture
def published(evaluated):
    evaluated.run = publish_run(acting_user=evaluated.world.analyst, run=evaluated.run)
    return evaluated
