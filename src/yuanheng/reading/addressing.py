"""Whom a text goes on telling: the addressees of a paper, and who was told above."""

from __future__ import annotations

import re
from dataclasses import replace

from yuanheng.reading.deadlines import recurrence_in
from yuanheng.reading.judging import Judge, Segment
from yuanheng.reading.model import Fact, Responsible
from yuanheng.reading.scene import Scene

PLEASE = re.compile(r"[ \t]*(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．])?\s*请")
# 要对…; 一是对未开工的项目，要…: goes on telling those who were told above.
_STILL = re.compile(
    r"(?:[一二三四五六七]是)?(?:对[^，。；]{2,40}，)?(?:同时|还|也|并)?要(?!求|是|说)"
)
_HAND_IN = re.compile(
    r"(?:务|请|最迟)?于[^，。；]{2,20}前[^，。；]{0,40}(?:报|送|反馈|提交|上传|寄)"
)
SHALL = re.compile(r"\s*(?:要|须|应|务必|必须|限)")


def opens_with_verb(words: str) -> bool:
    """抓好…, 检查…: what shall be done, and nobody who does it."""
    import rjieba

    if re.match(r"[“]?(?:要|年|力争|确保|对|\d|[一二三四五六七八九十]+是)", words):
        return False
    tags = rjieba.tag(words[:8])
    if tags and tags[0][1] in ("ad", "d"):
        tags = tags[1:]
    return bool(tags and tags[0][1] == "v" and len(tags[0][0]) > 1)


class Addressed(Judge):
    """Gives a task that names nobody the units which the words before it hold on to."""

    def __init__(self, scene: Scene, facts: list[Fact]) -> None:
        super().__init__(scene, facts)
        self.addressed: list[Responsible] = []
        self.asked: list[Responsible] = []
        self.told_to: list[Responsible] = []
        self.told_until = 0

    def inherit(self, segment: Segment) -> None:
        """Set the units of a segment where they stand elsewhere, or remember its own."""
        if not self.text[segment.at : segment.stop].strip():
            return
        if self.addressed and [one.name for one in segment.units] in (["你们"], ["你单位"]):
            segment.units = [replace(one, basis="inherited") for one in self.addressed]
        if segment.units and PLEASE.match(self.text, segment.at):
            self.asked = segment.units
        elif not segment.units and self.addressed and PLEASE.match(self.text, segment.at):
            segment.units = [replace(one, basis="inherited") for one in self.addressed]
        elif not segment.units and self.asked and self.hands_in(segment):
            segment.units = [replace(one, basis="inherited") for one in self.asked]
        elif segment.units and (
            SHALL.match(self.text, segment.action_at) or (self.addressed and self.is_order)
        ):
            self.told_to, self.told_until = segment.units, segment.stop
        elif (
            not segment.units
            and self.told_to
            and (self._still_told(segment) or self.hands_in(segment))
        ):
            segment.units = [replace(one, basis="inherited") for one in self.told_to]
            self.told_until = segment.stop

    def _still_told(self, segment: Segment) -> bool:
        """各部门要…。要抓好…，确保10月底前…: who was told above, in the same paragraph."""
        words = self.text[segment.at : segment.stop]
        due = bool(
            self.days_in(segment) or self._targets(segment) or recurrence_in(words, self.lexicon)
        )
        if _STILL.match(words):
            # Another sentence may be about something else: an office by name is not asked for all.
            near = self.told_until == segment.at and self.text[segment.at - 1] == "；"
            near = near or all(one.kind != "org" for one in self.told_to)
            return due or (near and bool(self.words["deliverable"].search(words)))
        return due and opens_with_verb(words)

    def hands_in(self, segment: Segment) -> bool:
        """请各县区…。简介务于9月30日前上报: who was asked hands it in."""
        words = self.text[segment.at : segment.stop]
        return bool(self.days_in(segment)) and bool(_HAND_IN.search(words))
