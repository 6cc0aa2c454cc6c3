"""Traditional characters to simplified ones, with regional words, keeping every place."""

from __future__ import annotations

import functools
import re
from typing import Any

from yuanheng.reading.mapping import MappedText

_PIECE = re.compile(r"[^，。；：、,;\n]*[，。；：、,;\n]?")
# Characters that are only ever traditional; a few in a text are enough to call it so.
_MARKS = frozenset(
    "國會發區園業產業經濟縣縂總務務實現場員與為這個們來時對學開關門間進過還從萬億東車書記長張將達運動點黨導體質"
)
_SAMPLE = 4000


def simplify(mapped: MappedText, regional: tuple[str, ...]) -> MappedText:
    """Simplified text; where a regional word changes its length, the whole word maps to it.

    ``regional`` are words that only Taiwan uses: with one of them, words are put over too
    (軟體 to 软件); without one, a mainland text in traditional script keeps its words.
    """
    if not is_traditional(mapped.text):
        return mapped
    words = any(word in mapped.text for word in regional)
    convert = _converter("tw2sp" if words else "t2s")
    whole = convert(mapped.text)
    if len(whole) == len(mapped.text):
        return MappedText(whole, whole, mapped.starts, mapped.ends)
    return _piecewise(mapped, convert)


def is_traditional(text: str) -> bool:
    """Whether enough characters of the beginning are traditional only."""
    sample = text[:_SAMPLE]
    return sum(c in _MARKS for c in sample) >= max(3, len(sample) // 200)


def _piecewise(mapped: MappedText, convert: Any) -> MappedText:
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _PIECE.finditer(mapped.text):
        a, b = match.span()
        new = convert(match[0])
        text.append(new)
        if len(new) == b - a:
            starts.extend(mapped.starts[a:b])
            ends.extend(mapped.ends[a:b])
            continue
        head, tail = _common(convert, match[0], new)
        starts.extend(mapped.starts[a : a + head])
        ends.extend(mapped.ends[a : a + head])
        middle = len(new) - head - tail
        starts.extend([mapped.starts[a + head]] * middle)
        ends.extend([mapped.ends[max(a + head, b - tail - 1)]] * middle)
        starts.extend(mapped.starts[b - tail : b])
        ends.extend(mapped.ends[b - tail : b])
    joined = "".join(text)
    return MappedText(joined, joined, starts, ends)


def _common(convert: Any, old: str, new: str) -> tuple[int, int]:
    """How many characters at each end correspond one to one."""
    single = "".join((convert(c) or c)[:1] for c in old)
    short = min(len(old), len(new)) - 1
    head = 0
    while head < short and single[head] == new[head]:
        head += 1
    tail = 0
    while tail < short - head and single[-1 - tail] == new[-1 - tail]:
        tail += 1
    return head, tail


@functools.cache
def _converter(config: str) -> Any:
    import opencc

    converter = opencc.OpenCC(config)
    return converter.convert
