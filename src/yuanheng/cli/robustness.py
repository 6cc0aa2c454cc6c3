"""``yh robustness``: how sure the ranks of a run are, and which choice matters most."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from yuanheng.cli.call_error import CallError
from yuanheng.cli.language import current, explained, say
from yuanheng.cli.printing import columns, figure, json_text, show
from yuanheng.cli.progress import progress

if TYPE_CHECKING:
    from yuanheng.calc.robustness import Uncertainty
    from yuanheng.engine import RobustRun

HELP = explained(
    "名次有多可靠：权重、计分方法、缺数、合成、标杆、误差一起变动，名次落在什么区间，哪个选择影响最大。",
    "How sure the ranks are: intervals when weights, methods, benchmarks and figures move, and "
    "which choice matters most.",
    "yh robustness 结果",
    "yh robustness 结果 --replicates 5000 --seed 7 --json",
    "yh robustness 结果 --only weights,left_out --weights 10%",
)
SHOWN = 30


def robustness(
    run: Annotated[Path, typer.Argument(help="结果目录 / directory of a run", metavar="RUNDIR")],
    replicates: Annotated[int, typer.Option(help="模拟次数 / replicates")] = 1000,
    seed: Annotated[
        int, typer.Option(help="随机种子，同种子同结果 / the same seed gives the same result")
    ] = 0,
    only: Annotated[
        str,
        typer.Option(
            help="只变动这些，逗号分隔：weights normalisation imputation aggregation benchmarks "
            "error left_out / move only these"
        ),
    ] = "",
    weights: Annotated[str, typer.Option(help="权重 ± / weights ±")] = "25%",
    dirichlet: Annotated[
        float | None,
        typer.Option(help="改用狄利克雷分布，越大越接近原权重 / Dirichlet concentration instead"),
    ] = None,
    benchmarks: Annotated[str, typer.Option(help="标杆值 ± / benchmarks ±")] = "5%",
    error: Annotated[str, typer.Option(help="数据的标准误差 / error of figures")] = "2%",
    sensitivity: Annotated[
        bool, typer.Option("--sensitivity/--no-sensitivity", help="哪个选择影响大 / what matters")
    ] = True,
    json_: Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")] = False,
) -> None:
    from yuanheng.engine import assess_run

    chosen = _uncertainty(only, weights, dirichlet, benchmarks, error)
    with progress() as step:
        step("读取结果", "reading the run")
        found = assess_run(
            run,
            replicates=replicates,
            seed=seed,
            uncertainty=chosen,
            with_sensitivity=sensitivity,
            told=lambda done, of: step(f"重算 {done}/{of}", f"replicates {done}/{of}"),
        )
    if json_:
        show(json_text(found.to_dict()))
        return
    for zh, en in found.sentences:
        show(en if current() == "en" else zh)
    for line in [*_subjects(found), *_indices(found)]:
        show(line)


def _uncertainty(
    only: str, weights: str, dirichlet: float | None, benchmarks: str, error: str
) -> Uncertainty:
    from yuanheng.calc.robustness import CHOICES, Uncertainty

    words = [word.strip() for word in only.replace("、", ",").replace(",", ",").split(",")]
    active: Any = tuple(word for word in words if word) or CHOICES
    return Uncertainty(
        weights=share("--weights", weights),
        concentration=dirichlet,
        benchmarks=share("--benchmarks", benchmarks),
        error=share("--error", error),
        active=active,
    )


def share(option: str, text: str) -> float:
    """``25%`` or ``0.25`` as 0.25."""
    plain = text.strip().replace("%", "%").lstrip("±")
    try:
        return float(plain[:-1]) / 100 if plain.endswith("%") else float(plain)
    except ValueError:
        raise CallError(
            f"{option} 的“{text}”不是比例；请写成 25% 或 0.25。",
            f"{option}: “{text}” is no share; write 25% or 0.25.",
        ) from None


def _subjects(found: RobustRun) -> list[str]:
    rows = [
        [
            str(row["rank"]),
            f"{row['rank_low']}~{row['rank_high']}",
            row["name"] or row["id"],
            figure(row["score"]),
            f"{row['same_rank']:.0%}",
            _grades(row["grades"]),
            "" if row["together"] is None else str(row["together"]),
        ]
        for row in found.rows[:SHOWN]
    ]
    zh = ["名次", "区间", "名称", "得分", "名次不变", "等级（可能性）", "同组"]
    en = ["rank", "interval", "name", "score", "same rank", "grades (probability)", "together"]
    lines = ["", *columns(en if current() == "en" else zh, rows, "r  rr r")]
    more = len(found.rows) - len(rows)
    if more > 0:
        lines.append(say(f"另有 {more} 家，见 --json。", f"{more} more; see --json."))
    return lines


def _grades(grades: dict[str, float]) -> str:
    return " ".join(f"{grade} {share:.0%}" for grade, share in grades.items() if share >= 0.005)


def _indices(found: RobustRun) -> list[str]:
    from yuanheng.calc.robustness import CHOICE_NAMES

    if not found.found.indices:
        return []
    at = 1 if current() == "en" else 0
    rows = [
        [
            CHOICE_NAMES[index.choice][at],
            f"{index.first:.3f} ± {index.first_error:.3f}",
            f"{index.total:.3f} ± {index.total_error:.3f}",
        ]
        for index in sorted(found.found.indices, key=lambda i: -i.total)
    ]
    zh = ["选择", "单独作用", "全部作用（含共同作用）"]
    en = ["choice", "first order", "total"]
    return ["", *columns(en if at else zh, rows, " rr")]
