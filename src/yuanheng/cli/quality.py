"""``yh test`` and ``yh bench``: the checks of the source, its tests, its benchmarks."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

import typer

from yuanheng.cli.call_error import CallError
from yuanheng.cli.ending import PROBLEMS
from yuanheng.cli.language import explained, say
from yuanheng.cli.places import checkout
from yuanheng.cli.printing import show
from yuanheng.cli.source_checks import Check, checks, run_python

TEST_HELP = explained(
    "检查源代码（ruff、mypy、import-linter 等），再跑全部测试；其余参数交给 pytest。",
    "Check the source (ruff, mypy, import-linter …), then run all tests; words go to pytest.",
    "yh test",
    "yh test src/yuanheng/cli -k backup",
)
BENCH_HELP = explained(
    "跑性能测试，逐行给出：名称、我们、对照、倍数、标准、是否达到。",
    "Run the benchmarks; each line: name, ours, baseline, ratio, bar, holds.",
    "yh bench",
    "yh bench enterprises --json bench.json",
)
SHOWN = 40


def test(context: typer.Context) -> int:
    root = checkout()
    if find_spec("pytest") is None:
        raise CallError(
            "测试工具没有装；请执行 ./yh test（它会自己装）。",
            "The test tools are missing; run ./yh test, which installs them.",
        )
    failed = [name for name, check in checks() if not passes(name, check, root)]
    if failed:
        listed = ", ".join(failed)
        show(say(f"没有通过的检查：{listed}", f"Checks that failed: {listed}"))
        sys.stdout.flush()
    # Failed and skipped tests one by one, by name, above the closing line.
    words = ["-m", "pytest", "-rfEs", "--no-fold-skipped", *_parallel(context.args), *context.args]
    code = run_python(words, root, cwd=root).returncode
    return code or (PROBLEMS if failed else 0)


def passes(name: str, check: Check, root: Path) -> bool:
    """Carry out one check and say how it went."""
    found = check(root)
    if found is None:
        show(f"ok       {name}")
    elif found.startswith("skipped: "):
        show(f"skipped  {name} ({found.removeprefix('skipped: ')})")
    else:
        lines = found.splitlines()
        show("\n".join([f"FAILED   {name}", *lines[:SHOWN]]))
        if len(lines) > SHOWN:
            show(say(f"另有 {len(lines) - SHOWN} 行", f"{len(lines) - SHOWN} more lines"))
    sys.stdout.flush()
    return found is None or found.startswith("skipped: ")


def _parallel(words: list[str]) -> list[str]:
    """Two workers or more for the whole suite; one process where tests are picked."""
    if words or find_spec("xdist") is None or (os.cpu_count() or 1) < 2:
        return []
    return ["-n", "auto", "--dist", "loadscope"]


def bench(context: typer.Context) -> int:
    root = checkout()
    if not (root / "benchmarks" / "__main__.py").is_file():
        raise CallError("这个版本没有 benchmarks 目录。", "This version has no benchmarks.")
    return run_python(["-m", "benchmarks", *context.args], root).returncode
