"""What a run's result should make its reader look at, said for the run record."""

from __future__ import annotations

from typing import Any

import duckdb

from yuanheng.calc.evaluation import BuiltScheme
from yuanheng.calc.evaluation.program import GROUP, RATED, ItemColumns
from yuanheng.engine.execute import RESULT, Executed

NO_BENCHMARK = 4
COUNTED_METHODS = ("events", "levels")
"""That nobody had such an event, or all are at one level, is no flaw of an indicator."""


def result_warnings(
    con: duckdb.DuckDBPyConnection, built: BuiltScheme, executed: Executed
) -> list[dict[str, Any]]:
    """Items whose benchmark could not be formed, items that nobody reports, flags' counts; items
    that tell nobody apart, and groups of one."""
    return [*_of_figures(con, built, executed), *_without_difference(con, built, executed)]


def _of_figures(
    con: duckdb.DuckDBPyConnection, built: BuiltScheme, executed: Executed
) -> list[dict[str, Any]]:
    columns, what = [], []
    for item in built.program.items:
        here = f"{executed.sql(GROUP)} = '{item.group}'"
        columns.append(f"count(*) FILTER (WHERE {here})")
        columns.append(f"count({executed.sql(item.value)}) FILTER (WHERE {here})")
        state = executed.sql(item.state) if item.state else "0"
        columns.append(f"count(*) FILTER (WHERE {here} AND {state} = {NO_BENCHMARK})")
        what.append(item)
    for flag in built.program.flags:
        columns.append(f"count(*) FILTER (WHERE {executed.sql(flag.column)})")
    if not columns:
        return []
    row = con.execute(f"SELECT {', '.join(columns)} FROM {RESULT}").fetchone() or ()
    found: list[dict[str, Any]] = []
    for number, item in enumerate(what):
        total, known, no_benchmark = row[3 * number : 3 * number + 3]
        group = built.program.group_names[item.group]
        if total and not known:
            found.append(
                {
                    "code": "item_all_missing",
                    "zh": f"“{group}”的“{item.name}”没有一家有数据，全部按缺数规则处理。",
                    "en": f"Nobody in “{group}” has a figure for “{item.name}”.",
                }
            )
        if no_benchmark:
            found.append(
                {
                    "code": "no_benchmark",
                    "zh": f"“{group}”的“{item.name}”有 {no_benchmark} 家的标杆值为 0 或未知，"
                    "按缺数规则处理。",
                    "en": f"The benchmark of “{item.name}” in “{group}” is 0 or unknown for "
                    f"{no_benchmark} subjects; the missing rule was applied.",
                }
            )
    for flag, count in zip(built.program.flags, row[3 * len(what) :], strict=True):
        what_ = flag.text.split(":", 1)[1]
        if count and flag.text.startswith("zero_mean:"):
            name = _level_name(built, what_)
            found.append(
                {
                    "code": "zero_in_mean",
                    "zh": f"有 {count} 家因“{name}”里有一部分得 0 分，"
                    "这一层按合成办法整层得 0 分；"
                    "若非本意，请在 combine 写 least。",
                    "en": f"A part of “{name}” earned 0 for {count} subjects, so by its mean the "
                    "whole level is 0 for them; say least under combine if that isn't meant.",
                }
            )
        elif count:
            found.append(
                {
                    "code": "undecided",
                    "zh": f"有 {count} 家缺少数据，无法判断“{what_}”，按不成立处理并作了标记。",
                    "en": f"“{what_}” could not be decided for {count} subjects; "
                    "taken as not fulfilled and flagged.",
                }
            )
    return found


def _level_name(built: BuiltScheme, code: str) -> str:
    names = {node.dimension: node.name for node in built.program.nodes}
    return names.get(code) or built.program.group_names.get(code, code)


def _without_difference(
    con: duckdb.DuckDBPyConnection, built: BuiltScheme, executed: Executed
) -> list[dict[str, Any]]:
    """Items with one figure and one number of points for all that are ranked, and groups in which
    one is ranked alone."""
    columns: list[str] = []
    items = [item for item in built.program.items if item.method not in COUNTED_METHODS]
    ranked = {
        group: f"{executed.sql(GROUP)} = '{group}' AND {executed.sql(RATED)}"
        for group in built.program.group_names
    }
    for where in ranked.values():
        columns.append(f"count(*) FILTER (WHERE {where})")
    for item in items:
        for column in (executed.sql(item.value), executed.sql(item.points)):
            columns += [f"{least}({column}) FILTER (WHERE {ranked[item.group]})"
                        for least in ("min", "max", "count")]  # fmt: skip
    row = con.execute(f"SELECT {', '.join(columns)} FROM {RESULT}").fetchone() or ()
    counts = dict(zip(ranked, row, strict=False))
    found = [
        _alone(built.program.group_names[code]) for code, count in counts.items() if count == 1
    ]
    for at, item in enumerate(items):
        low, high, known, least, most, _ = row[len(counts) + 6 * at : len(counts) + 6 * at + 6]
        if counts[item.group] > 1 and known == counts[item.group] and (low, least) == (high, most):
            found.append(_flat(item, built.program.group_names[item.group], low, most))
    return found


def _alone(group: str) -> dict[str, Any]:
    return {
        "code": "alone_in_group",
        "zh": f"“{group}”只有 1 家参加排名，没有可比的对象：它列第 1 位，"
        "与本组平均、最好值相比的得分没有比较意义。",
        "en": f"Only one is ranked in “{group}”: it has rank 1, and points held against the "
        "group's own mean or best say nothing.",
    }


def _flat(item: ItemColumns, group: str, value: float, points: float) -> dict[str, Any]:
    return {
        "code": "item_flat",
        "zh": f"“{group}”的“{item.name}”各家都是 {value:.10g}{item.measure}，分不出高下，"
        f"各得 {points:.10g} 分；这一项不影响名次。",
        "en": f"“{item.name}” is {value:.10g} {item.measure} for all in “{group}”: it tells "
        f"nobody apart, each has {points:.10g} points, and no rank depends on it.",
    }
