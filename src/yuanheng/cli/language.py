"""Which language the command line speaks: Chinese, or English on request."""

from __future__ import annotations

import os
from collections.abc import Sequence

_chosen: list[str] = []


def current() -> str:
    """``zh`` or ``en``: the word of ``--lang``, else of YUANHENG_LANG, else Chinese."""
    if _chosen:
        return _chosen[-1]
    return "en" if os.environ.get("YUANHENG_LANG", "").lower().startswith("en") else "zh"


def say(zh: str, en: str) -> str:
    """The sentence in the language that was asked for."""
    return en if current() == "en" else zh


def take_language(words: Sequence[str]) -> list[str]:
    """The words without ``--lang``, which may stand anywhere before ``--``; it is remembered.

    Raises ValueError with the word where it is neither zh nor en.
    """
    _chosen.clear()
    kept: list[str] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "--":
            return [*kept, word, *rest]
        if word == "--lang" or word.startswith("--lang="):
            given = word.partition("=")[2] or (rest.pop(0) if "=" not in word and rest else "")
            if given not in ("zh", "en"):
                raise ValueError(given)
            _chosen.append(given)
        else:
            kept.append(word)
    return kept


def explained(zh: str, en: str, *examples: str) -> str:
    """The help of a command: what it does in both languages, and how a call looks."""
    lines = "\n".join(f"  {example}" for example in examples)
    return f"{zh}\n\n{en}\n\n\b\n例 / Example:\n{lines}"
