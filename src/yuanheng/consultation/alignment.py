"""Paragraphs of a draft: split, numbered so that a number stays through editions, compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

FAR, TRIED = 100, 2  # how far a paragraph is looked for, and how many are compared closely
ALIKE = 0.5  # from this likeness on, a paragraph is the old one with other words
SAME, CHANGED, NEW, GONE = "same", "changed", "new", "gone"


@dataclass(frozen=True, slots=True)
class Numbered:
    """A paragraph with its number: ``12``, or ``12-1`` for one put in after it later."""

    number: str
    words: str


@dataclass(frozen=True, slots=True)
class Changed:
    """One paragraph in two editions; ``pieces`` are (kept, put in or taken out, the words)."""

    kind: str
    number: str
    pieces: tuple[tuple[str, str], ...]


def paragraphs_of(text: str) -> list[str]:
    """The lines that hold words, without the spaces around them.

    >>> paragraphs_of(" 第一条　总则\\r\\n\\n　　为了……\\n")
    ['第一条　总则', '为了……']
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [line.strip() for line in lines if line.strip()]


def numbered(old: Sequence[Numbered], new: Sequence[str]) -> list[Numbered]:
    """The paragraphs of a new edition: those that were there before keep their numbers.

    >>> [one.number for one in numbered([], ["甲", "乙"])]
    ['1', '2']
    >>> before = [Numbered("1", "总则"), Numbered("2", "附则")]
    >>> [one.number for one in numbered(before, ["总则", "全新的一条", "附则"])]
    ['1', '1-1', '2']
    """
    if not old:
        return [Numbered(str(at), words) for at, words in enumerate(new, 1)]
    kept = _kept([one.words for one in old], new)
    used = {one.number for one in old}
    found: list[Numbered] = []
    base = "0"
    for at, words in enumerate(new):
        if at in kept:
            number = old[kept[at]].number
            base = number.partition("-")[0]
        else:
            count = 1
            while (number := f"{base}-{count}") in used:
                count += 1
            used.add(number)
        found.append(Numbered(number, words))
    return found


def _kept(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Which new paragraph is which old one, in the same order."""
    found: dict[int, int] = {}
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found |= {b1 + step: a1 + step for step in range(a2 - a1)}
        elif tag == "replace":
            found |= _alike(old, new, range(a1, a2), range(b1, b2))
    return found


def _alike(old: Sequence[str], new: Sequence[str], before: range, after: range) -> dict[int, int]:
    """In a rewritten stretch: each new paragraph with the likest old one that is left, within
    some way of where it stood. Only those that share most pairs of characters are compared letter
    by letter: 600 paragraphs rewritten as a whole take seconds, not a minute."""
    pairs = {one: _pairs(old[one]) for one in before}
    found: dict[int, int] = {}
    first = before.start
    for at in after:
        mine = _pairs(new[at])
        middle = before.start + len(before) * (at - after.start) // len(after)
        near = range(max(first, middle - FAR), min(before.stop, middle + FAR))
        shared = sorted(((len(mine & pairs[one]), -one) for one in near), reverse=True)
        likeness = [(_likeness(old[-one], new[at]), one) for count, one in shared[:TRIED] if count]
        best, place = max(likeness, default=(0.0, 0))
        if best >= ALIKE:
            found[at] = -place
            first = -place + 1
    return found


def _pairs(words: str) -> set[str]:
    """Neighbouring characters; of one character, itself."""
    return {words[at : at + 2] for at in range(max(1, len(words) - 1))}


@lru_cache(maxsize=4096)
def _likeness(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0.0
    return matcher.ratio()


def differences(old: Sequence[Numbered], new: Sequence[Numbered]) -> list[Changed]:
    """Every paragraph of both editions in the order of reading, with what has changed in it."""
    before = {one.number: one.words for one in old}
    after = {one.number for one in new}
    found: list[Changed] = []
    rest = list(old)
    for one in new:
        if one.number in before:
            while rest and rest[0].number != one.number:
                gone = rest.pop(0)
                if gone.number not in after:
                    found.append(Changed(GONE, gone.number, (("out", gone.words),)))
            rest = rest[1:]
            pieces = _pieces(before[one.number], one.words)
            kind = SAME if before[one.number] == one.words else CHANGED
            found.append(Changed(kind, one.number, pieces))
        else:
            found.append(Changed(NEW, one.number, (("in", one.words),)))
    found += [
        Changed(GONE, one.number, (("out", one.words),)) for one in rest if one.number not in after
    ]
    return found


def _pieces(old: str, new: str) -> tuple[tuple[str, str], ...]:
    """
    >>> _pieces("三年内达到", "两年内达到")
    (('out', '三'), ('in', '两'), ('', '年内达到'))
    """
    pieces: list[tuple[str, str]] = []
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(("", old[a1:a2]))
            continue
        pieces += [("out", old[a1:a2])] if a2 > a1 else []
        pieces += [("in", new[b1:b2])] if b2 > b1 else []
    return tuple(pieces)
