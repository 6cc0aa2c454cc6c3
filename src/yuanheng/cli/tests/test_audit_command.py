"""``yh verify-audit`` over logs that several processes wrote at once."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from yuanheng.calc.expression.tests.conftest import postgres_url  # noqa: F401  a fixture
from yuanheng.cli.tests.conftest import surroundings

WRITER = """
import sys
from yuanheng.web import setup
setup()
from yuanheng.kernel.actions import action, record, record_rows
from yuanheng.kernel.models import Notice

@action("test.write")
def write(*, acting_user, text):
    event = record(label=text, after={"share": 1e16, "whole": 2.0})
    record_rows(event, Notice, ((n, None, {"n": n / 7}) for n in range(3)))

for number in range(15):
    write(acting_user=None, text=f"{sys.argv[1]} {number}")
"""


def write_at_once(environment: dict[str, str]) -> None:
    """Three processes that write fifteen rows each."""
    words = [sys.executable, "-c", WRITER]
    running = [
        subprocess.Popen([*words, name], env=environment, stderr=subprocess.PIPE, text=True)
        for name in ("one", "two", "three")
    ]
    for process in running:
        _out, said = process.communicate(timeout=120)
        assert process.returncode == 0, said


def verify(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "yuanheng", "verify-audit", *words]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def migrate(environment: dict[str, str]) -> None:
    words = [sys.executable, "-m", "yuanheng", "migrate"]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_writers_at_once_leave_one_chain_and_a_change_is_found(installed: Path) -> None:
    environment = surroundings(installed)
    write_at_once(environment)
    done = verify(environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "操作日志完好:共 45 条" in done.stdout
    noted = done.stdout.split("末条 ")[1].split("(")[0]
    assert verify(environment, "--noted", noted).returncode == 0
    wrong = verify(environment, "--noted", "45:xyz")
    assert wrong.returncode == 2
    assert "序号:哈希" in wrong.stderr
    with sqlite3.connect(installed / "yuanheng.sqlite3") as con:
        with pytest.raises(sqlite3.IntegrityError, match="can only be added to"):
            con.execute("UPDATE kernel_auditevent SET reason = 'x' WHERE sequence = 7")
        con.execute("DROP TRIGGER kernel_auditevent_no_update")
        con.execute("UPDATE kernel_auditevent SET reason = 'x' WHERE sequence = 7")
    done = verify(environment)
    assert done.returncode == 1
    assert "第 7 条被改动过" in done.stdout
    assert "前一条:6 " in done.stdout
    assert "最近的备份" in done.stdout
    told = json.loads(verify(environment, "--json").stdout)
    assert (told["holds"], told["problem"]["kind"], told["problem"]["sequence"]) == (
        False,
        "changed",
        7,
    )


@pytest.mark.postgres
def test_the_same_on_postgresql(tmp_path: Path, postgres_url: str) -> None:  # noqa: F811
    psycopg = pytest.importorskip("psycopg")
    with psycopg.connect(postgres_url, autocommit=True) as con:
        con.execute("CREATE DATABASE audit_chain")
    url = psycopg.conninfo.conninfo_to_dict(postgres_url)
    host, port = url.get("host", ""), url.get("port", "")
    address = f"postgresql://{url.get('user', '')}:{url.get('password', '')}@"
    place = f"/audit_chain?host={host}" + (f"&port={port}" if port else "")
    environment = surroundings(tmp_path / "home") | {"YUANHENG_DATABASE_URL": address + place}
    migrate(environment)
    write_at_once(environment)
    done = verify(environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "共 45 条" in done.stdout
    with psycopg.connect(postgres_url, dbname="audit_chain", autocommit=True) as con:
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
    done = verify(environment)
    assert done.returncode == 1
    assert "从第 45 条起缺失" in done.stdout
