"""``yh explain``: one subject's score, from the figure in the table to the rank."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yuanheng.cli.language import current, explained, say
from yuanheng.cli.printing import columns, figure, json_text, show
from yuanheng.cli.progress import progress

if TYPE_CHECKING:
    from yuanheng.calc.evaluation.explaining import (
        AdjustmentExplanation,
        ItemExplanation,
        SourceFigure,
        SubjectExplanation,
    )

HELP = explained(
    "说明一个对象的得分：从源表的单元格到名次。",
    "Explain one subject's score, from the cell of the table to the rank.",
    "yh explain 结果 91330000MA00000000",
    "yh explain 结果 91330000MA00000000 --json",
)


def explain(
    run: Annotated[Path, typer.Argument(help="结果目录 / directory of a run", metavar="RUNDIR")],
    subject: Annotated[str, typer.Argument(help="对象代码 / id of the subject", metavar="ID")],
    json_: Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")] = False,
) -> None:
    from yuanheng.engine import RunDirectory

    with progress() as step, RunDirectory(run) as directory:
        step("读取结果", "reading the run")
        found = directory.explain(subject)
    if json_:
        show(json_text(found.to_dict()))
        return
    for line in _lines(found):
        show(line)


def _lines(found: SubjectExplanation) -> list[str]:
    english = current() == "en"
    name = f"{found.name}({found.id})" if found.name else found.id
    lines = [f"{name}  {found.group_name}  {found.period}", ""]
    lines += [en if english else zh for zh, en in found.sentences]
    if found.items:
        lines += ["", *_item_table(found.items), ""]
    for item in found.items:
        lines.append(item.en if english else item.zh)
        lines.append(f"    {item.tree.text} = {figure(item.value)}{item.measure}")
        lines += [_source_line(source) for source in item.sources]
    for adjustment in found.adjustments:
        lines += _adjustment_lines(adjustment)
    lines += ["", _total(found)]
    return lines


def _item_table(items: list[ItemExplanation]) -> list[str]:
    rows = [
        [
            item.name,
            figure(item.value),
            item.measure,
            figure(item.benchmark),
            figure(item.weight),
            figure(item.points),
        ]
        for item in items
    ]
    zh = ["指标", "数值", "单位", "标杆", "权重", "得分"]
    en = ["item", "value", "unit", "benchmark", "weight", "points"]
    return columns(en if current() == "en" else zh, rows, " r rrr")


def _source_line(source: SourceFigure) -> str:
    place = f"  ← {source.cell}" if source.cell else ""
    return f"    {source.name} {figure(source.value)}{source.measure}{place}"


def _adjustment_lines(adjustment: AdjustmentExplanation) -> list[str]:
    if not adjustment.applied:
        return [say(f"{adjustment.name}：未发生。", f"{adjustment.name}: did not apply.")]
    points = "" if adjustment.points is None else f" {adjustment.points:+g}"
    line = say(f"{adjustment.name}：已执行{points}。", f"{adjustment.name}: applied{points}.")
    return [line, *(_source_line(source) for source in adjustment.sources)]


def _total(found: SubjectExplanation) -> str:
    rank = f"{found.rank}/{found.rank_of}" if found.rank else "—"
    return say(
        f"基础分 {figure(found.base)}，总分 {figure(found.score)}，"
        f"名次 {rank}，等级 {found.grade or '—'}",
        f"base {figure(found.base)}, score {figure(found.score)}, "
        f"rank {rank}, grade {found.grade or '—'}",
    )
