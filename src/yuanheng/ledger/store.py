"""Files known by their content: each is stored once, whoever brings it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

_CHUNK = 1 << 20
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f/\\:*?"<>|]')


def hash_of(path: Path) -> tuple[str, int]:
    """SHA-256 and size of a file."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


def stored_path(sha256: str, file_name: str) -> Path:
    """``<home>/store/<first two>/<sha256>.<ext>``"""
    ending = Path(file_name).suffix.lower()
    return Path(settings.HOME) / "store" / sha256[:2] / f"{sha256}{ending}"


def keep(path: Path, sha256: str, file_name: str) -> tuple[Path, bool]:
    """Put a copy of ``path`` into the store; False if the same content lay there already."""
    target = stored_path(sha256, file_name)
    if target.is_file():
        return target, False
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".new-", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as stream, path.open("rb") as source:
            shutil.copyfileobj(source, stream, _CHUNK)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(0o440)
        Path(name).replace(target)
    finally:
        Path(name).unlink(missing_ok=True)
    return target, True


@contextlib.contextmanager
def under_own_name(path: Path, file_name: str) -> Iterator[Path]:
    """The file under the name its sender gave it, so that messages name the file they know."""
    shown = _NOT_IN_NAMES.sub("_", Path(file_name).name)[-120:] or f"table{path.suffix}"
    with tempfile.TemporaryDirectory(prefix="figures-", dir=_work_directory()) as folder:
        named = Path(folder) / shown
        try:
            os.link(path, named)
        except OSError:
            shutil.copyfile(path, named)
        yield named


def _work_directory() -> Path:
    work = Path(settings.HOME) / "work"
    work.mkdir(parents=True, exist_ok=True)
    return work


def hash_of_bytes(content: bytes) -> str:
    """SHA-256 of what is in memory."""
    return hashlib.sha256(content).hexdigest()
