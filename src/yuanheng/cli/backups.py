"""``yh backup`` and ``yh restore``: the database and the files beside it, whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

import typer

from yuanheng import __version__
from yuanheng.cli.call_error import CallError
from yuanheng.cli.language import explained, say
from yuanheng.cli.printing import show
from yuanheng.cli.progress import progress

BACKUP_HELP = explained(
    "把数据库和附属文件备份成一个 .tar.gz 文件；服务可以继续运行。",
    "Back up the database and the files beside it into one .tar.gz; the server may keep running.",
    "yh backup 备份-2024-06-30.tar.gz",
)
RESTORE_HELP = explained(
    "把备份恢复到还没有数据库的目录（YUANHENG_HOME）；不覆盖任何数据。",
    "Restore a backup where there is no database yet (YUANHENG_HOME); nothing is overwritten.",
    "YUANHENG_HOME=/srv/yuanheng yh restore 备份-2024-06-30.tar.gz",
)
DATABASE, MANIFEST, FILES = "database.sqlite3", "manifest.json", "files"
# Made again by the server, or part of the live database.
LEFT_OUT = {"static"}
Archive = Annotated[Path, typer.Argument(help="备份文件 / the backup", metavar="FILE")]


def backup(file: Archive) -> None:
    home, live = places()
    if file.exists():
        raise CallError(
            f"已有文件“{file}”，不覆盖；请换一个名字。", f"“{file}” exists; choose another name."
        )
    if not live.is_file():
        raise CallError(
            f"{home} 里没有数据库，没有可备份的内容；请检查 YUANHENG_HOME。",
            f"There is no database in {home}; check YUANHENG_HOME.",
        )
    parent = file.resolve().parent
    with progress() as step, tempfile.TemporaryDirectory(prefix=".backup-", dir=parent) as work:
        step("备份", "backing up")
        copy = Path(work) / DATABASE
        _copy_database(live, copy)
        whole = Path(work) / "whole.tar.gz"
        _write_archive(whole, copy, _files_beside(home, live))
        whole.chmod(0o600)
        # A hard link never replaces a file that came in the meantime.
        os.link(whole, file)
    size = file.stat().st_size / (1 << 20)
    show(say(f"已备份到 {file}({size:.1f} MB)。", f"Backed up to {file} ({size:.1f} MB)."))


def restore(file: Archive) -> None:
    home, live = places()
    if live.exists() or (home.is_dir() and any(_files_beside(home, live))):
        raise CallError(
            f"{home} 里已有数据，不覆盖；请把 YUANHENG_HOME 指向一个新目录。",
            f"{home} holds data already; point YUANHENG_HOME to a new directory.",
        )
    if not file.is_file():
        raise CallError(f"找不到备份文件“{file}”。", f"There is no backup “{file}”.")
    home.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{home.name}-restore-"
    with progress() as step, tempfile.TemporaryDirectory(prefix=prefix, dir=home.parent) as work:
        step("恢复", "restoring")
        content = _read_archive(file, Path(work))
        _put_in_place(content, home, live)
    show(say(f"已恢复到 {home}。", f"Restored into {home}."))


def places() -> tuple[Path, Path]:
    """The home directory and the SQLite file; CallError for another database."""
    from yuanheng.web.environment import database, env_text, home_directory

    home = home_directory()
    entry = database(env_text("YUANHENG_DATABASE_URL"), home)
    if not str(entry["ENGINE"]).endswith("sqlite3"):
        raise CallError(
            f"数据库是 PostgreSQL：请用 pg_dump 备份、pg_restore 恢复，并另外复制 {home} 目录。",
            "The database is PostgreSQL: use pg_dump and pg_restore, and copy the directory "
            f"{home} as well.",
        )
    return home, Path(str(entry["NAME"])).resolve()


def _files_beside(home: Path, live: Path) -> list[Path]:
    """Files of the installation besides its database, in a steady order."""
    database = {live, *(live.with_name(live.name + end) for end in ("-wal", "-shm", "-journal"))}
    found = []
    for path in sorted(home.rglob("*")):
        inside = path.relative_to(home).parts[0]
        if path.is_file() and inside not in LEFT_OUT and path.resolve() not in database:
            found.append(path)
    return [path for path in found if not path.relative_to(home).parts[0].startswith(".backup-")]


def _copy_database(live: Path, copy: Path) -> None:
    """A consistent copy while others write, by SQLite's own online backup."""
    with (
        contextlib.closing(sqlite3.connect(f"{live.as_uri()}?mode=ro", uri=True)) as source,
        contextlib.closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")


def _write_archive(whole: Path, copy: Path, beside: list[Path]) -> None:
    home = places()[0]
    listed = {DATABASE: _hash(copy)}
    with tarfile.open(whole, "w:gz", compresslevel=6) as archive:
        archive.add(copy, DATABASE)
        for path in beside:
            name = f"{FILES}/{path.relative_to(home).as_posix()}"
            archive.add(path, name, recursive=False)
            listed[name] = _hash(path)
        manifest = whole.with_name(MANIFEST)
        manifest.write_text(json.dumps({"yuanheng": __version__, "sha256": listed}, indent=1))
        archive.add(manifest, MANIFEST)


def _read_archive(file: Path, work: Path) -> Path:
    """The backup unpacked and checked against its own list."""
    content = work / "content"
    content.mkdir()
    try:
        with tarfile.open(file, "r:gz") as archive:
            _unpack(archive, content)
        manifest: dict[str, Any] = json.loads((content / MANIFEST).read_text("utf-8"))
        listed = manifest["sha256"]
        broken = [name for name, digest in listed.items() if _hash(content / name) != digest]
        if not broken and DATABASE in listed:
            _check_database(content / DATABASE)
            return content
    except (OSError, EOFError, ValueError, KeyError, TypeError, tarfile.TarError, sqlite3.Error):
        pass
    raise CallError(
        f"“{file}”不是完整的备份文件（由 yh backup 写出），什么也没有恢复；请换一份备份。",
        f"“{file}” is no complete backup made by yh backup; nothing was restored.",
    )


def _unpack(archive: tarfile.TarFile, content: Path) -> None:
    """Plain files below ``content`` and nothing else. By hand: the first releases of Python 3.11
    know no filter."""
    for one in archive:
        name = PurePosixPath(one.name)
        if one.isdir():
            continue
        source = archive.extractfile(one) if one.isfile() else None
        if source is None or name.is_absolute() or ".." in name.parts:
            raise tarfile.TarError(f"{name} is no plain file of a backup")
        path = content / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with source, path.open("wb") as out:
            shutil.copyfileobj(source, out)


def _check_database(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        if connection.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise ValueError("the database is damaged")


def _put_in_place(content: Path, home: Path, live: Path) -> None:
    """Everything by renaming; the database last, for it is what makes an installation."""
    home.mkdir(exist_ok=True)
    for path in sorted((content / FILES).iterdir()) if (content / FILES).is_dir() else []:
        shutil.rmtree(home / path.name, ignore_errors=True)
        path.rename(home / path.name)
    key = home / "secret_key"
    if key.is_file():
        key.chmod(0o600)
    live.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(content / DATABASE, live)
    live.chmod(0o600)


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
