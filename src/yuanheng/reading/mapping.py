"""Text that was tidied and still knows where each character stood in the original."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class MappedText:
    """Tidied text over an original.

    ``text`` is what rules look at (simplified, glosses gone, one kind of punctuation); ``shown``
    has the same length and keeps the punctuation as written. ``starts[i]`` and ``ends[i]`` are
    the original code points that the i-th character came from, end exclusive; both never fall.
    """

    text: str
    shown: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> Span:
        """The original span of a non-empty span of this text."""
        return self.starts[start], self.ends[end - 1]

    def name(self, start: int, end: int) -> str:
        """A name for people: simplified, without glosses and line breaks."""
        return self.shown[start:end].strip().replace("\n", "")

    def without(self, spans: Iterable[Span]) -> MappedText:
        """The same without some spans of it."""
        cuts = merged(spans)
        if not cuts:
            return self
        kept: list[Span] = []
        at = 0
        for start, end in cuts:
            kept.append((at, start))
            at = end
        kept.append((at, len(self.text)))
        return MappedText(
            "".join(self.text[a:b] for a, b in kept),
            "".join(self.shown[a:b] for a, b in kept),
            list(chain.from_iterable(self.starts[a:b] for a, b in kept)),
            list(chain.from_iterable(self.ends[a:b] for a, b in kept)),
        )

    def with_text(self, text: str) -> MappedText:
        """Other characters at the same places; ``text`` has the same length."""
        if len(text) != len(self.text):
            raise ValueError("the text must keep its length")
        return MappedText(text, self.shown, self.starts, self.ends)


def plain(original: str) -> MappedText:
    """The original itself."""
    length = len(original)
    return MappedText(original, original, range(length), range(1, length + 1))


def merged(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, overlapping and empty ones joined or dropped."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if end <= start:
            continue
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result
