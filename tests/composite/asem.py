"""The ASEM data of COINr with its own results, which lie outside the repository.

Their folder is read from the environment: YUANHENG_SHARED, in which ``data/asem`` stands.
"""

from __future__ import annotations

import csv
import os
from functools import cache
from pathlib import Path

import numpy as np
import pytest

SHARED = os.environ.get("YUANHENG_SHARED", "")
FOLDER = Path(SHARED, "data", "asem")
needs_asem = pytest.mark.skipif(
    not SHARED or not FOLDER.is_dir(),
    reason="set YUANHENG_SHARED to the folder whose data/asem holds COINr's ASEM results",
)


@cache
def table(name: str) -> dict[str, list[str]]:
    """A CSV file by column."""
    with (FOLDER / name).open(encoding="utf-8") as file:
        rows = list(csv.reader(file))
    return {name: [row[j] for row in rows[1:]] for j, name in enumerate(rows[0])}


def figures(name: str, columns: list[str], by: str | None = "uCode") -> np.ndarray:
    """Columns as a matrix, rows in the order of ``by``."""
    found = table(name)
    order = sorted(range(len(found[columns[0]])), key=lambda i: found[by][i] if by else i)
    return np.array(
        [[float(found[c][i]) if found[c][i] not in ("", "NA") else np.nan for c in columns]
         for i in order]
    )  # fmt: skip


def labels(name: str, column: str) -> list[str]:
    found = table(name)
    order = sorted(range(len(found["uCode"])), key=lambda i: found["uCode"][i])
    return [found[column][i] for i in order]


def indicators() -> list[str]:
    meta = table("ASEM_iMeta.csv")
    return [c for c, kind in zip(meta["iCode"], meta["Type"], strict=True) if kind == "Indicator"]


def meta_of(codes: list[str], what: str) -> list[str]:
    meta = table("ASEM_iMeta.csv")
    found = dict(zip(meta["iCode"], meta[what], strict=True))
    return [found[c] for c in codes]
