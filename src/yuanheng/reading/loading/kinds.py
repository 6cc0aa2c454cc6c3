"""Which loader reads which file, and what is refused before any of them."""

from __future__ import annotations

from dataclasses import dataclass

from yuanheng.reading.faults import UnreadableDocument
from yuanheng.reading.mapping import MappedText, plain

KINDS = (".txt", ".html", ".htm", ".docx", ".pdf", ".xlsx", ".xls", ".et", ".eml", ".md", ".csv")
LARGEST = 100 << 20
LONGEST = 20_000_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """The text of a file. ``text`` is what spans point into: the file's own characters for text
    and HTML, the text taken out of it for others (``is_extracted``). ``read`` is what is to be
    understood of it (HTML without its tags), mapped to ``text``."""

    text: str
    read: MappedText
    kind: str
    is_extracted: bool


def load(data: bytes, name: str) -> Loaded:
    """The text of a file's bytes; the kind is known from the name and the first bytes.

    Raises UnreadableDocument for a file that is empty, too large, of no known kind, broken,
    locked, or without text (a scan).
    """
    _refuse_size(len(data))
    kind = "." + name.lower().rpartition(".")[2] if "." in name else ""
    kind = _by_content(data, kind, name)
    if kind in (".html", ".htm"):
        from yuanheng.reading.loading.html import html_text

        source, read = html_text(data)
        return _checked(Loaded(source, read, "html", False))
    if kind in (".txt", ".md", ".csv"):
        from yuanheng.reading.loading.encodings import decoded

        text = decoded(data)
        return _checked(Loaded(text, plain(text), "txt", False))
    text = _extracted(data, kind)
    return _checked(Loaded(text, plain(text), kind[1:], True))


def _extracted(data: bytes, kind: str) -> str:
    if kind == ".docx":
        from yuanheng.reading.loading.word import docx_text

        return docx_text(data)
    if kind == ".pdf":
        from yuanheng.reading.loading.pdf import pdf_text

        return pdf_text(data)
    if kind == ".eml":
        from yuanheng.reading.loading.mail import mail_text

        return mail_text(data)
    from yuanheng.reading.loading.workbook import workbook_text

    return workbook_text(data)


def _refuse_size(size: int) -> None:
    if size == 0:
        raise UnreadableDocument(
            "empty", "文件是空的,没有可读的内容。请检查是否上传完整。",
            "The file is empty. Check that it was copied whole.",
        )  # fmt: skip
    if size > LARGEST:
        raise UnreadableDocument(
            "too_large",
            f"文件有 {size / 2**20:.0f} MB,超过上限 {LARGEST >> 20} MB。请拆成几个文件,或去掉其中的图片后再读。",
            f"The file has {size / 2**20:.0f} MB, more than {LARGEST >> 20} MB. Split it, or take the pictures out.",
        )


_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"RIFF")


def _by_content(data: bytes, kind: str, name: str) -> str:
    """The first bytes tell what a wrong name hides."""
    if data[:5] == b"%PDF-":
        return ".pdf"
    if data[:4] == b"\xd0\xcf\x11\xe0" and kind not in (".xls", ".et"):
        raise UnreadableDocument(
            "locked_or_old",
            "这是加密的 Office 文件或旧版 .doc 文件,无法读取。请去掉密码,或另存为 .docx 后再试。",
            "This is a password-protected Office file or an old .doc. Remove the password or save it as .docx.",
        )
    if data[:4] == b"PK\x03\x04":
        return _by_package(data)
    if data[:4] in _PICTURES or data[:3] == b"\xff\xd8\xff" or data[:2] == b"BM":
        raise UnreadableDocument(
            "picture",
            "这是一张图片,没有文字层。请先做文字识别(OCR),或提供原始电子版。",
            "This is a picture without text. Run OCR first, or supply the electronic original.",
        )
    if kind in (".docx", ".pdf", ".xlsx"):
        raise UnreadableDocument(
            "broken", f"文件名以 {kind} 结尾,内容却不是这种文件,可能已损坏。请重新取得原件。",
            f"The name ends in {kind} but the content is of no such file; it may be broken. Get the original again.",
        )  # fmt: skip
    if kind not in KINDS:
        raise UnreadableDocument(
            "unknown_kind", f"不认识这种文件({kind or name})。可读取:{'、'.join(KINDS)}。",
            f"Unknown kind of file ({kind or name}). Known: {', '.join(KINDS)}.",
        )  # fmt: skip
    if kind == ".txt" and data[:300].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        return ".html"
    return kind


def _by_package(data: bytes) -> str:
    import io
    import zipfile

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = package.namelist()
            size = sum(info.file_size for info in package.infolist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise broken(error) from error
    if size > 3 * LARGEST:
        raise UnreadableDocument(
            "bomb", f"文件解压后有 {size / 2**20:.0f} MB,超过上限,不予打开。",
            f"Unpacked the file would have {size / 2**20:.0f} MB; it isn't opened.",
        )  # fmt: skip
    if "word/document.xml" in names:
        return ".docx"
    if any(one.startswith("xl/") for one in names):
        return ".xlsx"
    raise UnreadableDocument(
        "unknown_package", "这是一个压缩包,不是 Word 或 Excel 文件。请解压后逐个上传。",
        "This is an archive, no Word or Excel file. Unpack it and give the files one by one.",
    )  # fmt: skip


def broken(error: BaseException | str) -> UnreadableDocument:
    """A file that its own format's reader can't open."""
    return UnreadableDocument(
        "broken",
        f"文件已损坏,无法打开({str(error)[:80]})。请重新取得原件,或用办公软件打开后另存一份。",
        f"The file is broken and can't be opened ({str(error)[:80]}). Get the original again, or save a copy.",
    )


def _checked(loaded: Loaded) -> Loaded:
    if not loaded.read.text.strip():
        raise UnreadableDocument(
            "no_text", "文件里没有文字(可能只有图片或空表)。如果是扫描件,请先做文字识别(OCR)。",
            "There is no text in the file (perhaps only pictures). If it is a scan, run OCR first.",
        )  # fmt: skip
    if len(loaded.text) > LONGEST:
        raise UnreadableDocument(
            "too_long", f"文字有 {len(loaded.text):,} 字,超过上限 {LONGEST:,} 字。请拆成几个文件。",
            f"The text has {len(loaded.text):,} characters, more than {LONGEST:,}. Split the file.",
        )  # fmt: skip
    return loaded
