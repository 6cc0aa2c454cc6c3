"""``yh diagnose``: a subject item by item against others, and what closing each gap would win."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yuanheng.cli.language import current, explained
from yuanheng.cli.printing import columns, figure, json_text, show
from yuanheng.cli.progress import progress

if TYPE_CHECKING:
    from yuanheng.calc.diagnosis import Gap

HELP = explained(
    "逐项比对、找准症结：与同类平均、第一名、指定对象、本单位上期或各项最好水平相比，差多少、值几分、值几位。",
    "Compare one subject item by item with the mean, the best, a rival, itself or an ideal: the "
    "gap in units, points and places.",
    "yh diagnose 结果 91330000MA00000000",
    "yh diagnose 结果 91330000MA00000000 --against best",
    "yh diagnose 结果2022 91330000MA00000000 --against previous --previous 结果2021",
)


def diagnose(
    run: Annotated[Path, typer.Argument(help="结果目录 / directory of a run", metavar="RUNDIR")],
    subject: Annotated[str, typer.Argument(help="对象代码 / id of the subject", metavar="ID")],
    against: Annotated[
        str,
        typer.Option(
            help="同类平均、第一名、各项最好、本单位上期，或另一对象的代码 / or an id",
            metavar="mean|best|ideal|previous|ID",
        ),
    ] = "mean",
    previous: Annotated[
        Path | None, typer.Option(help="上一期的结果目录 / run of the earlier period")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")] = False,
) -> None:
    from yuanheng.engine import diagnose_run

    with progress() as step:
        step("逐项比对", "comparing item by item")
        found = diagnose_run(run, subject, against, previous)
    if json_:
        show(json_text(found.to_dict()))
        return
    for zh, en in found.sentences:
        show(en if current() == "en" else zh)
    for line in ["", *_table(found.found.gaps)]:
        show(line)


def _table(gaps: list[Gap]) -> list[str]:
    rows = [
        [
            gap.item.name,
            figure(gap.value),
            figure(gap.reference),
            gap.item.measure,
            figure(gap.gap),
            figure(gap.points),
            "—" if gap.points_gap is None else f"{gap.points_gap:+.4f}",
            "—" if gap.places is None else f"{gap.places:+d}",
        ]
        for gap in gaps
    ]
    zh = ["指标", "本单位", "对照", "单位", "差距", "得分", "分差", "补齐后名次"]
    en = ["item", "own", "reference", "unit", "gap", "points", "points gap", "places if closed"]
    return columns(en if current() == "en" else zh, rows, " rr rrrr")
