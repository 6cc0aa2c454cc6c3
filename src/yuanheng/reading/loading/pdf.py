"""PDF files with a text layer; a scan is said to be a scan."""

from __future__ import annotations

from typing import Any

from yuanheng.reading.faults import UnreadableDocument
from yuanheng.reading.loading.kinds import broken

MOST_PAGES = 5000


def pdf_text(data: bytes) -> str:
    """The text of all pages, a line break between pages."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            raise UnreadableDocument(
                "locked", "PDF 文件有密码,无法读取。请去掉密码后再试。",
                "The PDF is protected by a password. Remove it and try again.",
            ) from error  # fmt: skip
        raise broken(error) from error
    try:
        return _pages(document)
    finally:
        document.close()


def _pages(document: Any) -> str:
    import pypdfium2

    count = len(document)
    if count > MOST_PAGES:
        raise UnreadableDocument(
            "too_many_pages", f"PDF 有 {count} 页,超过上限 {MOST_PAGES} 页。请拆成几个文件。",
            f"The PDF has {count} pages, more than {MOST_PAGES}. Split it.",
        )  # fmt: skip
    pages: list[str] = []
    blank = 0
    for number in range(count):
        try:
            page = document[number]
            text = page.get_textpage().get_text_range().replace("\r\n", "\n")
        except pypdfium2.PdfiumError as error:
            raise broken(f"第 {number + 1} 页 / page {number + 1}: {error}") from error
        blank += len(text.strip()) < 5
        pages.append(text)
    if count and blank == count:
        raise UnreadableDocument(
            "scan", f"这份 PDF 的 {count} 页都没有文字层,是扫描件。请先做文字识别(OCR),或提供原始电子版。",
            f"None of the {count} pages of this PDF has text: it is a scan. Run OCR first, or supply the original.",
        )  # fmt: skip
    return "\n".join(pages)
