"""Formulas over a few named facts, as an office writes them for points or for an order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from yuanheng.calc.expression import Symbol, check, explain, parse
from yuanheng.calc.faults import FaultyInput


@dataclass(frozen=True)
class Facts:
    """What a formula may ask: by the name in programs, the Chinese name. Both may be written."""

    names: Mapping[str, str]

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
