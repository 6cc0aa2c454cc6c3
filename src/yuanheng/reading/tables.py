"""Tables as rows of cells between tabs: figures by column, or tasks with unit and deadline."""

from __future__ import annotations

import bisect
import itertools
import re
from dataclasses import dataclass, field

from yuanheng.reading import deadlines as days
from yuanheng.reading.lexicon import MeasureUnit
from yuanheng.reading.model import Comparison, Directive, Fact, Responsible
from yuanheng.reading.periods import Period, as_of
from yuanheng.reading.scene import Scene
from yuanheng.reading.unit_names import kind_of, split_units

_NUMBER = re.compile(r"\s*(-?\d[\d,]*(?:\.\d+)?)\s*(%?)\s*")
_SUBJECT = re.compile(r"园区|单位|名称|县|区|企业|地区|开发区|市|镇|街道|项目")
_CHANGE = re.compile(r"同比|增长|增速|增幅|比上年|±%|\+-%")
_RANK = re.compile(r"排名|位次|名次")
_TASK = re.compile(r"任务|事项|工作(?!单位|人)|内容|举措|措施|要点|问题")
_UNIT = re.compile(r"[（(]([^（）()]{1,10})[）)]")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's words in clean text."""

    at: int
    stop: int
    words: str


@dataclass(slots=True)
class Table:
    """Rows of the same make, the first of which is the header."""

    at: int
    stop: int
    rows: list[list[Cell]]
    header: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.header = [re.sub(r"\s", "", cell.words) for cell in self.rows[0]]


def tables(text: str) -> list[Table]:
    """Runs of two or more lines with tabs."""
    found: list[Table] = []
    rows: list[list[Cell]] = []
    at, began = 0, 0
    if "\t" not in text:
        return []
    for line in [*text.split("\n"), ""]:
        if "\t" in line:
            if not rows:
                began = at
            rows.append(_cells(line, at))
        elif rows:
            if len(rows) > 1:
                found.append(Table(began, at, rows))
            rows = []
        at += len(line) + 1
    return found


def _cells(line: str, at: int) -> list[Cell]:
    cells = []
    for part in line.split("\t"):
        cells.append(Cell(at, at + len(part), part.strip()))
        at += len(part) + 1
    return cells


