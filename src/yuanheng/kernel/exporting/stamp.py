"""What a workbook says of itself, so that the import knows what it is."""

from __future__ import annotations

import hashlib
import html
import json
import re
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from yuanheng.kernel.importing.fields import ExchangeField

PROPERTY = "yuanheng"
_LARGEST = 200_000
# A property of a document holds 255 characters.
_PART = 250


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which register's table it is, in which form, taken out when, by whom, and how much of it."""

    resource: str
    schema: str
    exported_at: str
    by: str
    query: str
    rows: int


def schema_of(fields: Sequence[ExchangeField]) -> str:
    """The same as long as a register has the same columns of the same kinds and units."""
    told = [(one.code, one.kind, one.unit) for one in fields]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:12]


def properties(stamp: Stamp) -> dict[str, str]:
    """As properties of a document: ``yuanheng``, ``yuanheng2`` …"""
    text = json.dumps(asdict(stamp), ensure_ascii=True)
    parts = [text[at : at + _PART] for at in range(0, len(text), _PART)]
    return {PROPERTY + (str(n) if n > 1 else ""): part for n, part in enumerate(parts, 1)}


def read_stamp(path: Path) -> Stamp | None:
    """The stamp of a workbook, if it has one that can be read."""
    try:
        with zipfile.ZipFile(path) as package, package.open("docProps/custom.xml") as stream:
            text = stream.read(_LARGEST).decode("utf-8", "replace")
    except (KeyError, OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError):
        return None
    values = re.findall(
        rf'name="{PROPERTY}(\d*)"[^>]*>\s*<vt:lpwstr>(.*?)</vt:lpwstr>', text, re.S
    )
    parts = {int(number or 1): html.unescape(value) for number, value in values}
    try:
        told = json.loads("".join(parts[n] for n in sorted(parts)))
        return Stamp(**{name: told[name] for name in Stamp.__slots__})
    except (ValueError, KeyError, TypeError):
        return None
