"""An installation from the command line: migrate, first user, import, backup, restore, check."""

from __future__ import annotations

import json
import shutil
import socket
import sqlite3
import subprocess
import sys
import tarfile
import time
import urllib.request
from pathlib import Path

import pytest

from yuanheng.cli.tests.conftest import surroundings

PASSWORD = "a-long-enough-word-38"
REGIONS = "行政区划代码,名称\n43,湖南省\n4301,长沙市\n"


@pytest.fixture(scope="module")
def home(installation: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with an empty database."""
    return shutil.copytree(installation, tmp_path_factory.mktemp("installation") / "home")


@pytest.fixture(scope="module")
def archive(home: Path) -> Path:
    """A backup of the installation, with a file beside the database."""
    (home / "store").mkdir()
    (home / "store" / "运行.json").write_text("{}", "utf-8")
    file = home.parent / "backup.tar.gz"
    words = [sys.executable, "-m", "yuanheng", "backup", str(file)]
    subprocess.run(words, env=surroundings(home), check=True, capture_output=True)
    return file


def test_nothing_works_before_migrate(process, tmp_path):
    for words in (["createadmin"], ["import", "parks", "a.csv"], ["serve", "--port", free_port()]):
        done = process(*words, home=tmp_path, text=PASSWORD + "\n")
        assert done.returncode == 2
        assert "请先执行 yh migrate" in done.stderr


def test_first_user_and_import(process, home, tmp_path):
    table = tmp_path / "regions.csv"
    table.write_text(REGIONS, "utf-8")
    done = process("import", "regions", table, "--user", "nobody", home=home)
    assert done.returncode == 2
    assert "没有用户“nobody”；请先执行 yh createadmin" in done.stderr
    weak = process("createadmin", home=home, text="1234\n")
    assert weak.returncode == 2
    assert "密码" in weak.stderr
    done = process("createadmin", home=home, text=PASSWORD + "\n")
    assert (done.returncode, done.stdout) == (0, "管理员“admin”可以登录了。\n")
    done = process("import", "regions", table, home=home)
    assert done.returncode == 0, done.stderr
    assert "新增 2" in done.stdout
    assert "不变 2" in process("import", "regions", table, home=home).stdout


def test_faulty_import_writes_nothing(process, home, tmp_path):
    process("createadmin", home=home, text=PASSWORD + "\n")
    table = tmp_path / "regions.csv"
    table.write_text(REGIONS + "abc,某地\n44,广东省\n", "utf-8")
    done = process("import", "regions", table, home=home)
    assert done.returncode == 1
    assert "第 4 行" in done.stderr
    assert "什么也没有写入" in done.stderr
    missing = process("import", "regions", tmp_path / "nowhere.csv", home=home)
    assert missing.returncode == 2
    assert "nowhere.csv" in missing.stderr


def test_serve_answers_and_a_taken_port_is_said(process, home):
    port = free_port()
    words = [sys.executable, "-m", "yuanheng", "serve", "--port", str(port)]
    server = subprocess.Popen(words, env=surroundings(home), stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        assert server.stdout.readline() == f"网址 http://127.0.0.1:{port}/\n"
        assert "</html>" in fetched(f"http://127.0.0.1:{port}/")
        done = process("serve", "--port", port, home=home)
        assert done.returncode == 2
        assert f"端口 {port} 已被占用；请用 --port 换一个" in done.stderr
    finally:
        server.terminate()
        server.wait(timeout=20)


def fetched(address: str) -> str:
    for _ in range(100):
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return str(answer.read().decode())
        except OSError:
            time.sleep(0.1)
    return ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_backup_is_whole_and_private(home, archive):
    assert archive.stat().st_mode & 0o077 == 0
    with tarfile.open(archive) as content:
        names = set(content.getnames())
    assert {"database.sqlite3", "manifest.json", "files/store/运行.json"} <= names
    assert not any(name.startswith("files/static") for name in names)
    assert [p.name for p in archive.parent.iterdir() if p.name.startswith(".")] == []


def test_backup_overwrites_nothing(process, home, archive):
    before = archive.read_bytes()
    done = process("backup", archive, home=home)
    assert done.returncode == 2
    assert "不覆盖" in done.stderr
    assert archive.read_bytes() == before


def test_backup_without_database(process, tmp_path):
    done = process("backup", tmp_path / "b.tar.gz", home=tmp_path / "empty")
    assert done.returncode == 2
    assert "没有数据库" in done.stderr
    assert not (tmp_path / "b.tar.gz").exists()


def test_restore_gives_the_same_back(process, home, archive, tmp_path):
    other = tmp_path / "other"
    done = process("restore", archive, home=other)
    assert done.returncode == 0, done.stderr
    assert (other / "store" / "运行.json").read_text("utf-8") == "{}"
    assert (other / "secret_key").read_bytes() == (home / "secret_key").read_bytes()
    with sqlite3.connect(other / "yuanheng.sqlite3") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM django_migrations").fetchone()[0] > 5
    again = process("restore", archive, home=other)
    assert again.returncode == 2
    assert "不覆盖" in again.stderr


@pytest.mark.parametrize("damage", ["cut", "other", "changed"])
def test_damaged_backup_restores_nothing(process, archive, tmp_path, damage):
    file = tmp_path / "damaged.tar.gz"
    if damage == "cut":
        file.write_bytes(archive.read_bytes()[:-2000])
    elif damage == "other":
        file.write_text("no archive", "utf-8")
    else:
        shutil.unpack_archive(archive, tmp_path / "content")
        (tmp_path / "content" / "files" / "store" / "运行.json").write_text("[]", "utf-8")
        with tarfile.open(file, "w:gz") as content:
            content.add(tmp_path / "content", ".")
    done = process("restore", file, home=tmp_path / "home")
    assert done.returncode == 2
    assert "什么也没有恢复" in done.stderr
    assert list((tmp_path / "home").rglob("*")) == []


def test_postgresql_is_left_to_its_own_tools(process, tmp_path):
    url = "postgresql://nobody@127.0.0.1:9/none"
    done = process("backup", tmp_path / "b.tar.gz", home=tmp_path, YUANHENG_DATABASE_URL=url)
    assert done.returncode == 2
    assert "pg_dump" in done.stderr


def test_check_install(process, home, tmp_path):
    done = process("check-install", home=home)
    assert done.returncode == 0, done.stdout
    for name in ("Python", "DuckDB", "磁盘", "密钥文件", "数据库", "中文字体", "Chromium"):
        assert name in done.stdout
    fresh = process("check-install", home=tmp_path)
    assert "请执行 yh migrate" in fresh.stdout


def test_check_install_says_what_is_wrong(process, home, archive, tmp_path):
    process("restore", archive, home=tmp_path / "open")
    (tmp_path / "open" / "secret_key").chmod(0o644)
    done = process("check-install", home=tmp_path / "open", LANG="C.UTF-8")
    assert done.returncode == 1
    assert "chmod 600" in done.stdout
    done = process(
        "check-install", home=home, YUANHENG_DATABASE_URL="postgresql://a@127.0.0.1:9/b"
    )
    assert done.returncode == 1
    assert "YUANHENG_DATABASE_URL" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_migrate_a_second_time_changes_nothing(process, installed):
    done = process("migrate", home=installed)
    assert (done.returncode, done.stdout) == (0, "数据库已是这个版本。\n"), done.stderr


def test_wrong_setting_is_said(process, tmp_path):
    done = process("migrate", home=tmp_path, YUANHENG_DATABASE_URL="oracle://x")
    assert done.returncode == 2
    assert "oracle" in done.stderr


def test_tick_says_what_it_did(process, home):
    done = process("tick", home=home)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("处理 0 个时限：提醒 0 条，督办单 0 张")
    told = json.loads(process("tick", "--json", home=home).stdout)
    assert (told["clocks"], told["problems"]) == (0, [])
