"""Formulas over a few named facts, as an office writes them for points or for an order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from yuanheng.calc.expression import Symbol, check, explain, parse
from yuanheng.calc.faults import FaultyInput
from yuanheng.kernel.figures import in_english

USUAL_SOURCE = "本系统的建议，不是任何文件的条款；可按本地办法修改"
"""Of a formula that comes with the software; kept with what was reckoned by it."""


def source_words(source: str) -> str:
    """On whose word a formula counts, in the reader's language where the words are our own."""
    if source != USUAL_SOURCE:
        return source
    return _("Proposed by this system, a clause of no document; it can be set as is done locally.")


@dataclass(frozen=True)
class Facts:
    """What a formula may ask: by the name in programs, the Chinese name. Both may be written."""

    names: Mapping[str, str]

    def label(self, code: str) -> str:
        """A fact in the reader's language."""
        return code.replace("_", " ") if in_english() else self.names[code]

    def shown(self, formula: str) -> str:
        """A formula in the reader's language: every name has its word in both."""
        if in_english():
            for code, name in sorted(self.names.items(), key=lambda pair: -len(pair[1])):
                formula = formula.replace(name, code)
        return formula

    def faults(self, formula: str) -> list[str]:
        """What is wrong with a formula, in sentences of the reader's language."""
        from yuanheng.kernel.importing.reading import language

        try:
            found = check(parse(formula), self._symbols()).faults
        except FaultyInput as error:
            found = error.faults
        return [one.text(language()) for one in found if one.severity == "error"]

    def reader(self, formula: str) -> Callable[[Mapping[str, float | None]], float | None]:
        """The formula, read once, for many rows: facts in, a number out; None where it isn't
        known."""
        tree = check(parse(formula), self._symbols()).expr

        def value(known: Mapping[str, float | None]) -> float | None:
            found = explain(tree, known).value
            return float(found) if isinstance(found, int | float) else None

        return value

    def _symbols(self) -> dict[str, Symbol]:
        found = {}
        for code, name in self.names.items():
            found[code] = found[name] = Symbol(code, "number", name=name)
        return found
