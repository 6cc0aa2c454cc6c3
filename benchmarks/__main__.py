"""Run the benchmarks: ``python -m benchmarks [NAME]... [--json OUT]``."""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

from benchmarks.harness import Row, as_json, show

NAMES = (
    "enterprises",
    "parks",
    "composite",
    "robustness",
    "ordered",
    "improve",
    "clocks",
    "cases",
    "pages",
    "imports",
    "reading",
    "ledger",
    "checks",
    "demo",
)


def main() -> int:
    """Print the table; 1 if a bar does not hold."""
    parser = argparse.ArgumentParser(prog="yh bench")
    parser.add_argument("names", nargs="*", help=f"any of {', '.join(NAMES)}; all by default")
    parser.add_argument("--json", type=Path, help="also write the rows to this file")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.names if name not in NAMES]
    if unknown:
        parser.error(f"no benchmark is called {unknown[0]}; there are {', '.join(NAMES)}")
    rows: list[Row] = []
    for name in arguments.names or NAMES:
        found = importlib.import_module(f"benchmarks.{name}").rows()
        rows.extend(found)
        print(show(found), flush=True)
    if arguments.json:
        arguments.json.write_text(as_json(rows), encoding="utf-8")
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
