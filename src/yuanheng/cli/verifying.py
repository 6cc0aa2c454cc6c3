"""``yh verify``: runs published evaluations again and compares the bytes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yuanheng.cli.call_error import CallError
from yuanheng.cli.language import current, explained, say
from yuanheng.cli.printing import show
from yuanheng.cli.progress import progress
from yuanheng.cli.serving import refuse_old_database

if TYPE_CHECKING:
    from yuanheng.engine import Verification

HELP = explained(
    "核验评价结果：从冻结的数据重新计算，逐字节比较。RUN 是结果目录，或已发布评价的编号。",
    "Verify evaluations: compute them again from their frozen figures and compare every byte. "
    "RUN is the directory of a run, or the number of a published evaluation.",
    "yh verify 结果2022",
    "yh verify --all",
)


def verify(
    run: Annotated[
        str, typer.Argument(help="结果目录或编号 / directory or number", metavar="[RUN]")
    ] = "",
    all_: Annotated[
        bool, typer.Option("--all", help="全部已发布的评价 / every published evaluation")
    ] = False,
) -> int:
    if bool(run) == all_:
        raise CallError(
            "请给出一个结果目录或评价编号，或者用 --all 核验全部已发布的评价。",
            "Give the directory or number of one run, or --all for every published one.",
        )
    if run and Path(run).exists():
        return _one(Path(run))
    return _published(run)


def _one(directory: Path) -> int:
    from yuanheng.engine import verify_run

    with progress() as step:
        step("重新计算", "computing again")
        found = verify_run(directory)
    _say(str(directory), found)
    return 0 if found.holds else 1


def _published(code: str) -> int:
    from yuanheng.engine.verify import not_there
    from yuanheng.web import setup

    setup()
    refuse_old_database()
    from yuanheng.evaluation.verifying import published_runs, verify_published

    runs = published_runs(code)
    if code and not runs:
        raise not_there(code)
    wrong = 0
    with progress() as step:
        step("重新计算", "computing again")
        for run, found in verify_published(runs):
            _say(f"{run.code}  {run}", found)
            wrong += not found.holds
    show(
        say(
            f"核验 {len(runs)} 次已发布的评价，{wrong} 次不一致。",
            f"{len(runs)} published evaluations verified, {wrong} differ.",
        )
    )
    return 1 if wrong else 0


def _say(name: str, found: Verification) -> None:
    if found.holds:
        show(say(f"一致  {name}  {found.run_hash[:12]}", f"same  {name}  {found.run_hash[:12]}"))
        return
    show(say(f"不一致  {name}", f"differs  {name}"))
    for fault in found.differences:
        show(f"    {fault.en if current() == 'en' else fault.zh}")
