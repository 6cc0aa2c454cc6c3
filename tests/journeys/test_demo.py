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
from tests.journeys.desk import INVENTED, SPEECH, Desk

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


@pytest.fixture(scope="module")
def address(city):
    """Of the demonstration's own server, in a process of its own, as a new user starts it."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("YUANHENG_", "DJANGO_"))}
    environ["PYTHONPATH"] = str(ROOT / "src")
    port = free_port()
    call = [sys.executable, "-u", "-m", "yuanheng", "demo", "--home", str(city[0]), "--port"]
    server = subprocess.Popen([*call, str(port)], env=environ, stdout=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)


def test_a_port_that_is_none_is_refused(city):
    assert demo(city[0], "--port", "0").returncode == 2


def test_server_answers(address):
    assert fetched(f"{address}/").startswith("<!doctype html>")


def dropped_files(kind: str) -> list[dict[str, object]]:
    """The five documents that the system began with, or invented ones of their kinds."""
    if kind == "invented":
        found = [(name, text.encode()) for name, text in INVENTED]
    else:
        folder = Path(os.environ.get("YUANHENG_SHARED", "/nowhere"), "seeds")
        found = [(path.name, path.read_bytes()) for path in sorted(folder.glob("*.txt"))]
        if len(found) != 5:
            pytest.skip("YUANHENG_SHARED names no folder with the five documents in seeds/")
    return [{"name": name, "mimeType": "text/plain", "buffer": data} for name, data in found]


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["invented", "seeds"])
def test_from_five_dropped_documents_to_a_closed_task(city, address, chromium, kind):
    files = dropped_files(kind)
    assert fetched(f"{address}/")
    kept = json.loads(next(city[0].glob("*passwords.json")).read_text("utf-8"))
    page = chromium.new_context(viewport={"width": 1280, "height": 900}).new_page()
    try:
        desk = Desk(page, address, kept)
        desk.sign_in("analyst")
        documents = desk.drop(files)
        assert len(documents) == 5
        entered = 0
        for at, one in enumerate(documents):
            desk.decide(one, "region:9901", with_tasks=at == SPEECH)
            entered += desk.enter_figures(one)
        assert entered >= {"invented": 7, "seeds": 14}[kind]
        tasks = desk.register_tasks(documents[SPEECH])
        assert len(tasks) >= {"invented": 3, "seeds": 9}[kind]
        desk.issue(tasks, "住建局")
        mine = desk.task_led_by(tasks, "住建局")
        desk.walk_to_closing(mine)
        assert "已销号" in page.inner_text("h1")
        page.set_viewport_size({"width": 390, "height": 844})
        for path in (mine, documents[0], "/tasks/board/"):
            desk.go(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    finally:
        page.context.close()


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
