from __future__ import annotations

import stat
from pathlib import Path

import pytest

from yuanheng.web import environment as env


def test_a_flag_is_yes_or_no():
    assert env.env_flag("X", False, environ={"X": "Yes"}) is True
    assert env.env_flag("X", True, environ={"X": "0"}) is False
    assert env.env_flag("X", True, environ={}) is True
    with pytest.raises(env.WrongEnvironment, match="X='maybe': write 1"):
        env.env_flag("X", True, environ={"X": "maybe"})


def test_a_number_is_whole_and_above_zero():
    assert env.env_number("X", 5, environ={"X": " 7 "}) == 7
    assert env.env_number("X", 5, environ={"X": ""}) == 5
    for wrong in ("0", "-1", "2.5", "many"):
        with pytest.raises(env.WrongEnvironment):
            env.env_number("X", 5, environ={"X": wrong})


def test_a_list_is_split_at_commas():
    assert env.env_list("X", environ={"X": "a, b,,c "}) == ["a", "b", "c"]


def test_the_secret_key_is_made_once_and_is_private(tmp_path: Path):
    key = env.secret_key(tmp_path / "home")
    assert len(key) > 50
    assert env.secret_key(tmp_path / "home") == key
    mode = stat.S_IMODE((tmp_path / "home/secret_key").stat().st_mode)
    assert mode == 0o600


def test_without_an_address_the_database_is_a_file_at_home(tmp_path: Path):
    entry = env.database("", tmp_path)
    assert entry["NAME"] == str(tmp_path / "yuanheng.sqlite3")
    assert "journal_mode=WAL" in entry["OPTIONS"]["init_command"]


def test_an_address_of_postgresql_is_read(tmp_path: Path):
    entry = env.database("postgresql://li:p%40ss@db.local:5433/parks?sslmode=require", tmp_path)
    wanted = {
        "NAME": "parks",
        "USER": "li",
        "PASSWORD": "p@ss",
        "HOST": "db.local",
        "PORT": "5433",
    }
    assert wanted.items() <= entry.items()
    assert entry["OPTIONS"] == {"sslmode": "require"}
    socket = env.database("postgres:///parks?host=/run/postgresql&port=5999", tmp_path)
    assert (socket["HOST"], socket["PORT"]) == ("/run/postgresql", "5999")
    assert socket["OPTIONS"] == {}


def test_an_absolute_path_of_sqlite_is_kept(tmp_path: Path):
    entry = env.database(f"sqlite:///{tmp_path}/x.db", tmp_path)
    assert entry["NAME"] == f"{tmp_path}/x.db"


def test_another_address_is_refused_with_what_to_write(tmp_path: Path):
    with pytest.raises(env.WrongEnvironment, match="postgresql://user:password@host:5432/name"):
        env.database("mysql://x", tmp_path)
