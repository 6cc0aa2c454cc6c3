"""``yh compare``: who moved between two runs, and why."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from yuanheng.cli.call_error import CallError
from yuanheng.cli.comparing_schemes import compare_texts
from yuanheng.cli.language import current, explained, say
from yuanheng.cli.printing import columns, figure, json_text, show
from yuanheng.cli.progress import progress
from yuanheng.cli.whole_files import write_whole

if TYPE_CHECKING:
    from yuanheng.engine import Comparison

HELP = explained(
    "比较两次评价：谁进谁退，各因数据、方案、标杆、参评范围多少。也可比较两个方案文件，逐项对照。",
    "Compare two runs: who moved, and how much came from data, scheme, benchmarks, population; "
    "or two scheme files, item by item.",
    "yh compare 结果2021 结果2022",
    "yh compare 方案甲.yaml 方案乙.yaml --data 数据.csv",
    "yh compare 结果2021 结果2022 --out 变动.csv",
)
SHOWN = 20


def compare(
    before: Annotated[
        Path,
        typer.Argument(
            help="先前的结果目录，或方案文件 / the earlier run, or a scheme",
            metavar="RUNDIR|SCHEME",
        ),
    ],
    after: Annotated[
        Path,
        typer.Argument(
            help="后来的结果目录，或方案文件 / the later run, or a scheme", metavar="RUNDIR|SCHEME"
        ),
    ],
    json_: Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")] = False,
    out: Annotated[
        Path | None, typer.Option(help="把全部变动写成 .csv 或 .json / write all moves to a file")
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(help="比较方案时，用哪份数据试算 / for two schemes: run both on this table"),
    ] = None,
    period: Annotated[
        str | None, typer.Option(help="评价哪一期 / the period, for two schemes")
    ] = None,
) -> None:
    if before.is_file() and after.is_file():
        compare_texts(before, after, data, period, json_=json_, out=out)
        return
    if data is not None or period is not None:
        raise CallError(
            "--data、--period 只用于比较两个方案文件。",
            "--data and --period are for two scheme files.",
        )
    from yuanheng.engine import compare_runs

    with progress() as step:
        step("比较两次评价", "comparing the runs")
        found = compare_runs(before, after)
    text = json_text(found.to_dict())
    if out is not None:
        write_whole(out, text + "\n" if out.suffix.lower() == ".json" else _csv(found.rows))
    if json_:
        show(text)
        return
    for zh, en in found.sentences:
        show(en if current() == "en" else zh)
    for line in _table(found):
        show(line)
    if out is not None:
        show(say(f"全部变动已写入 {out}", f"All moves are in {out}"))


def _table(found: Comparison) -> list[str]:
    """The subjects that moved furthest."""
    moved = [row for row in found.rows if row["places"]]
    moved.sort(key=lambda row: (-abs(row["places"]), str(row["id"])))
    if not moved:
        return []
    rows = [
        [
            row["name"] or row["id"],
            figure(row["rank_before"]),
            figure(row["rank_after"]),
            f"{row['places']:+d}",
            "—" if row["change"] is None else f"{row['change']:+.6f}",
            f"{row['grade_before'] or '—'} → {row['grade_after'] or '—'}",
        ]
        for row in moved[:SHOWN]
    ]
    zh = ["名称", "原名次", "现名次", "进退", "分数变化", "等级"]
    en = ["name", "rank before", "rank now", "places", "score change", "grade"]
    lines = columns(en if current() == "en" else zh, rows, " rrrr")
    if len(moved) > SHOWN:
        rest = len(moved) - SHOWN
        lines.append(say(f"另有 {rest} 家名次有变化。", f"{rest} more changed their rank."))
    return lines


def _csv(rows: list[dict[str, Any]]) -> str:
    text = io.StringIO(newline="")
    if rows:
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return text.getvalue()
