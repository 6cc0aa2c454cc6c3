"""What an uploaded file is, by its content and its name both; what isn't known is refused."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePath

from django.utils.translation import gettext as _

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .doc and its kin, and what WPS writes
_MAGIC: dict[str, tuple[bytes, ...]] = {
    ".pdf": (b"%PDF-",),
    ".doc": (_OLE,),
    ".xls": (_OLE,),
    ".ppt": (_OLE,),
    ".wps": (_OLE,),
    ".et": (_OLE,),
    ".dps": (_OLE,),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".gif": (b"GIF87a", b"GIF89a"),
    ".tif": (b"II*\x00", b"MM\x00*"),
    ".tiff": (b"II*\x00", b"MM\x00*"),
}
# Bundles: a zip in which this entry stands.
_BUNDLES = {
    ".docx": "word/document.xml",
    ".xlsx": "xl/workbook.xml",
    ".pptx": "ppt/presentation.xml",
    ".ofd": "OFD.xml",
}
_TEXTS = (".txt", ".csv")
ALLOWED = tuple(sorted([*_MAGIC, *_BUNDLES, *_TEXTS]))

MOST_ENTRIES = 10_000
MOST_UNPACKED = 512 * 1024 * 1024
MOST_RATIO = 200  # unpacked to packed; an honest workbook stays below 60


class NotAllowed(ValueError):  # noqa: N818  named for what it says
    """The file can't be attached; the text says why and what to do."""


def check_file(path: Path, file_name: str) -> None:
    """NotAllowed unless the file is of an allowed kind and its content is what its name says."""
    ending = PurePath(file_name).suffix.lower()
    if ending not in ALLOWED:
        raise NotAllowed(
            _(
                "“%(name)s” can't be attached: files of this kind are not allowed. "
                "Allowed: %(list)s."
            )
            % {"name": file_name[:100], "list": " ".join(ALLOWED)}
        )
    if ending in _BUNDLES:
        is_right = _is_bundle(path, _BUNDLES[ending])
    elif ending in _TEXTS:
        is_right = _is_text(path)
    else:
        with path.open("rb") as stream:
            is_right = stream.read(16).startswith(_MAGIC[ending])
    if not is_right:
        raise NotAllowed(
            _(
                "The content of “%(name)s” is not that of a %(ending)s file. Open it in its own "
                "program, save it again and attach what was saved."
            )
            % {"name": file_name[:100], "ending": ending}
        )


def _is_bundle(path: Path, entry: str) -> bool:
    try:
        with zipfile.ZipFile(path) as bundle:
            entries = bundle.infolist()
            _check_size(entries, path.stat().st_size)
            names = {one.filename for one in entries}
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError) as error:
        if isinstance(error, NotAllowed):
            raise
        return False
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise NotAllowed(_("The file holds macros. Save it without macros and attach that."))
    return entry in names


def _check_size(entries: list[zipfile.ZipInfo], packed: int) -> None:
    """From what the bundle says of itself; it is never unpacked here."""
    unpacked = sum(one.file_size for one in entries)
    is_bomb = unpacked > MOST_UNPACKED or (
        unpacked > 10 * 1024 * 1024 and unpacked > MOST_RATIO * packed
    )
    if is_bomb or len(entries) > MOST_ENTRIES:
        raise NotAllowed(
            _(
                "The file would unpack to %(size)d MB in %(entries)d parts, which no office "
                "document does. Save it again in its own program, or split it."
            )
            % {"size": unpacked // (1024 * 1024), "entries": len(entries)}
        )


def _is_text(path: Path) -> bool:
    """UTF-8 or GB18030 without control characters."""
    content = path.read_bytes()
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return not any(one < " " and one not in "\t\r\n\f" for one in set(text))
    return False
