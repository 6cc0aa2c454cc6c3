"""50,000 × 30 enterprises as .xlsx through the door that a user takes: kept, read, checked,
compared with the register, previewed, written with a line of history for each row.

The baseline is what nobody can do without: calamine reads the cells, Django's ``bulk_create``
writes rows that are ready. Runs on SQLite, or on the database that YUANHENG_DATABASE_URL names.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.databases import on_each
from benchmarks.harness import Row, timed

ENTERPRISES = 50_000
BAR = 2.0
SMALL, SECONDS = 20_000, 20.0
"""A table as a county sends it is imported while the person waits."""
ROUNDS = 1


def rows(count: int = ENTERPRISES) -> list[Row]:
    """One line for SQLite, one for PostgreSQL where its programs are on this machine."""
    return on_each("imports", partial(_measured, count=count), partial(_measured, count=count))


def _measured(url: str, count: int) -> list[Row]:
    """The lines of one database, measured in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="bench-imports-") as folder:
        environment = {**os.environ, "YUANHENG_HOME": folder, "YUANHENG_DATABASE_URL": url}
        environment["PYTHONPATH"] = "src"
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.imports", str(count)],
            env=environment,
            cwd=Path(__file__).parent.parent,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return [Row(**one) for one in json.loads(done.stdout.splitlines()[-1])]


def measure(folder: Path, count: int) -> list[Row]:
    """Both ways in turn, in the database of the environment; then what a person waits for."""
    import python_calamine as calamine
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", interactive=False, verbosity=0)
    path = folder / "enterprises.xlsx"
    width = write_workbook(path, count)
    user = _world(folder)
    ready = _ready_rows(path, user)

    def read() -> None:
        with path.open("rb") as stream, calamine.load_workbook(stream) as book:
            book.get_sheet_by_index(0).to_python()

    def bulk() -> None:
        from yuanheng.registry.models import Enterprise

        Enterprise.objects.bulk_create(ready, batch_size=2000)
        for row in ready:
            row.pk, row._state.adding = None, True

    def ours() -> None:
        _import(path, user)

    mine, base, reading, ratios = [], [], [], []
    _undone(ours)(), _undone(bulk)()
    for _ in range(ROUNDS):
        a = timed(_undone(ours))
        b = timed(read)
        c = timed(_undone(bulk))
        mine.append(a)
        base.append(b + c)
        reading.append(b)
        ratios.append(a / (b + c))
    ratio = statistics.median(ratios)
    name = f"import {count:,} x {width} .xlsx ({connection.vendor})"
    baseline = statistics.median(base)
    large = Row(
        name,
        statistics.median(mine),
        baseline,
        ratio,
        BAR,
        ratio <= BAR,
        baseline_is=f"calamine reads ({statistics.median(reading):.2f} s) and bulk_create",
    )
    return [large, _register_of(folder, user), _figures_of(folder, user)]


def _waited(name: str, work: Callable[[], None]) -> Row:
    """What a person waits for, against a bar in seconds."""
    from django.db import connection

    took = timed(_undone(work))
    return Row(f"{name} ({connection.vendor})", took, None, None, SECONDS, took <= SECONDS)


def _register_of(folder: Path, user: Any) -> Row:
    path = folder / "small.xlsx"
    width = write_workbook(path, SMALL)
    return _waited(f"import {SMALL:,} x {width} .xlsx", lambda: _import(path, user))


