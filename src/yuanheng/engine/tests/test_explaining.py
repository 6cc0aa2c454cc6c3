"""Every rated subject's explanation adds up and leads back to the cells of the workbook."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from tests.schemes.small_tables import write_small_table

from yuanheng.calc.evaluation.explaining import SubjectExplanation
from yuanheng.calc.evaluation.program import RATED, SCORED
from yuanheng.calc.expression.rounding import round_half_up
from yuanheng.calc.faults import FaultyInput
from yuanheng.engine import RunDirectory, evaluate_files, read_scheme_file
from yuanheng.engine.tests.made_tables import SHIPPED, scheme_name

CELL = re.compile(r"^数据!([A-Z]+)(\d+)$")
CHINESE = re.compile(r"[一-鿿]")


def as_workbook(table: Path, path: Path) -> Path:
    """A CSV as a workbook, figures as numbers."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("数据")
    with table.open(encoding="utf-8", newline="") as stream:
        for row, values in enumerate(csv.reader(stream)):
            for column, value in enumerate(values):
                if row and re.fullmatch(r"-?\d+(\.\d+)?", value) and len(value) < 15:
                    sheet.write_number(row, column, float(value))
                else:
                    sheet.write_string(row, column, value)
    book.close()
    return path


@pytest.fixture(scope="module", params=SHIPPED, ids=scheme_name)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("explained")
    scheme = read_scheme_file(request.param).scheme
    table = write_small_table(scheme, folder / "d.csv", 12)
    data = as_workbook(table, folder / "d.xlsx")
    evaluate_files(request.param, data, folder / "out", trace=True)
    with RunDirectory(folder / "out") as opened:
        yield opened


def rated(run: RunDirectory) -> list[str]:
    rows = run.con.execute(
        f'SELECT subject_id FROM trace WHERE "{RATED}" ORDER BY subject_id'
    ).fetchall()
    return [row[0] for row in rows]


def base_of(it: SubjectExplanation, run: RunDirectory) -> float:
    """Points of the items put together by the tree, the weight of what is left out shared out."""
    counted: dict[str, list[tuple[float, float, bool]]] = {}
    columns = {i.item: i for i in run.built.program.items if i.group == it.group}
    for item in it.items:
        column = columns[item.code]
        states = {"missing": 1, "zero": 2, "negative": 3, "no_benchmark": 4}
        left = column.treatments.get(states.get(item.state, 0)) == "leave_out"
        counted.setdefault(item.dimension, []).append((item.points, item.weight, not left))
    children: dict[str, list[dict[str, Any]]] = {}
    for dimension in it.dimensions:
        children.setdefault(dimension["parent"], []).append(dimension)

    def branch(code: str, whole: float) -> tuple[float, bool]:
        parts = list(counted.get(code, []))
        for child in children.get(code, []):
            points, counts = branch(child["code"], child["weight"])
            assert points == pytest.approx(child["points"], abs=1e-9)
            parts.append((points, child["weight"], counts))
        left = sum(w for _, w, counts in parts if counts)
        if not left:
            return 0.0, False
        return sum(p for p, _, counts in parts if counts) * whole / left, True

    return branch("", run.built.scheme.score.total)[0]


def test_it_adds_up(run: RunDirectory) -> None:
    scheme, subjects = run.built.scheme, rated(run)
    assert subjects
    for subject in subjects:
        it = run.explain(subject)
        assert base_of(it, run) == pytest.approx(it.base, abs=1e-9)
        limits, totals = scheme.adjustment_limits, {"bonus": 0.0, "deduction": 0.0}
        for adjustment in it.adjustments:
            if adjustment.kind != "veto":
                totals[adjustment.kind] += adjustment.points or 0.0
        if limits.bonus is not None:
            totals["bonus"] = min(totals["bonus"], limits.bonus)
        if limits.deduction is not None:
            totals["deduction"] = max(totals["deduction"], -abs(limits.deduction))
        total = (it.base or 0.0) + sum(totals.values())
        if scheme.score.cap is not None:
            total = min(total, scheme.score.cap)
        if scheme.score.floor is not None:
            total = max(total, scheme.score.floor)
        assert it.score == pytest.approx(round_half_up(total, scheme.score.digits), abs=1e-9)


