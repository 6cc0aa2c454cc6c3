"""Tasks that stand under a heading: of a unit, of a leader, or a stage of a task above."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

from yuanheng.reading.addressing import Addressed
from yuanheng.reading.deadlines import Deadline
from yuanheng.reading.judging import Segment, end_of_year
from yuanheng.reading.model import Fact, Responsible
from yuanheng.reading.scene import Scene
from yuanheng.reading.units_named import units_alone, units_at

MARKED = re.compile(
    r"\s*(?:[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十\d]{1,3}[、.．])"
)
_LEADER = re.compile(
    r"[ \t]*[一二三四五六七八九十]{1,3}、(?P<name>[\u3400-\u9fff]{2,4}?)(?:同志|(?:常务)?副?(?:市|县|区|州)长|副?书记|主任|部长)"
    r"(?:主抓|牵头|领衔|分管|负责)[^。，；]{0,8}工作\s*$"
)
_NEXT_PART = re.compile(r"[ \t]*[一二三四五六七八九十]{1,3}、")
_STAGE = re.compile(
    r"[ \t]*(?:第?[一二三四1-4]季度|[上下]半年|\d{1,2}月(?:底|底前)?|年底(?:前)?)：[^\n]{4,}"
)
_PROGRESS = re.compile(r"[ \t]*(?:目前)?(?:工作)?(?:进展|落实|完成|推进)[^：\n]{0,4}情况")
_ANYTHING_ELSE = re.compile(r"交办的(?:其他|其它|各项)")
_OF_YEAR = re.compile(r"年度[^，。；]{0,10}(?:任务|目标|工作)")
_CIRCLED = re.compile(r"[①-⑳]")


def _depth(mark: str) -> int:
    """How deep a heading's number stands: 一、 above （一） above 1. above （1）."""
    return 2 * bool(re.search(r"\d", mark)) + (mark[0] in "（(")


class UnderHeadings(Addressed):
    """Reads the tasks whose unit, leader or time stands on a line above them."""

    def __init__(self, scene: Scene, facts: list[Fact]) -> None:
        super().__init__(scene, facts)
        self.leader: Responsible | None = None
        self.staged: list[Responsible] = []
        self.whose: list[Responsible] = []
        self.whose_depth = 0
        self.whose_day: Deadline | None = None

    def leads(self, start: int, end: int) -> bool:
        """一、于某某市长主抓重点工作: who leads the tasks below, up to the next such heading."""
        found = _LEADER.match(self.text, start, end)
        if found:
            self.leader = Responsible(found["name"], "lead", "person", "inherited")
        elif _NEXT_PART.match(self.text, start, end):
            self.leader = None
        return bool(found)

    def names_whose(self, start: int) -> bool:
        """（一）综合办公室（党群工作部）: a line of its own that says whose tasks follow."""
        stop = self.text.find("\n", start)
        stop = len(self.text) if stop < 0 else stop
        mark = MARKED.match(self.text, start, stop)
        line = self.text[start:stop].strip()
        if not mark or len(line) > 48 or line.endswith(("。", "；", "，")):
            return False
        depth = _depth(mark[0].strip())
        if self.whose and depth > self.whose_depth:
            if _OF_YEAR.search(line):
                self.whose_day = end_of_year(self.scene.today.year)
            return line.endswith("：")
        name = re.sub(r"（[^（）]*）$", "", line.rstrip("："))
        self.whose = units_alone(name, 0, len(name), self.lexicon)
        self.whose_depth, self.whose_day = depth, None
        return bool(self.whose)

    def of_heading(self, start: int) -> list[Segment]:
        """①…；②… or a numbered line under the heading of a unit: tasks of that unit."""
        if not self.whose:
            return []
        stop = self.text.find("\n", start)
        stop = len(self.text) if stop < 0 else stop
        places = [match.start() for match in _CIRCLED.finditer(self.text, start, stop)]
        mark = MARKED.match(self.text, start, stop)
        if (
            not places
            and mark
            and _depth(mark[0].strip()) > self.whose_depth
            and stop - mark.end() > 4
        ):
            places = [start] if not units_at(self.text, start, stop, self.lexicon) else []
        units = [replace(one, basis="inherited") for one in self.whose]
        return [
            Segment(a, b, units, a, told=True, due=self.whose_day)
            for a, b in itertools.pairwise([*places, stop])
            if not _ANYTHING_ELSE.search(self.text, a, b)
        ]

    def stage(self, start: int, end: int) -> list[Segment]:
        """第一季度：制定…: a stage of the task whose units stand on a line above."""
        if _PROGRESS.match(self.text, start, end):
            self.staged = []
        if not self.staged or not _STAGE.match(self.text, start, end):
            return []
        stop = self.text.find("\n", start)
        units = [replace(one, basis="inherited") for one in self.staged]
        return [Segment(start, len(self.text) if stop < 0 else stop, units, start, told=True)]
