"""``yh evaluate``: a scheme and a table become a directory of results."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from yuanheng.cli.call_error import CallError
from yuanheng.cli.ending import PROBLEMS
from yuanheng.cli.language import current, explained, say
from yuanheng.cli.places import scheme_file
from yuanheng.cli.printing import columns, figure, remark, show
from yuanheng.cli.progress import progress

if TYPE_CHECKING:
    from yuanheng.engine import RunSummary

HELP = explained(
    "按方案评价一张表，结果写入一个目录。",
    "Evaluate a table by a scheme; the results go into a directory.",
    "yh evaluate schemes/huangyan_2022.yaml 数据.xlsx --out 结果",
    "yh evaluate huangyan_2022 2022.csv --out 结果2022 --previous 结果2021",
)
# Rows that the scheme itself leaves out are no problem of the data.
BY_SCHEME = {"not_included", "excluded", "no_group"}
SHOWN_ROWS, SHOWN_FAULTS = 10, 20


def evaluate(
    scheme: Annotated[
        str, typer.Argument(help="方案文件或自带方案名 / scheme file or name", metavar="SCHEME")
    ],
    data: Annotated[
        Path, typer.Argument(help="数据表 .xlsx .csv .parquet / the table", metavar="DATA")
    ],
    out: Annotated[Path, typer.Option(help="结果目录 / directory of the results")],
    backend: Annotated[str, typer.Option(help="计算后端 / where to compute")] = "duckdb",
    previous: Annotated[
        Path | None, typer.Option(help="上一期的结果目录 / results of the earlier period")
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(help="不影响结果：评价不含随机 / without effect: nothing is drawn at random"),
    ] = None,
    period: Annotated[
        str | None, typer.Option(help="评价期，默认用方案的 / period, the scheme's by default")
    ] = None,
    sheet: Annotated[str | None, typer.Option(help="工作表 / sheet of the workbook")] = None,
    threads: Annotated[
        int | None,
        typer.Option(min=1, help="线程数，不影响结果 / threads, without effect on results"),
    ] = None,
) -> int:
    from yuanheng.engine import evaluate_files

    refuse_backend(backend)
    chosen = scheme_file(scheme)
    refuse_directory(out, [chosen, data, *([previous] if previous else [])])
    with progress() as step:
        summary = evaluate_files(
            chosen,
            data,
            out,
            backend=backend,
            previous=previous,
            sheet=sheet,
            period=period,
            threads=threads,
            progress=step,
        )
    return report(summary)


def refuse_backend(backend: str) -> None:
    """Only DuckDB computes in this version; the others are told apart from a slip of the pen."""
    if backend == "duckdb":
        return
    if backend == "spark" or backend.partition("://")[0] in ("postgresql", "postgres"):
        name = "Spark" if backend == "spark" else "PostgreSQL"
        raise CallError(
            f"这个版本只在 duckdb 上计算，还不能在 {name} 上计算；请去掉 --backend。",
            f"This version computes on duckdb only, not yet on {name}; leave out --backend.",
        )
    raise CallError(
        f"没有计算后端“{backend}”；这个版本只有 duckdb。",
        f"There is no backend “{backend}”; this version has duckdb only.",
    )


def refuse_directory(out: Path, inputs: list[Path]) -> None:
    """The directory is replaced as a whole, so it must be new, empty or an earlier run, and must
    hold none of the inputs."""
    if out.exists() and not out.is_dir():
        raise CallError(
            f"--out“{out}”是一个文件；请给出一个目录。",
            f"--out “{out}” is a file; give a directory.",
        )
    if out.is_dir() and any(out.iterdir()) and not (out / "run.json").is_file():
        raise CallError(
            f"目录“{out}”里有别的文件，写结果会替换整个目录；请换一个新目录。",
            f"The directory “{out}” holds other files and would be replaced; choose a new one.",
        )
    inside = [path for path in inputs if path.resolve().is_relative_to(out.resolve())]
    if inside and out.is_dir():
        raise CallError(
            f"输入“{inside[0]}”在结果目录“{out}”里，会被一起替换；请换一个目录。",
            f"The input “{inside[0]}” lies in “{out}”, which would be replaced; choose another.",
        )


def report(summary: RunSummary) -> int:
    """Say what came out, and every row that could not be used; 1 where there are such rows."""
    record, lang = summary.record, current()
    show(f"{record['scheme_title']}  {record['period']}")
    show(
        say(
            f"表中对象 {record['subjects']}，参加排名 {record['rated']}，"
            f"不排名 {record['unrated']}，未参评 {record['excluded']}。",
            f"{record['subjects']} subjects: {record['rated']} ranked, "
            f"{record['unrated']} not ranked, {record['excluded']} not evaluated.",
        )
    )
    for line in first_results(summary.directory):
        show(line)
    show(say(f"结果在 {summary.directory}/", f"The results are in {summary.directory}/"))
    for warning in record["warnings"][:SHOWN_FAULTS]:
        remark(say("提示  ", "note  ") + warning[lang])
    further = len(record["warnings"]) - SHOWN_FAULTS
    if further > 0:
        remark(say(f"另有 {further} 条提示，见 run.json。", f"{further} more in run.json."))
    return report_rejected(summary.directory)


def first_results(directory: Path) -> list[str]:
    """The head of results.csv in columns."""
    rows: list[list[str]] = []
    for row in _rows(directory / "results.csv"):
        if len(rows) == SHOWN_ROWS:
            break
        score = figure(float(row["score"])) if row["score"] else "—"
        name = row["name"] or row["id"]
        rows.append([row["group"], row["rank"] or "—", name, score, row["grade"] or "—"])
    if not rows:
        return []
    zh, en = ["分组", "名次", "名称", "得分", "等级"], ["group", "rank", "name", "score", "grade"]
    return columns(en if current() == "en" else zh, rows, " r r")


def report_rejected(directory: Path) -> int:
    """The rows with bad data, the first of them in words; the scheme's own choices are none."""
    first: list[dict[str, Any]] = []
    count = 0
    for row in _rows(directory / "rejected.csv"):
        if row["code"] in BY_SCHEME:
            continue
        count += 1
        if len(first) < SHOWN_FAULTS:
            first.append(row)
    if not count:
        return 0
    remark(
        say(
            f"有 {count} 行数据有问题，没有参评：",
            f"{count} rows have faults and were not evaluated:",
        )
    )
    for row in first:
        remark(_rejected_line(row))
    if count > len(first):
        remark(say("其余见 rejected.csv。", "The others are in rejected.csv."))
    return PROBLEMS


def _rejected_line(row: dict[str, Any]) -> str:
    who = " ".join(part for part in (row["id"], row["name"]) if part)
    return say(f"  第 {row['row']} 行  {who}  {row['reason']}", f"  row {row['row']}  {who}  "
               f"[{row['code']}]  {row['reason']}")  # fmt: skip


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)
