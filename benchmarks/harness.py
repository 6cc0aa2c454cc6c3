"""Time two things in turn and give their ratio, so that a machine whose speed drifts can't lie."""

from __future__ import annotations

import gc
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. Times are medians in seconds; ``baseline_is`` says what it is.
    ``bar`` is the most that ``ratio`` (or, without a baseline, ``ours``) may be."""

    name: str
    ours: float
    baseline: float | None
    ratio: float | None
    bar: float
    holds: bool
    unit: str = "s"
    baseline_is: str = ""


def timed(work: Callable[[], object]) -> float:
    """Seconds of one call."""
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def ratio(
    name: str,
    ours: Callable[[], object],
    baseline: Callable[[], object],
    *,
    bar: float,
    baseline_is: str,
    rounds: int = 7,
    inner: int = 1,
) -> Row:
    """``ours`` and ``baseline`` in turn, after one warm-up of each; medians of the rounds.

    The ratio is the median of the rounds' own ratios. ``inner`` repeats short calls.
    """
    ours(), baseline()
    mine, bare, ratios = [], [], []
    for _ in range(rounds):
        a = timed(lambda: [ours() for _ in range(inner)]) / inner
        b = timed(lambda: [baseline() for _ in range(inner)]) / inner
        mine.append(a)
        bare.append(b)
        ratios.append(a / b)
    found = statistics.median(ratios)
    return Row(
        name,
        statistics.median(mine),
        statistics.median(bare),
        found,
        bar,
        found <= bar,
        "s",
        baseline_is,
    )


def peak_memory(module: str, *arguments: str) -> float:
    """The peak resident megabytes of ``python -m module arguments`` in a process of its own."""
    return float(alone(module, *arguments)[-1])


def alone(module: str, *arguments: str) -> list[str]:
    """What ``python -m module arguments`` prints, line by line, in a process of its own; and its
    peak resident megabytes as the last line."""
    code = (
        "import resource, runpy, sys; sys.argv = sys.argv[1:]; "
        "runpy.run_module(sys.argv[0], run_name='__main__'); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, module, *arguments],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent.parent,
    )
    return done.stdout.strip().splitlines()


def absolute(name: str, ours: float, *, bar: float, unit: str, what: str) -> Row:
    """A figure with a bar of its own (memory, time to the first page)."""
    return Row(name, ours, None, None, bar, ours <= bar, unit, what)


def show(rows: list[Row]) -> str:
    """The rows as aligned text."""
    lines = [f"{'name':44} {'ours':>10} {'baseline':>10} {'ratio':>7} {'bar':>7}  holds"]
    for row in rows:
        base = "" if row.baseline is None else f"{row.baseline:.4f}"
        times = "" if row.ratio is None else f"{row.ratio:.2f}"
        ours = (
            f"{row.ours:.4f}"
            if row.unit == "s"
            else f"{row.ours:.{3 if abs(row.ours) < 10 else 0}f} {row.unit}"
        )
        holds = "yes" if row.holds else "NO"
        lines.append(f"{row.name:44} {ours:>10} {base:>10} {times:>7} {row.bar:>7.2f}  {holds}")
        lines.append(f"    baseline: {row.baseline_is}")
    return "\n".join(lines)


def as_json(rows: list[Row]) -> str:
    return json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1) + "\n"
