"""Static addresses that change with the file's content."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from whitenoise.storage import CompressedStaticFilesStorage


@cache
def _version(path: str) -> str:
    found = finders.find(path)
    return hashlib.sha256(Path(found).read_bytes()).hexdigest()[:10] if found else ""


class VersionedStorage(CompressedStaticFilesStorage):
    """Adds ``?v=`` with the content's hash, so that browsers may keep a file for long."""

    def url(self, name: str, force: bool = False) -> str:
        version = _version(name)
        return super().url(name) + (f"?v={version}" if version else "")
