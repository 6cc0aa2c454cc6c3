"""``yh verify-audit`` over logs that several processes wrote at once."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from yuanheng.cli.tests.conftest import surroundings
from yuanheng.kernel.tests.databases import PostgresDatabase

Process = Callable[..., "subprocess.CompletedProcess[str]"]

# Three processes: forked when everything is imported, so that they do write at once.
WRITERS = """
import os, sys, traceback
from yuanheng.web import setup
setup()
from yuanheng.kernel.actions import action, record, record_rows
from yuanheng.kernel.models import Notice

@action("test.write")
def write(*, acting_user, text):
    event = record(label=text, after={"share": 1e16, "whole": 2.0})
    record_rows(event, Notice, ((n, None, {"n": n / 7}) for n in range(3)))

def write_all(name):
    for number in range(15):
        write(acting_user=None, text=f"{name} {number}")

children = []
for name in ("one", "two", "three"):
    child = os.fork()
    if not child:
        try:
            write_all(name)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    children.append(child)
sys.exit(any([os.waitpid(child, 0)[1] for child in children]))
"""

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")


def write_at_once(environment: dict[str, str]) -> None:
    """Three processes that write fifteen rows each."""
    done = subprocess.run(
        [sys.executable, "-c", WRITERS],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr


def test_writers_at_once_leave_one_chain_and_a_change_is_found(
    installed: Path, process: Process
) -> None:
    verify = partial(process, "verify-audit", home=installed)
    write_at_once(surroundings(installed))
    done = verify()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "操作日志完好：共 45 条" in done.stdout
    noted = done.stdout.split("末条 ")[1].split("（")[0]
    assert verify("--noted", noted).returncode == 0
    wrong = verify("--noted", "45:xyz")
    assert wrong.returncode == 2
    assert "序号:哈希" in wrong.stderr
    with sqlite3.connect(installed / "yuanheng.sqlite3") as con:
        with pytest.raises(sqlite3.IntegrityError, match="can only be added to"):
            con.execute("UPDATE kernel_auditevent SET reason = 'x' WHERE sequence = 7")
        con.execute("DROP TRIGGER kernel_auditevent_no_update")
        con.execute("UPDATE kernel_auditevent SET reason = 'x' WHERE sequence = 7")
    done = verify()
    assert done.returncode == 1
    assert "第 7 条被改动过" in done.stdout
    assert "前一条：6 " in done.stdout
    assert "最近的备份" in done.stdout
    told = json.loads(verify("--json").stdout)
    assert (told["holds"], told["problem"]["kind"], told["problem"]["sequence"]) == (
        False,
        "changed",
        7,
    )


@pytest.mark.postgres
def test_the_same_on_postgresql(
    tmp_path: Path, postgres_database: PostgresDatabase, process: Process
) -> None:
    psycopg = pytest.importorskip("psycopg")
    settings = {"YUANHENG_DATABASE_URL": postgres_database.url}
    verify = partial(process, "verify-audit", home=tmp_path, **settings)
    write_at_once(surroundings(tmp_path, **settings))
    done = verify()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "共 45 条" in done.stdout
    with psycopg.connect(postgres_database.conninfo, autocommit=True) as con:
        for statement in (
            "UPDATE kernel_auditevent SET reason = 'x'",
            "DELETE FROM kernel_rowchange",
            "TRUNCATE kernel_rowchange",
        ):
            with pytest.raises(psycopg.errors.RaiseException, match="can only be added to"):
                con.execute(statement)
        con.execute("ALTER TABLE kernel_auditevent DISABLE TRIGGER USER")
        con.execute("ALTER TABLE kernel_rowchange DISABLE TRIGGER USER")
        con.execute(
            "DELETE FROM kernel_rowchange WHERE event_id IN "
            "(SELECT id FROM kernel_auditevent WHERE sequence = 45)"
        )
        con.execute("DELETE FROM kernel_auditevent WHERE sequence = 45")
    done = verify()
    assert done.returncode == 1
    assert "从第 45 条起缺失" in done.stdout