def _figures_of(folder: Path, user: Any) -> Row:
    """Figures for a shipped scheme: read, previewed, frozen."""
    import random

    from yuanheng.ledger.importers import FigureImporter
    from yuanheng.ledger.layouts import TableLayout, offer
    from yuanheng.ledger.reading import built_of

    scheme = Path(__file__).parent.parent / "schemes" / "quality_enterprise_sample.yaml"
    text = scheme.read_text("utf-8")
    layout = TableLayout("bench", "bench", "enterprise", text)
    offer(lambda _user: [layout])
    importer = FigureImporter.of(layout, "bench")
    period = built_of(text).scheme.period
    draw = random.Random(7)
    path = folder / "figures.csv"
    columns = importer.fields
    lines = [",".join(one.title for one in columns)]
    for number in range(SMALL):
        cells = {"subject_id": f"E{number:06}", "subject_name": f"企业{number}", "period": period}
        cells |= {one.code: "否" for one in columns if one.kind == "flag"}
        lines.append(
            ",".join(cells.get(one.code, f"{draw.uniform(1, 100):.2f}") for one in columns)
        )
    path.write_text("\n".join(lines), "utf-8")
    return _waited(f"figures {SMALL:,} x {len(columns)} .csv", lambda: _take(path, user, importer))


def write_workbook(path: Path, count: int) -> int:
    """The demonstration city's register with 30 columns; how many columns."""
    import xlsxwriter

    from yuanheng.demo.columns import REGISTER_HEADERS
    from yuanheng.demo.figure_table import register_columns
    from yuanheng.demo.generator import _DETAIL_STREAM, _PANEL_STREAM, _REGISTER_STREAM, _stream
    from yuanheng.demo.panel import draw_panel
    from yuanheng.demo.particulars import draw_particulars
    from yuanheng.demo.register import draw_firms

    firms = draw_firms(_stream(7, _REGISTER_STREAM), count)
    panel = draw_panel(_stream(7, _PANEL_STREAM), firms)
    columns = [
        *register_columns(firms, panel),
        *draw_particulars(_stream(7, _DETAIL_STREAM), firms, panel),
    ]
    kept = [
        (head, column)
        for head, column in zip(REGISTER_HEADERS, columns, strict=True)
        if head not in ("证券代码", "出租方代码")
    ]
    options = {"constant_memory": True, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet("名录")
        sheet.write_row(0, 0, [head for head, _column in kept])
        for line, row in enumerate(zip(*(column for _head, column in kept), strict=True), 1):
            for at, value in enumerate(row):
                if value != "":
                    sheet.write(line, at, value)
    return len(kept)


def _world(folder: Path) -> Any:
    """An administrator, the city's regions and parks."""
    from yuanheng.accounts.models import User
    from yuanheng.demo.city import make_province
    from yuanheng.demo.generator import generate
    from yuanheng.registry.api import import_file

    user, _made = User.objects.get_or_create(username="bench", defaults={"is_superuser": True})
    files = generate(folder / "city", enterprises=500)
    make_province(user)
    import_file("regions", files.regions, user)
    import_file("parks", files.parks, user)
    return user


def _import(path: Path, user: Any) -> None:
    from yuanheng.kernel.importing import importer_for

    importer = importer_for("enterprises")
    assert importer is not None
    _take(path, user, importer)


def _take(path: Path, user: Any, importer: Any) -> None:
    """Through the door of a person: kept, planned, committed."""
    from yuanheng.kernel.actions.imports import commit_upload, keep_upload

    with path.open("rb") as stream:
        upload = keep_upload(
            acting_user=user,
            importer=importer,
            file_name=path.name,
            content=iter(lambda: stream.read(1 << 20), b""),
        )
    report = commit_upload(acting_user=user, upload=upload)
    assert report.committed, report.faults[:3]


def _ready_rows(path: Path, user: Any) -> list[Any]:
    """The same rows as objects of Django, made before the clock starts."""
    from yuanheng.registry.models import Enterprise

    made: list[Any] = []

    def collect() -> None:
        _import(path, user)
        made.extend(Enterprise.objects.all())

    _undone(collect)()
    for row in made:
        row.pk, row._state.adding = None, True
    return made


def _undone(work: Callable[[], None]) -> Callable[[], None]:
    """``work`` in a transaction that is taken back."""

    def run() -> None:
        from django.db import transaction

        with transaction.atomic():
            work()
            transaction.set_rollback(True)

    return run


if __name__ == "__main__":
    from yuanheng.web import setup

    setup()
    found = measure(Path(os.environ["YUANHENG_HOME"]), int(sys.argv[1]))
    print(json.dumps([asdict(one) for one in found]))
