"""Text of bytes in any encoding that Chinese offices use."""

from __future__ import annotations

import codecs
import re

from yuanheng.reading.faults import UnreadableDocument

# Characters that a text in Chinese is full of, in either script.
_COMMON = frozenset(
    "的一是在不了有和人这这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此變時會國發區園業產經濟總務實現場員與為這個們來對學開關門間進過還從萬億東車書記長張將達運動點黨導體質，。、；：“”"
)
_WRONG = UnreadableDocument(
    "encoding",
    "认不出文字的编码(不是 UTF-8、GB18030、Big5、UTF-16)。请用记事本另存为 UTF-8 后再试。",
    "The encoding of the text is unknown (not UTF-8, GB18030, Big5 or UTF-16). Save it as UTF-8.",
)


def decoded(data: bytes, hint: str | None = None) -> str:
    """The text; ``hint`` is an encoding that the file itself names. Line ends stay as they are.

    A few wrong bytes become U+FFFD; a file that is mostly wrong is refused.
    """
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
    ):  # fmt: skip
        if data.startswith(mark):
            return (
                data.decode(name, errors="replace").removeprefix("\ufeff")
                if name != "utf-8"
                else data[3:].decode("utf-8", errors="replace")
            )
    if b"\0" in data[:4000]:
        even, odd = data[:4000:2].count(0), data[1:4000:2].count(0)
        text = data.decode("utf-16-le" if odd >= even else "utf-16-be", errors="replace")
        return _accepted(text)
    candidates: list[str] = []
    for name in dict.fromkeys(filter(None, ("utf-8", _known(hint), "gb18030", "big5hkscs"))):
        try:
            candidates.append(data.decode(name))
        except UnicodeDecodeError:
            continue
        if name == "utf-8":
            return _accepted(candidates[0])
    if not candidates:
        candidates = [
            data.decode(name, errors="replace") for name in ("utf-8", "gb18030", "big5hkscs")
        ]
    return _accepted(max(candidates, key=_likeness))


def _known(name: str | None) -> str | None:
    if not name:
        return None
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return None
    return "gb18030" if found in ("gb2312", "gbk") else found


def _likeness(text: str) -> float:
    """How much a text looks like Chinese: common characters minus lost and private ones."""
    sample = text[:20000]
    good = sum(c in _COMMON for c in sample)
    bad = sum(c == "\ufffd" or "\ue000" <= c <= "\uf8ff" for c in sample)
    return (good - 5 * bad) / max(1, len(sample))


def _accepted(text: str) -> str:
    sample = text[:20000]
    lost = len(re.findall("[\ufffd\0-\x08\x0e-\x1f]", sample))
    if lost > 20 and lost > len(sample) * 0.05:
        raise _WRONG
    foreign = [c for c in sample if c > "\x7f" and not c.isspace()]
    if len(foreign) > 200 and sum(c in _COMMON for c in foreign) < len(foreign) * 0.04:
        raise _WRONG
    return text
