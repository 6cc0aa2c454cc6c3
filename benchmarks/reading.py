"""How well and how fast documents are read: precision, recall and F1 on labelled documents, and
pages (1,000 characters) a second on one core.

The labelled documents are ours (``tuning``, ``tuning_2``, ``tuning_3``: rules were made on them;
``held_out``: labelled before the reader saw them, and their faults never looked at) and, where the
environment variable YUANHENG_SHARED names a folder that holds ``labelled/`` and ``seeds/``, those.
Each is read as on its day of publication.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import time
from pathlib import Path

from benchmarks.harness import Row
from yuanheng.reading import read_text, shipped_lexicon
from yuanheng.reading.scoring import Tally, score

OWN = Path(__file__).parents[1] / "tests" / "reading" / "labelled"
OURS = (
    "tuning", "tuning_2", "tuning_3", "held_out", "another_hand", "another_hand_held_out"
)  # fmt: skip
BARS = {"facts": 0.95, "directives": 0.85}
SHARED_BARS = {"facts": 0.97, "directives": 0.90}
PAGES_A_SECOND = 200.0


def sets() -> dict[str, list[tuple[Path, Path]]]:
    """Label files and the folders of their documents, by name of the set."""
    found = {name: [(OWN / name / "labels.json", OWN / name)] for name in OURS}
    shared = os.environ.get("YUANHENG_SHARED")
    if shared:
        files = sorted((Path(shared) / "labelled").glob("*.json"))
        found["shared"] = [(file, Path(shared) / "seeds") for file in files]
    else:
        print("YUANHENG_SHARED is not set: the shared labelled documents are left out")
    return found


def tallies(files: list[tuple[Path, Path]]) -> dict[str, Tally]:
    """The tallies of all documents of a set."""
    total: dict[str, Tally] = {}
    for labels, folder in files:
        for document in json.loads(labels.read_text("utf-8"))["documents"]:
            text = (folder / document["file"]).read_bytes().decode("utf-8")
            day = dt.date.fromisoformat(document["published"] or "2026-01-01")
            for name, tally in score(document, read_text(text, day).as_json()).items():
                total.setdefault(name, Tally()).add(tally)
    return total


def quality() -> list[Row]:
    """Prints the whole table; F1 of facts and of directives are the rows with a bar."""
    rows = []
    print(f"{'set':21} {'what':20} {'precision':>9} {'recall':>7} {'F1':>7}  hits/found/expected")
    for name, files in sets().items():
        for what, tally in tallies(files).items():
            counts = f"{tally.hits}/{tally.found}/{tally.expected}"
            print(
                f"{name:21} {what:20} {tally.precision:9.3f} {tally.recall:7.3f} {tally.f1:7.3f}  {counts}"
            )
            bar = (SHARED_BARS if name == "shared" else BARS).get(what)
            if bar is not None:
                what_is = f"F1 over {tally.expected} labels; the bar is the least it may be"
                rows.append(
                    Row(
                        f"reading: {what} F1, {name}",
                        tally.f1,
                        None,
                        None,
                        bar,
                        tally.f1 >= bar,
                        "F1",
                        what_is,
                    )
                )
    return rows


def speed() -> Row:
    """Pages of 1,000 characters a second, over all our documents as one long file."""
    texts = [path.read_bytes().decode("utf-8") for path in sorted(OWN.rglob("*.txt"))]
    text = "\n\n".join(texts * 8)
    day = dt.date(2024, 1, 1)
    read_text(texts[0], day, shipped_lexicon())
    best = 0.0
    for _ in range(3):
        start = time.process_time()
        read_text(text, day)
        best = max(best, len(text) / 1000 / (time.process_time() - start))
    what = f"a text of {len(text) // 1000} pages, best of 3, CPU time; the bar is the least"
    return Row(
        "reading: pages a second, one core",
        best,
        None,
        None,
        PAGES_A_SECOND,
        best >= PAGES_A_SECOND,
        "pages/s",
        what,
    )


def rows() -> list[Row]:
    return [*quality(), speed()]
