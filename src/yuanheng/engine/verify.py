"""Run a run again from what it was made of, and compare the bytes."""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yuanheng.calc.faults import Fault, FaultyInput
from yuanheng.engine.runs import evaluate_files, file_hash, previous_input, record_of

COMPARED = ("results.csv", "items.csv", "rejected.csv", "movement.csv")


@dataclass(frozen=True, slots=True)
class Verification:
    """What running it again gave; ``differences`` is empty when every byte is the same."""

    directory: Path
    run_hash: str
    differences: tuple[Fault, ...]

    @property
    def holds(self) -> bool:
        return not self.differences


def verify_run(
    directory: Path | str, *, table: Path | None = None, previous: Path | None = None
) -> Verification:
    """Run it again from its scheme and table, and compare every byte but the seconds.

    ``table`` is the frozen table where it is kept elsewhere, ``previous`` the directory of the
    earlier run; without them the copies in the directory itself serve. Raises FaultyInput for
    what is no run.
    """
    directory = Path(directory)
    record = record_of(directory)
    given = previous_input(directory) if table is None else table
    found = list(_evidence(record, given))
    if not found:
        with tempfile.TemporaryDirectory(prefix="verify-") as folder:
            again = Path(folder) / "run"
            _run_again(directory, record, given, previous, Path(folder), again)
            found = list(_compared(directory, again, record))
    return Verification(directory, str(record.get("run_hash", "")), tuple(found))


def _evidence(record: dict[str, Any], table: Path) -> list[Fault]:
    """A table that is no longer the one that was evaluated needs no running."""
    now = file_hash(table)
    if now == record.get("data_hash"):
        return []
    return [
        Fault(
            "table_changed",
            f"数据表被改动过：评价时的哈希是 {record.get('data_hash')}，现在是 {now}。"
            "请从备份中找回原文件。",
            f"The table was changed: its hash was {record.get('data_hash')}, now it is {now}. "
            "Bring the file back from a backup.",
        )
    ]


def _run_again(
    directory: Path,
    record: dict[str, Any],
    given: Path,
    previous: Path | None,
    folder: Path,
    out: Path,
) -> None:
    source = json.loads((directory / "source.json").read_text(encoding="utf-8"))
    # Messages name the file, so it must be called what it was called then.
    table = folder / Path(source["file"]).name
    shutil.copyfile(given, table)
    earlier = previous or _stand_in(directory, record, folder / "earlier")
    scheme = folder / f"{record['scheme_id']}.yaml"
    shutil.copyfile(directory / "scheme.yaml", scheme)
    evaluate_files(
        scheme,
        table,
        out,
        period=record["period"],
        previous=earlier,
        sheet=source["sheet"] or None,
    )


def _stand_in(directory: Path, record: dict[str, Any], folder: Path) -> Path | None:
    """What the run knows of the run before it, where that one isn't at hand."""
    if "previous" not in record:
        return None
    folder.mkdir()
    for path in sorted((directory / "previous_input").glob("input.*")):
        shutil.copyfile(path, folder / path.name)
    told = json.dumps({"run_hash": record["previous"]})
    (folder / "run.json").write_text(told, encoding="utf-8")
    groups = {row["id"]: row["group"] for row in _read(directory / "results.csv")}
    with (folder / "results.csv").open("w", encoding="utf-8", newline="") as stream:
        write = csv.writer(stream)
        write.writerow(["id", "group", "rank", "grade"])
        for row in _read(directory / "movement.csv"):
            group = groups.get(row["id"], "")
            write.writerow([row["id"], group, row["rank_before"], row["grade_before"]])
    return folder


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _compared(directory: Path, again: Path, record: dict[str, Any]) -> list[Fault]:
    found = []
    for name in COMPARED:
        then, now = directory / name, again / name
        if not then.is_file() and not now.is_file():
            continue
        if not then.is_file() or not now.is_file() or then.read_bytes() != now.read_bytes():
            found.append(_differs(directory, name, then, now))
    made = record_of(again)
    for key in sorted((record.keys() | made.keys()) - {"seconds"}):
        if record.get(key) != made.get(key):
            found.append(_record_differs(key, record, made))
    return found


def _differs(directory: Path, name: str, then: Path, now: Path) -> Fault:
    line = _first_difference(then, now)
    return Fault(
        "result_differs",
        f"{name} 与重算结果不同（第 {line} 行起）。文件被改动过，或者当时的程序版本不同。",
        f"{name} differs from what running it again gives (from line {line}). The file was "
        "changed, or another version of the program made it.",
        path=str(directory / name),
    )


def _first_difference(then: Path, now: Path) -> int:
    if not then.is_file() or not now.is_file():
        return 1
    pairs = zip(then.read_bytes().splitlines(), now.read_bytes().splitlines(), strict=False)
    at = next((at for at, (one, other) in enumerate(pairs, 1) if one != other), None)
    return at or min(len(then.read_bytes().splitlines()), len(now.read_bytes().splitlines())) + 1


def _record_differs(key: str, record: dict[str, Any], made: dict[str, Any]) -> Fault:
    hint_zh = hint_en = ""
    if key == "engine_version":
        hint_zh, hint_en = "请用当时的程序版本重算。", "Use that version of the program."
    return Fault(
        "record_differs",
        f"run.json 的 {key}：记录为 {record.get(key)!r}，重算为 {made.get(key)!r}。{hint_zh}",
        f"run.json, {key}: recorded {record.get(key)!r}, now {made.get(key)!r}. {hint_en}".strip(),
    )


def not_there(code: str) -> FaultyInput:
    """The fault of a run that is neither a directory nor a published number."""
    return FaultyInput(
        [
            Fault(
                "no_such_run",
                f"没有“{code}”：既不是结果目录，也不是已发布评价的编号。",
                f"There is no “{code}”: neither the directory of a run nor the number of a "
                "published evaluation.",
            )
        ]
    )
