"""The schemes that ship with the product."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yuanheng

_HEAD = re.compile(r"^(id|title|title_en|nature|place|period|subject):\s*(.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ShippedScheme:
    """What the list of the library shows of one file."""

    code: str
    title: str
    title_en: str
    nature: str
    place: str
    period: str
    subject: str


def directory() -> Path:
    """Beside the package when it is installed, at the top of the repository otherwise."""
    package = Path(yuanheng.__file__).parent
    inside = package / "schemes"
    return inside if inside.is_dir() else package.parents[1] / "schemes"


def shipped_schemes() -> list[ShippedScheme]:
    """All of them, published methods first."""
    found = [_head(path, path.stat().st_mtime_ns) for path in sorted(directory().glob("*.yaml"))]
    return sorted(found, key=lambda one: (one.nature != "published", one.subject, one.code))


def shipped_text(code: str) -> str:
    """The text of one; KeyError if there is none of that code."""
    for path in directory().glob("*.yaml"):
        if path.stem == code:
            return path.read_text(encoding="utf-8-sig")
    raise KeyError(code)


@lru_cache(maxsize=256)
def _head(path: Path, _changed: int) -> ShippedScheme:
    """The first lines tell enough; the whole file is read when it is opened."""
    found = {key: value.strip("\"'") for key, value in _HEAD.findall(path.read_text("utf-8-sig"))}
    return ShippedScheme(
        code=path.stem,
        title=found.get("title", path.stem),
        title_en=found.get("title_en", ""),
        nature=found.get("nature", "own"),
        place=found.get("place", ""),
        period=found.get("period", ""),
        subject=found.get("subject", ""),
    )
