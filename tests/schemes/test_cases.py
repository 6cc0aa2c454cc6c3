"""Every case folder, worked by hand, through the door that a user takes.

A case holds ``scheme.yaml`` (or ``shipped.txt`` with the name of a shipped scheme), ``data.csv``,
what is expected, and ``note.md`` that says how the figures were worked out. Expected files assert
only the columns they hold: ``expected.csv`` of results, ``expected_items.csv``,
``expected_rejected.csv`` and ``expected_counts.csv`` (how many subjects have a grade).
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from tests.schemes.credit_codes import credit_code

from yuanheng.engine import evaluate_files

ROOT = Path(__file__).parents[2]
CASES = sorted(p for p in (Path(__file__).parent / "cases").iterdir() if p.is_dir())
TOLERANCE = 1e-6
TRUE_WORDS = {"true", "1", "是"}


def read(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def with_codes(text: str) -> str:
    """``@1`` in a case's files stands for a valid credit code."""
    for number in range(9, 0, -1):
        text = text.replace(f"@{number},", f"{credit_code(number)},")
    return text


def scheme_of(case: Path) -> Path:
    shipped = case / "shipped.txt"
    if shipped.exists():
        return ROOT / "schemes" / f"{shipped.read_text(encoding='utf-8').strip()}.yaml"
    return case / "scheme.yaml"


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.name)
def outcome(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    """The case and the folder of results that the engine wrote for it."""
    case: Path = request.param
    folder = tmp_path_factory.mktemp(case.name)
    data = folder / "data.csv"
    data.write_text(with_codes((case / "data.csv").read_text(encoding="utf-8")), "utf-8")
    out = folder / "out"
    evaluate_files(scheme_of(case), data, out)
    return case, out


def expected(case: Path, name: str) -> list[dict[str, str]]:
    rows = read(case / name)
    for row in rows:
        if row.get("id", "").startswith("@"):
            row["id"] = credit_code(int(row["id"][1:]))
    return rows


def same(wanted: str, found: str) -> bool:
    """Equal as numbers within six decimals, as truth values, or as text."""
    if wanted in ("true", "false"):
        return (found.strip().lower() in TRUE_WORDS) == (wanted == "true")
    try:
        return abs(float(wanted) - float(found)) <= TOLERANCE
    except ValueError:
        return wanted == found


def differences(
    wanted: list[dict[str, str]], found: list[dict[str, str]], key: tuple[str, ...]
) -> list[str]:
    by_key = {tuple(row[k] for k in key): row for row in found}
    wrong = []
    for row in wanted:
        name = tuple(row[k] for k in key)
        # A subject without a result may be absent from the results and listed as rejected.
        other = by_key.get(name)
        if other is None:
            if any(value for column, value in row.items() if column not in key):
                wrong.append(f"{name} is absent")
            continue
        wrong += [
            f"{name} {column}: expected {value!r}, found {other[column]!r}"
            for column, value in row.items()
            if not same(value, other[column])
        ]
    return wrong


def test_results(outcome) -> None:
    case, out = outcome
    assert not differences(expected(case, "expected.csv"), read(out / "results.csv"), ("id",))


def test_items(outcome) -> None:
    case, out = outcome
    wanted = expected(case, "expected_items.csv")
    assert not differences(wanted, read(out / "items.csv"), ("id", "item"))


def test_rejected(outcome) -> None:
    case, out = outcome
    found = {row["id"]: row["reason"] for row in read(out / "rejected.csv")}
    for row in expected(case, "expected_rejected.csv"):
        assert row["reason"] in found.get(row["id"], "")
    rated = {row["id"] for row in read(out / "results.csv") if row["score"]}
    for row in expected(case, "expected.csv"):
        if row.get("score") == "" and "grade" not in row:
            assert row["id"] in found or row["id"] not in rated


def test_counts(outcome) -> None:
    case, out = outcome
    wanted = read(case / "expected_counts.csv")
    if not wanted:
        return
    by_group = "group" in wanted[0]
    found = Counter(
        (row["group"], row["grade"]) if by_group else row["grade"]
        for row in read(out / "results.csv")
    )
    assert {
        (row["group"], row["grade"]) if by_group else row["grade"]: int(row["count"])
        for row in wanted
        if row["count"] != "0"
    } == dict(found)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_is_complete(case: Path) -> None:
    names = {p.name for p in case.iterdir()}
    assert {"data.csv", "note.md"} <= names
    assert names & {"scheme.yaml", "shipped.txt"}
    assert any(name.startswith("expected") for name in names)
