"""HTML: the words a reader sees, each mapped to its place in the source."""

from __future__ import annotations

import html
import re

from yuanheng.reading.loading.encodings import decoded
from yuanheng.reading.mapping import MappedText

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,20})", re.I)
_PIECE = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<skip>script|style|noscript|head|nav|footer|template)\b.*?(?:</(?P=skip)\s*>|\Z)"
    r"|<(?P<tag>/?[A-Za-z][A-Za-z0-9]*)[^<>]{0,20000}>?|&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z]{2,12});|\s+",
    re.S | re.I,
)
_BREAKS = frozenset(
    [
        "p",
        "div",
        "br",
        "tr",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "section",
        "article",
        "ul",
        "ol",
        "header",
        "dd",
        "dt",
        "blockquote",
        "title",
    ]
)
_CELLS = frozenset(["td", "th"])


def html_text(data: bytes) -> tuple[str, MappedText]:
    """The source and the visible text over it; table cells are parted by tabs, rows by lines."""
    found = _CHARSET.search(data[:2000])
    source = decoded(data, found[1].decode("ascii") if found else None)
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []

    def put(words: str, start: int, end: int, *, each: bool) -> None:
        if not words:
            return
        text.append(words)
        size = len(words)
        starts.extend(range(start, start + size) if each else [start] * size)
        ends.extend(range(start + 1, start + size + 1) if each else [end] * size)

    at = 0
    for match in _PIECE.finditer(source):
        put(source[at : match.start()], at, match.start(), each=True)
        at = match.end()
        words = _seen(match, text[-1][-1] if text else "\n")
        if words:
            put(words, match.start(), match.end(), each=False)
    put(source[at:], at, len(source), each=True)
    joined = "".join(text)
    return source, MappedText(joined, joined, starts, ends)


def _seen(match: re.Match[str], before: str) -> str:
    """What stands for a tag, an entity or white space in the text."""
    whole = match[0]
    if whole[0] == "&":
        return html.unescape(whole).replace("\xa0", " ")
    if whole[0] != "<":
        return "" if before in "\n\t " else " "
    tag = (match["tag"] or "").lower().lstrip("/")
    if tag in _CELLS:
        return "\t" if whole[1] == "/" else ""
    return "\n" if tag in _BREAKS and before != "\n" else ""
