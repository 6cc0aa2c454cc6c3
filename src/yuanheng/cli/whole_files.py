"""An output file appears whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """A file that appears whole or not at all."""
    handle, work = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
        Path(work).chmod(0o644)
        Path(work).replace(path)
    except BaseException:
        Path(work).unlink(missing_ok=True)
        raise
