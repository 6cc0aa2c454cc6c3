"""``yh improve``: the least change of a subject's items that reaches a rank, grade or score."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from yuanheng.cli.call_error import CallError
from yuanheng.cli.ending import PROBLEMS
from yuanheng.cli.language import current, explained
from yuanheng.cli.places import scheme_file
from yuanheng.cli.printing import json_text, show
from yuanheng.cli.progress import progress

HELP = explained(
    "最省力的提升办法：哪些指标改进多少就能达到某名次、等级或分数，并按改后的数据重新评价核验。"
    "达不到时退出码为 1。",
    "The least change that reaches a rank, grade or score, verified by evaluating the changed "
    "figures. Exit code 1 where it is out of reach.",
    "yh improve huangyan_2022 2022.xlsx 91330000MA00000000 --to-rank 10",
    "yh improve 方案.yaml 数据.csv A01 --to-grade A --limit 亩均税收=±10% --fix 研发占比",
)


def improve(
    scheme: Annotated[
        str, typer.Argument(help="方案文件或自带方案名 / scheme file or name", metavar="SCHEME")
    ],
    data: Annotated[
        Path, typer.Argument(help="数据表 .xlsx .csv .parquet / the table", metavar="DATA")
    ],
    subject: Annotated[str, typer.Argument(help="对象代码 / id of the subject", metavar="ID")],
    to_rank: Annotated[int | None, typer.Option(help="目标名次 / rank to reach")] = None,
    to_grade: Annotated[str | None, typer.Option(help="目标等级 / grade to reach")] = None,
    to_score: Annotated[float | None, typer.Option(help="目标分数 / score to reach")] = None,
    limit: Annotated[
        list[str] | None,
        typer.Option(help="幅度：指标=±数 或 指标=±百分比%，可多次 / how far", metavar="ITEM=±X"),
    ] = None,
    cost: Annotated[
        list[str] | None,
        typer.Option(help="难度系数，默认 1，可多次 / effort of an item", metavar="ITEM=W"),
    ] = None,
    fix: Annotated[
        list[str] | None,
        typer.Option(help="不许动的指标，可多次 / keep this item", metavar="ITEM"),
    ] = None,
    previous: Annotated[
        Path | None, typer.Option(help="上一期的结果目录 / results of the earlier period")
    ] = None,
    period: Annotated[str | None, typer.Option(help="评价期 / period")] = None,
    sheet: Annotated[str | None, typer.Option(help="工作表 / sheet of the workbook")] = None,
    json_: Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")] = False,
) -> int:
    from yuanheng.calc.improvement import Goal, Rules
    from yuanheng.engine import improve_subject

    if sum(part is not None for part in (to_rank, to_grade, to_score)) != 1:
        raise CallError(
            "请写一个目标，也只写一个：--to-rank、--to-grade 或 --to-score。",
            "Give exactly one goal: --to-rank, --to-grade or --to-score.",
        )
    costs = {name: _number("--cost", name, text) for name, text in pairs("--cost", cost).items()}
    rules = Rules(pairs("--limit", limit), costs, fix or ())
    with progress() as step:
        step("寻找最省力的办法", "looking for the least change")
        found = improve_subject(
            scheme_file(scheme),
            data,
            subject,
            Goal(to_rank, to_grade, to_score),
            rules,
            previous=previous,
            period=period,
            sheet=sheet,
        )
    if json_:
        show(json_text(found.to_dict()))
    else:
        for zh, en in found.sentences:
            show(en if current() == "en" else zh)
    return 0 if found.found.reached else PROBLEMS


def pairs(option: str, given: list[str] | None) -> dict[str, str]:
    """``name=value`` words as a dictionary."""
    found: dict[str, str] = {}
    for word in given or []:
        name, sign, value = word.partition("=")
        if not sign or not name.strip() or not value.strip():
            raise CallError(
                f"{option} 的“{word}”写法不对；请写成 指标=数值。",
                f"{option} “{word}” is not of the form item=value.",
            )
        if name.strip() in found:
            raise CallError(
                f"{option} 里“{name.strip()}”写了两次。",
                f"{option} names “{name.strip()}” twice.",
            )
        found[name.strip()] = value.strip()
    return found


def _number(option: str, name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise CallError(
            f"{option} 里“{name}”的“{text}”不是数。",
            f"{option}: “{text}” of “{name}” is no number.",
        ) from None
