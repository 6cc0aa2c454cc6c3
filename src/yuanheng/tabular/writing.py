"""Writes results: a file or a directory appears whole, or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from yuanheng.calc.faults import Fault, FaultyInput

# A directory with this file was written by us and may be replaced.
RUN_FILE = "run.json"


@contextlib.contextmanager
def whole_file(path: Path | str) -> Iterator[Path]:
    """Gives a temporary path beside ``path`` to write to; it becomes ``path`` on success.

    On an exception the temporary file is removed and ``path`` stays as it was. Raises FaultyInput
    when ``path`` is a directory or its parent can't be written.
    """
    path = Path(path)
    if path.is_dir():
        raise FaultyInput([_is_directory(path)])
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        os.close(handle)
    except OSError as error:
        raise FaultyInput([_not_writable(path, error)]) from error
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o666 & ~_umask())
        _sync(temporary)
        temporary.replace(path)
        _sync(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def whole_directory(path: Path | str) -> Iterator[Path]:
    """Gives a temporary directory beside ``path`` to fill; it becomes ``path`` on success.

    An existing directory is replaced only then, and only when it is empty or carries our
    ``run.json``; on an exception it stays as it was. Raises FaultyInput before anything is
    written when ``path`` is a file or holds other things.
    """
    path = Path(path)
    _refuse_foreign(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    except OSError as error:
        raise FaultyInput([_not_writable(path, error)]) from error
    try:
        yield temporary
        temporary.chmod(0o777 & ~_umask())
        for part in sorted(temporary.rglob("*"), reverse=True):
            _sync(part)
        _sync(temporary)
        # It may have been filled by somebody else in the meantime.
        _refuse_foreign(path)
        _exchange(temporary, path)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _exchange(new: Path, path: Path) -> None:
    """Puts ``new`` in the place of ``path``; the old directory comes back if that fails."""
    if not path.exists():
        new.rename(path)
        _sync(path.parent)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{path.name}.old.", dir=path.parent))
    try:
        path.rename(old / "was")
        try:
            new.rename(path)
        except OSError:
            (old / "was").rename(path)
            raise
        _sync(path.parent)
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _refuse_foreign(path: Path) -> None:
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        raise FaultyInput([_is_file(path)])
    if path.is_dir():
        names = sorted(part.name for part in path.iterdir())
        if names and RUN_FILE not in names:
            raise FaultyInput([_foreign(path, names)])


def _sync(path: Path) -> None:
    """Asks the disk to keep what was written; directories can't be asked on every system."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return
    try:
        with contextlib.suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _is_directory(path: Path) -> Fault:
    return Fault(
        "output_is_directory",
        f"{path}：这里已有一个文件夹，不能写成文件。请换一个文件名。",
        f"{path}: there is a directory of this name. Choose another file name.",
        path=str(path),
    )


def _is_file(path: Path) -> Fault:
    return Fault(
        "output_is_file",
        f"{path}：这里已有一个文件（或链接），不能作为输出文件夹。请换一个文件夹名。",
        f"{path}: there is a file (or link) of this name where the output directory should be. "
        "Choose another name.",
        path=str(path),
    )


def _foreign(path: Path, names: list[str]) -> Fault:
    some = "、".join(names[:5])
    return Fault(
        "output_not_ours",
        f"{path}：文件夹里有别的内容（{some} 等），没有 {RUN_FILE}，不会覆盖。请换一个空文件夹。",
        f"{path}: the directory holds other things ({', '.join(names[:5])}) and no {RUN_FILE}; "
        "it is left alone. Choose an empty directory.",
        path=str(path),
    )


def _not_writable(path: Path, error: OSError) -> Fault:
    return Fault(
        "output_not_writable",
        f"{path}：无法写入（{error.strerror}）。请检查权限和磁盘空间。",
        f"{path}: can't be written ({error.strerror}). Check permissions and disk space.",
        path=str(path),
    )