def test_every_figure_stands_in_its_cell(run: RunDirectory) -> None:
    sheet = CalamineWorkbook.from_path(str(run.input)).get_sheet_by_name("数据").to_python()
    seen = 0
    for subject in rated(run)[:4]:
        it = run.explain(subject)
        sources = [s for part in [*it.items, *it.adjustments] for s in part.sources]
        for source in sources:
            if "@" in source.field:
                continue
            if not source.cell:
                # Added up over the members of a parcel, so it stands in no one cell.
                merge = run.built.program.merge
                assert merge is not None
                assert source.field not in merge.keep
                continue
            found = CELL.match(source.cell)
            assert found, (source.field, source.cell)
            column = 0
            for letter in found[1]:
                column = column * 26 + ord(letter) - 64
            shown = sheet[int(found[2]) - 1][column - 1]
            name = next(f.name for f in run.built.scheme.data.fields if f.code == source.field)
            assert str(sheet[0][column - 1]).startswith(name)
            if isinstance(source.value, bool):
                assert shown == ("是" if source.value else "否")
            elif isinstance(shown, str):
                assert source.value == (shown or None) or isinstance(source.value, float)
            else:
                assert source.value == pytest.approx(shown)
            seen += 1
    assert seen


def test_it_is_plain_data_in_whole_sentences(run: RunDirectory) -> None:
    subjects = run.con.execute(f'SELECT subject_id FROM trace WHERE "{SCORED}"').fetchall()
    for (subject,) in subjects:
        it = run.explain(subject)
        again = json.loads(json.dumps(it.to_dict(), ensure_ascii=False, allow_nan=False))
        assert again["id"] == subject
        assert it.sentences
        pairs = [*it.sentences, *((item.zh, item.en) for item in it.items)]
        for zh, en in pairs:
            assert CHINESE.search(zh)
            assert zh.rstrip().endswith(("。", "不计分。")) or "不参加排名" in zh
            assert en.rstrip().endswith(".") or "Not ranked" in en
            assert "None" not in zh + en
            assert "nan" not in zh + en


def test_the_rank_is_said_among_its_scope(run: RunDirectory) -> None:
    for subject in rated(run):
        it = run.explain(subject)
        assert it.rank is not None
        assert it.rank_of is not None
        assert 1 <= it.rank <= it.rank_of
        assert f"{it.rank_of} 家中列第 {it.rank} 位" in it.sentences[0][0]


def test_who_is_not_there_is_said(run: RunDirectory) -> None:
    with pytest.raises(FaultyInput) as caught:
        run.explain("没有")
    assert caught.value.faults[0].zh == (
        "这次评价里没有“没有”。请核对代码（见 results.csv 第一列）。"
    )


def test_who_was_rejected_learns_why(tmp_path: Path) -> None:
    from yuanheng.calc.evaluation.tests.little_scheme import scheme_text

    (tmp_path / "s.yaml").write_text(
        scheme_text(
            ("missing: zero_points", "missing: fail"),
            more="population: {exclude: [{when: 甲 > 95, reason: 规模过大}]}\n",
        ),
        "utf-8",
    )
    (tmp_path / "d.csv").write_text(
        "代码,甲,乙,县区\nA,10,20,东\nB,99,1,东\nC,,1,东\n,5,1,东\nD,x,1,东\n", "utf-8"
    )
    out = tmp_path / "out"
    evaluate_files(tmp_path / "s.yaml", tmp_path / "d.csv", out)
    said = {
        "B": "规模过大",
        "C": "“甲项”缺少数据，方案规定不予评价；请核实后重报。",
    }
    for trace in (False, True):
        evaluate_files(tmp_path / "s.yaml", tmp_path / "d.csv", out, trace=trace)
        with RunDirectory(out) as opened:
            assert opened.explain("A").score == 100
            for subject, reason in said.items():
                with pytest.raises(FaultyInput) as caught:
                    opened.explain(subject)
                assert caught.value.faults[0].zh == f"“{subject}”没有参加这次评价：{reason}"
                assert caught.value.faults[0].code == "subject_rejected"
