"""What is wrong with an input, where, and what to do: said in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a scheme, an expression or a row.

    ``code`` is stable and for programs; ``zh`` and ``en`` are whole sentences for people that say
    what was found and what to do. ``path`` names the place in the file
    (``groups[0].items[2].formula``), ``start`` and ``end`` the characters inside that text, and
    ``line`` the line of the file where it is known.
    """

    code: str
    zh: str
    en: str
    severity: Severity = "error"
    path: str = ""
    start: int | None = None
    end: int | None = None
    line: int | None = None

    def text(self, lang: str = "zh") -> str:
        """The sentence in ``lang`` (``zh`` or ``en``)."""
        return self.en if lang == "en" else self.zh

    def at(self, path: str, line: int | None = None) -> Fault:
        """The same fault with its place in the file."""
        return replace(self, path=path, line=line if line is not None else self.line)


class FaultyInput(ValueError):
    """An input that can't be used; ``faults`` says everything that is wrong with it at once."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{f.path}: {f.en}" if f.path else f.en for f in faults))
