"""The databases that a benchmark is run on, one after the other."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator

from benchmarks.harness import Row


def on_each(
    name: str, sqlite: Callable[[str], list[Row]], postgresql: Callable[[str], list[Row]]
) -> list[Row]:
    """The lines over SQLite (an empty URL), then over PostgreSQL where its programs are here."""
    found = sqlite("")
    with postgres() as url:
        if url is None:
            print(f"skipped: {name} in PostgreSQL (no server programs on this machine)")
            return found
        return found + postgresql(url)


@contextlib.contextmanager
def postgres() -> Iterator[str | None]:
    """A server of its own in a temporary folder, or the one in YUANHENG_BENCH_PG_URL."""
    from yuanheng.calc.expression.tests import postgres as servers

    given = os.environ.get("YUANHENG_BENCH_PG_URL")
    if given:
        yield given
        return
    programs = servers._server_programs()
    if programs is None:
        yield None
        return
    user = servers._unprivileged_user()
    with tempfile.TemporaryDirectory(prefix="yh-pg-") as folder:
        if user:
            shutil.chown(folder, user)
        data = f"{folder}/data"
        control = [str(programs / "pg_ctl"), "-D", data, "-w"]
        options = (
            f"-c listen_addresses='' -k {folder} -c fsync=off -c full_page_writes=off "
            "-c shared_buffers=512MB -c max_wal_size=4GB"
        )
        initialise = [str(programs / "initdb"), "-D", data, "-U", "postgres", "-A", "trust"]
        servers._run([*initialise, "-E", "UTF8", "--locale=C", "--no-sync"], user)
        servers._run([*control, "-o", options, "-l", f"{folder}/log", "start"], user)
        try:
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            servers._run([*control, "-m", "immediate", "stop"], user)