class TableReader:
    """Figures and tasks of one table."""

    def __init__(self, scene: Scene, table: Table) -> None:
        self.scene, self.table, self.lexicon = scene, table, scene.lexicon
        self.period, self.basis = self._period()

    def _period(self) -> tuple[Period, str]:
        """The time in the title line or the lines above the table."""
        scene = self.scene
        above = [m for m in scene.mentions if m.at < self.table.at and not m.local]
        return (above[-1].period, "inherited") if above else (as_of(scene.today), "document_date")

    def is_tasks(self) -> bool:
        words = self.lexicon.words
        if any(
            (unit := _UNIT.search(h)) and self.lexicon.unit(unit[1]) for h in self.table.header
        ):
            return False
        told = [h for h in self.table.header if _TASK.search(h) or _says(h, words["task_labels"])]
        return bool(told) and any(
            _says(h, [*words["lead_labels"], *words["subject_labels"], *words["deadline_labels"]])
            for h in self.table.header
        )

    def facts(self) -> list[Fact]:
        """A figure for each number under a header that names an indicator."""
        if self.is_tasks() or len(self.table.header) < 2:
            return []
        found: list[Fact] = []
        names = self._name_column()
        by_row = bool(re.search(r"指标", self.table.header[names]))
        for row in self.table.rows[1:]:
            last: Fact | None = None
            for column in range(min(len(row), len(self.table.header))):
                if column == names or not row[column].words:
                    continue
                last = self._cell(row, column, names, by_row, last, found)
        return found

    def _name_column(self) -> int:
        for number, head in enumerate(self.table.header):
            if (
                (_SUBJECT.search(head) or "指标" in head)
                and not _UNIT.search(head)
                and head.replace("计量", "") != "单位"
            ):
                return number
        return 0

    def _cell(
        self,
        row: list[Cell],
        column: int,
        names: int,
        by_row: bool,
        last: Fact | None,
        found: list[Fact],
    ) -> Fact | None:
        head, cell = self.table.header[column], row[column]
        match = _NUMBER.fullmatch(cell.words)
        if not match or head in ("序号", "编号", "年份", "排序"):
            return last
        offset = self.scene.text.index(match[1], cell.at)
        start, end = offset, offset + len(match[1])
        value = float(match[1].replace(",", ""))
        if last and (_CHANGE.search(head) or _RANK.search(head)):
            kind = "rank" if _RANK.search(head) else "mom" if "环比" in head else "yoy"
            unit = "位" if kind == "rank" else "%"
            direction = None if kind == "rank" else "down" if value < 0 else "up"
            mapped = self.scene.mapped
            last.add(Comparison(kind, direction, value, unit, match[1], mapped.span(start, end)))
            return last
        indicator, unit = self._meaning(row, column, names, by_row)
        measure = self.lexicon.unit(unit) or self._bare(unit, by_row)
        if measure is None or not indicator:
            return last
        fact = self._fact(
            row[names].words if not by_row else self.scene.main.name,
            indicator,
            unit,
            measure,
            value,
            (start, end),
        )
        found.append(fact)
        return fact

    def _bare(self, unit: str, by_row: bool) -> MeasureUnit | None:
        return None if not unit else MeasureUnit(unit, 1.0) if len(unit) <= 6 and by_row else None

    def _meaning(self, row: list[Cell], column: int, names: int, by_row: bool) -> tuple[str, str]:
        head = self.table.header[column]
        if not by_row:
            unit = _UNIT.search(head)
            return _UNIT.sub("", head), unit[1] if unit else ""
        name = row[names].words
        inside = _UNIT.search(name)
        unit_column = next(
            (n for n, h in enumerate(self.table.header) if h in ("单位", "计量单位")), None
        )
        unit_text = (
            row[unit_column].words if unit_column is not None and unit_column < len(row) else ""
        )
        return _UNIT.sub("", name).strip(), unit_text or (inside[1] if inside else "")

    def _fact(
        self,
        name: str | None,
        indicator: str,
        unit: str,
        measure: MeasureUnit,
        value: float,
        place: tuple[int, int],
    ) -> Fact:
        mapped = self.scene.mapped
        canonical = self.lexicon.canonical_indicator(indicator) or indicator
        return Fact(
            name, kind_of(name or ""), self.period.label, self.period.start, self.period.end, self.basis,
            canonical, indicator, "level", value, mapped.name(*place), unit, measure.canonical,
            round(value * measure.factor, 6), "exact", mapped.span(*place),
        )  # fmt: skip

    def directives(self, facts: list[Fact]) -> list[Directive]:
        """A task for each row of a table with a column of tasks."""
        if not self.is_tasks():
            return []
        found = []
        for row in self.table.rows[1:]:
            made = self._task(row, facts)
            if made:
                found.append(made)
        return found

    def _due(self, cell: Cell) -> days.Deadline:
        """In a column of deadlines a bare 9月 or 全年 is one too."""
        dated = days.deadlines(self.scene.text, cell.at, cell.stop, self.scene.today)
        for more in () if dated else ("底", "内", "前"):
            dated = dated or days.deadlines(cell.words + more, 0, 99, self.scene.today)
        return days.Deadline(cell.at, cell.stop, cell.words, dated[0].day if dated else None)

    def _task(self, row: list[Cell], facts: list[Fact]) -> Directive | None:
        words = self.lexicon.words
        units: list[Responsible] = []
        task: Cell | None = None
        deadline: days.Deadline | None = None
        for head, cell in zip(self.table.header, row, strict=False):
            role = next(
                (r for r in ("lead", "support", "subject") if _says(head, words[f"{r}_labels"])),
                None,
            )
            if role:
                names = split_units(cell.words, self.lexicon, loose=True)
                units += [Responsible(name, role, kind_of(name)) for name in names]
            elif _says(head, words["deadline_labels"]) and cell.words:
                deadline = self._due(cell)
            elif (
                (_says(head, words["task_labels"]) or _TASK.search(head))
                and task is None
                and cell.words
            ):
                task = cell
        if task is None or not (units or deadline):
            return None
        first, last = task, row[-1]
        mapped = self.scene.mapped
        span = mapped.span(first.at, max(last.stop, first.stop))
        first_fact = bisect.bisect_left(facts, span[0], key=lambda f: f.span[0])
        aims = [
            {"indicator": f.indicator, "value": f.value, "unit": f.unit}
            for f in itertools.takewhile(lambda f: f.span[0] < span[1], facts[first_fact:])
            if f.measure == "target"
        ]
        return Directive(
            mapped.name(task.at, task.stop), None, units, deadline.text if deadline else None,
            deadline.day if deadline else None, aims, days.recurrence_in(task.words, self.lexicon),
            "specific", span,
        )  # fmt: skip


def _says(head: str, labels: list[str]) -> bool:
    return any(head == label or (len(label) > 2 and head.startswith(label)) for label in labels)
