"""Tables as rows of cells between tabs: figures by column, or tasks with unit and deadline."""

from __future__ import annotations

import bisect
import itertools
import re
from dataclasses import dataclass, field

from yuanheng.reading import deadlines as days
from yuanheng.reading.judging import annual_deadline
from yuanheng.reading.lexicon import MeasureUnit
from yuanheng.reading.model import Comparison, Directive, Fact, Responsible
from yuanheng.reading.periods import Period, as_of
from yuanheng.reading.scene import Scene
from yuanheng.reading.unit_names import kind_of, split_units
from yuanheng.reading.units_named import leaders

_NUMBER = re.compile(r"\s*(-?\d[\d,]*(?:\.\d+)?)\s*(%?)\s*")
_SUBJECT = re.compile(r"园区|单位|名称|县|区|企业|地区|开发区|市|镇|街道|项目")
_CHANGE = re.compile(r"同比|增长|增速|增幅|比上年|±%|\+-%")
_RANK = re.compile(r"排名|位次|名次")
_TASK = re.compile(r"任务|事项|工作(?!单位|人)|内容|举措|措施|要点|问题|预期目标|实事")
_ADVANCE = re.compile(r"进度|完成率|进展|完成比例")
_PERCENT = re.compile(r"\s*(\d+(?:\.\d+)?)\s*%")
_LONGEST_NAME = 40
_UNIT = re.compile(r"[（(]([^（）()]{1,10})[）)]")


# A step of a cell; 1.4月底前 is the first step, due in April.
_STEP = re.compile(r"(?:\d{1,2}[.、．])?[^；。\t\n]+")


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
            cells = _cells(line, at)
            if rows and _heads_tasks(cells):
                # A register's rows stand right above the table: here it begins.
                if len(rows) > 1:
                    found.append(Table(began, at, rows))
                rows = []
            if not rows:
                began = at
            rows.append(cells)
        elif rows:
            if len(rows) > 1:
                found.append(Table(began, at, rows))
            rows = []
        at += len(line) + 1
    return found


_TASK_HEADS = re.compile(r"(?:责任|牵头|配合|主办|协办)(?:单位|部门)|(?:完成|整改|办结)时[限间]")


def _heads_tasks(cells: list[Cell]) -> bool:
    """Whether a row is the head of a table of tasks: 序号, 工作任务, 责任单位, 完成时限."""
    words = [re.sub(r"\s", "", cell.words) for cell in cells]
    units = any(_TASK_HEADS.fullmatch(word) for word in words)
    return units and any(_TASK.search(word) and len(word) < 12 for word in words)


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
        self._give_heads()
        self.period, self.basis = self._period()

    def _give_heads(self) -> None:
        """A table that begins with its row 1: the column whose cells all are units is theirs."""
        table = self.table
        width = min(len(row) for row in table.rows)
        if table.header[0] != "1" or width < 3 or len(table.rows) < 3:
            return
        for column in range(2, width):
            cells = [row[column].words for row in table.rows]
            units = [split_units(cell, self.lexicon) for cell in cells]
            if sum(map(bool, units)) >= 0.8 * len(cells):
                table.header = ["序号", "工作任务", *["" for _ in range(2, width)]]
                table.header[column] = "责任单位"
                table.rows.insert(0, table.rows[0])
                return

    def _annual(self) -> days.Deadline | None:
        """The year's end, where the paper or the line above breaks down the tasks of a year."""
        above = self.scene.text[: self.table.at].rstrip().rsplit("\n", 1)[-1]
        return annual_deadline(self.scene.about.title or "") or annual_deadline(above)

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
        if self.is_tasks():
            return self._progress()
        if len(self.table.header) < 2:
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

    def _progress(self) -> list[Fact]:
        """How far each task of a table is: 95% under 当前进度."""
        heads = self.table.header
        columns = [n for n, head in enumerate(heads) if _ADVANCE.search(head)]
        tasks = [n for n, head in enumerate(heads) if _TASK.search(head)]
        found = []
        for row in self.table.rows[1:] if columns and tasks else []:
            for n in columns:
                told = _PERCENT.match(row[n].words) if n < len(row) else None
                if told and tasks[0] < len(row):
                    at = self.scene.text.index(told[1], row[n].at)
                    place, value = (at, at + len(told[1])), float(told[1])
                    name = row[tasks[0]].words[:_LONGEST_NAME]
                    found.append(
                        self._fact(name, heads[n], "%", self.lexicon.units["%"], value, place)
                    )
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
                found += [made, *self._milestones(row, made, facts)]
        return found

    def _milestones(self, row: list[Cell], task: Directive, facts: list[Fact]) -> list[Directive]:
        """1.4月底前…完工。2.8月底前…交付。: each step of a row that has a day of its own."""
        text, found = self.scene.text, []
        for cell in row:
            pieces = [m for m in _STEP.finditer(text, cell.at, cell.stop) if m[0].strip()]
            dated = [
                (
                    piece,
                    days.deadlines(text, *piece.span(), self.scene.today.replace(month=1, day=1)),
                )
                for piece in pieces
            ]
            if sum(bool(when) for _, when in dated) < 2:
                continue
            for piece, when in dated:
                if when:
                    found.append(self._step(piece.start(), piece.end(), when[0], task, facts))
        return found

    def _step(
        self, at: int, stop: int, when: days.Deadline, task: Directive, facts: list[Fact]
    ) -> Directive:
        mapped = self.scene.mapped
        span = mapped.span(at, stop)
        return Directive(
            mapped.name(at, stop), task.issuer, task.responsible, when.text, when.day,
            self._aims(span, facts), None, "specific", span,
        )  # fmt: skip

    def _aims(self, span: tuple[int, int], facts: list[Fact]) -> list[dict[str, object]]:
        first = bisect.bisect_left(facts, span[0], key=lambda f: f.span[0])
        return [
            {"indicator": f.indicator, "value": f.value, "unit": f.unit}
            for f in itertools.takewhile(lambda f: f.span[0] < span[1], facts[first:])
            if f.measure == "target"
        ]

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
            elif _says(head, words["leader_labels"]):
                units += leaders(cell.words)
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
        deadline = deadline or self._annual()
        first, last = task, row[-1]
        mapped = self.scene.mapped
        span = mapped.span(first.at, max(last.stop, first.stop))
        aims = self._aims(span, facts)
        return Directive(
            mapped.name(task.at, task.stop), None, units, deadline.text if deadline else None,
            deadline.day if deadline else None, aims, days.recurrence_in(task.words, self.lexicon),
            "specific", span,
        )  # fmt: skip


def _says(head: str, labels: list[str]) -> bool:
    return any(head == label or (len(label) > 2 and head.startswith(label)) for label in labels)
