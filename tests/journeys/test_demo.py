"""The first command of the readme: a city, evaluated, behind a sign-in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def demo(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("YUANHENG_", "DJANGO_"))}
    environ["PYTHONPATH"] = str(ROOT / "src")
    call = [sys.executable, "-m", "yuanheng", "demo", "--home", str(home), *words]
    return subprocess.run(call, env=environ, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A demonstration that stopped before the server, and what it said."""
    home = tmp_path_factory.mktemp("demo") / "home"
    done = demo(home, "--no-serve")
    assert done.returncode == 0, done.stderr
    return home, done.stdout


def test_sign_in_is_printed(city):
    home, said = city
    assert "示例城市已就绪" in said
    kept = json.loads(next(home.glob("*passwords.json")).read_text("utf-8"))
    assert "admin" in kept
    for username, password in kept.items():
        assert f"登录  {username}  密码 {password}" in said


def test_second_start_reuses_what_is_there(city):
    home, said = city
    database = (home / "yuanheng.sqlite3").stat().st_size
    done = demo(home, "--no-serve")
    assert done.stdout == said
    assert (home / "yuanheng.sqlite3").stat().st_size == database


def test_server_answers(city):
    home = city[0]
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("YUANHENG_", "DJANGO_"))}
    environ["PYTHONPATH"] = str(ROOT / "src")
    call = [sys.executable, "-u", "-m", "yuanheng", "demo", "--home", str(home), "--port", "0"]
    refused = subprocess.run(call, env=environ, capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    port = free_port()
    server = subprocess.Popen([*call[:-1], str(port)], env=environ, stdout=subprocess.PIPE)
    try:
        assert fetched(f"http://127.0.0.1:{port}/").startswith("<!doctype html>")
    finally:
        server.terminate()
        server.wait(timeout=20)


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fetched(address: str) -> str:
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return str(answer.read().decode()).lower()
        except OSError:
            time.sleep(0.1)
    return ""
