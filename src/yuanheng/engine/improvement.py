"""The shortest way up for a subject of a table, verified by evaluating the changed table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from yuanheng.calc.evaluation.explaining_words import TURNED, number
from yuanheng.calc.evaluation.program import GRADE, RANK, SCORE
from yuanheng.calc.improvement import Goal, Improvement, Rules, improve
from yuanheng.engine.loaded import LoadedRun, load_files

Verified = Literal["table", "items"]
METHODS = {
    "exact": ("精确求解", "exact"),
    "pieces": ("分段逼近求解", "solved in fine pieces"),
    "search": ("搜索得到，不保证最省", "found by search, perhaps not the least"),
}


@dataclass(frozen=True, slots=True)
class Way:
    """The answer for one subject. ``verified_on``: ``table`` where the changed figures were put
    into the table and the whole evaluation was run again; ``items`` where items share figures, so
    that their values were set and every step after them was run again."""

    id: str
    name: str | None
    found: Improvement
    verified_on: Verified
    field_names: dict[str, tuple[str, str]]

    @property
    def sentences(self) -> list[tuple[str, str]]:
        """The way in words, Chinese and English."""
        it, name = self.found, self.name or self.id
        zh_goal, en_goal = it.goal.words
        written = [(f"{name}现在{_standing_zh(it.before)}。", f"{name} now: {_en(it.before)}.")]
        if it.reached and not it.changes:
            return [*written, (f"已经{_to('达到', zh_goal)}。", f"It is at {en_goal} already.")]
        if it.reached:
            written.append(
                (
                    f"{_to('达到', zh_goal)}，最省力的办法是改进 {len(it.changes)} 项：",
                    f"The least change that reaches {en_goal} moves {len(it.changes)} items:",
                )
            )
        else:
            written.append(self._short())
        for change in it.changes:
            unit, sign = change.item.measure, "+" if change.after > change.before else "−"
            delta = number(abs(change.after - change.before), 6)
            ends = f"{number(change.before, 6)} → {number(change.after, 6)}{unit}"
            gain = change.points_after - change.points_before
            gained = f"{'−' if gain < 0 else '+'}{number(abs(gain))}"
            zh, en = TURNED if change.item.turned else ("", "")
            written.append(
                (
                    f"  {change.item.name}：{ends}（{sign}{delta}{unit}），本项得分 {gained}{zh}",
                    f"  {change.item.name}: {ends} ({sign}{delta}{unit}), {gained} points{en}",
                )
            )
        return [*written, *self._ending()]

    def _short(self) -> tuple[str, str]:
        it = self.found
        zh_goal, en_goal = it.goal.words
        if not it.possible:
            return (
                f"{zh_goal}单靠提高得分达不到（名额不足，或被否决、条件卡住）；"
                f"在允许的幅度内最多{_standing_zh(it.after)}：",
                f"No score reaches {en_goal} (too few places, a veto or a condition); within the "
                f"bounds the nearest is {_en(it.after)}:",
            )
        if it.goal.score is not None:
            zh, en = f"差 {number(it.short, 6)} 分", f"{number(it.short, 6)} points short"
        elif it.goal.rank is not None:
            zh, en = f"差 {it.short:.0f} 位", f"{it.short:.0f} places short"
        else:
            zh, en = f"差 {it.short:.0f} 档", f"{it.short:.0f} grades short"
        return (
            f"在允许的幅度内{_to('达不到', zh_goal)}，最多{_standing_zh(it.after)}，{zh}：",
            f"Within the bounds {en_goal} is out of reach; the nearest is {_en(it.after)}, {en}:",
        )

    def _ending(self) -> list[tuple[str, str]]:
        it = self.found
        written = []
        if it.changes:
            how = METHODS[it.method]
            where = (
                ("改后的数据表重新评价", "evaluating the changed table")
                if self.verified_on == "table"
                else ("改后的指标值重新评价", "evaluating the changed items")
            )
            written.append(
                (
                    f"已用{where[0]}核验：{_standing_zh(it.after)}；工作量 {number(it.effort)}"
                    f"({how[0]})。",
                    f"Verified by {where[1]}: {_en(it.after)}; effort {number(it.effort)} "
                    f"({how[1]}).",
                )
            )
        if it.others:
            written.append(
                (
                    f"这一改动会使另外 {it.others} 家的得分或名次变化，已计入。",
                    f"The change moves the score or rank of {it.others} others; this is counted.",
                )
            )
        if it.missing:
            names = [item.name for item in it.missing]
            written.append(
                (
                    f"缺数、未列入的指标：{'、'.join(names)}；补报即可能得分。",
                    f"Items without a figure were left alone: {', '.join(names)}.",
                )
            )
        return written

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        it = self.found
        goal = {"rank": it.goal.rank, "grade": it.goal.grade, "score": it.goal.score}
        return {
            "id": self.id,
            "name": self.name,
            "goal": {key: value for key, value in goal.items() if value is not None},
            "reached": it.reached,
            "short": it.short,
            "before": _plain(it.before),
            "after": _plain(it.after),
            "changes": [
                {
                    "item": c.item.item,
                    "name": c.item.name,
                    "unit": c.item.measure,
                    "from": c.before,
                    "to": c.after,
                    "change": c.after - c.before,
                    "points_before": c.points_before,
                    "points_after": c.points_after,
                    "effort": c.effort,
                }
                for c in it.changes
            ],
            "figures": it.figures if self.verified_on == "table" else None,
            "effort": it.effort,
            "method": it.method,
            "verified_on": self.verified_on,
            "others_moved": it.others,
            "without_figure": [item.item for item in it.missing],
            "sentences": [{"zh": zh, "en": en} for zh, en in self.sentences],
        }


def _plain(standing: Any) -> dict[str, Any]:
    return {"score": standing.score, "rank": standing.rank, "grade": standing.grade}


def _to(verb: str, goal: str) -> str:
    """达到 85 分, but 达到第 2 位."""
    return f"{verb} {goal}" if goal[:1].isascii() else f"{verb}{goal}"


def _standing_zh(it: Any) -> str:
    parts = [f"得分 {number(it.score, 6)}"]
    parts += [f"第 {it.rank} 位"] if it.rank else []
    parts += [f"{it.grade} 档"] if it.grade else []
    return "、".join(parts)


def _en(it: Any) -> str:
    parts = [f"score {number(it.score, 6)}"]
    parts += [f"rank {it.rank}"] if it.rank else []
    parts += [f"grade {it.grade}"] if it.grade else []
    return ", ".join(parts)


def improve_subject(
    scheme: Path | str,
    data: Path | str,
    subject: str,
    goal: Goal,
    rules: Rules | None = None,
    *,
    previous: Path | str | None = None,
    period: str | None = None,
    sheet: str | None = None,
) -> Way:
    """The least change that brings a subject to a goal. Raises FaultyInput for wrong input."""
    loaded = load_files(scheme, data, previous=previous, period=period, sheet=sheet)
    return way_of(loaded, subject, goal, rules)


def way_of(loaded: LoadedRun, subject: str, goal: Goal, rules: Rules | None = None) -> Way:
    """The same for a run that is in memory already."""
    row = loaded.place(subject)
    found = improve(loaded.built, loaded.columns, loaded.rows, row, goal, rules)
    names = {f.code: (f.name, f.measure) for f in loaded.built.scheme.data.fields}
    verified: Verified = "table" if _holds_on_table(loaded, row, found) else "items"
    return Way(subject, loaded.names[row], found, verified, names)


def _holds_on_table(loaded: LoadedRun, row: int, found: Improvement) -> bool:
    """Whether the changed table, evaluated as a whole, gives the very standing that was found."""
    if found.figures is None:
        return False
    inputs = {}
    for key, figure in found.figures.items():
        inputs[key] = np.array(loaded.inputs[key], dtype=float)
        inputs[key][row] = figure
    again = loaded.again(inputs)
    score, rank = again[SCORE][row], again[RANK][row]
    grade = again[GRADE][row] if GRADE in again else None
    after = found.after
    same_rank = after.rank is None if np.isnan(rank) else after.rank == int(rank)
    unit = 10.0**-loaded.built.scheme.score.digits
    return same_rank and grade == after.grade and abs(score - (after.score or 0.0)) < 1.5 * unit
