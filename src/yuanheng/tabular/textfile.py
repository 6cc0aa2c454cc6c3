"""Text files of offices: finds the encoding by strict decoding and makes UTF-8 of them."""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass
from pathlib import Path

from yuanheng.calc.faults import Fault, FaultyInput

_CHUNK = 4 << 20
_SURE = 4  # Chinese characters that are no accident


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file that is readable as UTF-8 at ``path`` (a temporary copy where it was not).

    ``is_tidy`` is False where blank lines or lone carriage returns would shift row numbers in a
    fast reader.
    """

    path: Path
    encoding: str
    sha256: str
    is_tidy: bool


def open_text(path: Path, workspace: Path | None) -> TextFile | None:
    """Looks at the whole file once: its hash, encoding and tidiness.

    A file in another encoding than UTF-8 is copied into ``workspace``; with ``workspace`` None
    the answer is None instead. Raises FaultyInput when no known encoding fits.
    """
    with path.open("rb") as stream:
        start = stream.read(4096)
    for encoding in _possible(start):
        found = _survey(path, encoding)
        if found is None:
            if encoding == "utf-8" and _begins_as_utf8(start):
                raise FaultyInput([_broken(path)])
            continue
        sha, tidy = found
        if encoding in ("utf-8", "utf-8-sig"):
            return TextFile(path, encoding, sha, tidy)
        if workspace is None:
            return None
        return TextFile(_as_utf8(path, encoding, workspace), encoding, sha, False)
    raise FaultyInput(
        [
            Fault(
                "encoding_unknown",
                f"{path.name}：不是 UTF-8、UTF-16 或 GB18030 编码的文本。"
                "请用 Excel 另存为“CSV UTF-8（逗号分隔）”后重新上传。",
                f"{path.name}: not text in UTF-8, UTF-16 or GB18030. "
                "Save it as “CSV UTF-8” and upload it again.",
            )
        ]
    )


def _possible(start: bytes) -> tuple[str, ...]:
    if start.startswith(codecs.BOM_UTF8):
        return ("utf-8-sig",)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    if b"\0" in start:
        even, odd = start[0::2].count(0), start[1::2].count(0)
        if min(even, odd) * 4 > max(even, odd):  # half of each Latin letter is zero, not both
            return ()
        return ("utf-16-le",) if odd > even else ("utf-16-be",)
    return ("utf-8", "gb18030")


def _begins_as_utf8(start: bytes) -> bool:
    """Whether the first lines are Chinese in UTF-8: then one bad byte further on doesn't make the
    file GB18030, which would read anything as something."""
    head = start[: start.rfind(b"\n")] if b"\n" in start else start
    for part in (head, head.split(b"\n", 1)[0]):
        try:
            text = part.decode("utf-8")
        except UnicodeDecodeError:
            continue
        return sum("\u4e00" <= char <= "\u9fff" for char in text) >= _SURE
    return False


def _broken(path: Path) -> Fault:
    content = path.read_bytes()
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
    return Fault(
        "encoding_broken",
        f"{path.name}：文件是 UTF-8 编码，但第 {line} 行有无法识别的字符"
        "（可能是从其他文件粘贴来的）。请改正这一行，再用 Excel "
        "另存为“CSV UTF-8（逗号分隔）”后重新上传。",
        f"{path.name}: the file is UTF-8, but line {line} holds characters of another encoding "
        "(pasted from another file?). Mend that line, save as “CSV UTF-8” and upload again.",
    )


def _survey(path: Path, encoding: str) -> tuple[str, bool] | None:
    """Hash and tidiness of the file, or None where it is not in ``encoding``."""
    sha = hashlib.sha256()
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    tidy = True
    before = b""
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            sha.update(chunk)
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError:
                return None
            if "\0" in text:
                return None
            tidy = tidy and _is_tidy(before + chunk)
            before = chunk[-2:]
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return sha.hexdigest(), tidy


def _is_tidy(part: bytes) -> bool:
    """No blank line and no lone carriage return; a line end cut by the chunk counts as one."""
    if b"\n\n" in part or b"\n\r\n" in part:
        return False
    ends = part.count(b"\r") - part.endswith(b"\r")
    return ends == part.count(b"\r\n")


def _as_utf8(path: Path, encoding: str, workspace: Path) -> Path:
    target = workspace / "utf8.txt"
    with (
        path.open(encoding=encoding, newline="") as source,
        target.open("w", encoding="utf-8", newline="") as copy,
    ):
        while text := source.read(_CHUNK):
            copy.write(text)
    return target
