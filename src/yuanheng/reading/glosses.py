"""Pinyin in brackets after a character, as some sites print it: ``陽(yáng)``."""

from __future__ import annotations

import functools
import re
import unicodedata

from yuanheng.reading.mapping import Span

# ɡ (U+0261) and ü come in several spellings; ń, ň, ǹ and ḿ are whole syllables.
_GLOSS = re.compile(
    r"(?<=[\u3400-\u9fff\U00020000-\U0003ffff])[(（]"
    r"([a-zɡüāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ]{1,7})[)）]"
)


def glosses(text: str) -> list[Span]:
    """The spans of glosses, brackets included. A real bracket such as ``面积(mu)`` stays."""
    if text.count("(") + text.count("（") < 1:
        return []
    return [
        match.span()
        for match in _GLOSS.finditer(text)
        if _is_reading(text[match.start() - 1], match[1])
    ]


@functools.lru_cache(maxsize=4096)
def _is_reading(character: str, syllable: str) -> bool:
    """A syllable with a tone mark is a gloss; one without must be a reading of the character."""
    syllable = syllable.replace("ɡ", "g")
    if _plain(syllable) != syllable.replace("ü", "v"):
        return True
    from pypinyin.pinyin_dict import pinyin_dict

    readings = pinyin_dict.get(ord(character), "").split(",")
    # Particles (的, 了, 着, 们, 过) lose their tone in speech, and only they are glossed bare.
    return syllable in readings or (
        character in "的了着著们們过過吗嗎呢吧么麼个個上下里裡头頭子地得们"
        and syllable in {_plain(reading) for reading in readings}
    )


def _plain(syllable: str) -> str:
    parts = unicodedata.normalize("NFD", syllable)
    toned = "".join(c for c in parts if c not in "\u0304\u0301\u030c\u0300")
    return unicodedata.normalize("NFC", toned).replace("ü", "v")
