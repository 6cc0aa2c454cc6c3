"""What a check takes and gives: the known names, and the expression as checked."""

from __future__ import annotations

from dataclasses import dataclass

from yuanheng.calc.expression.nodes import Expr, Kind, Ref
from yuanheng.calc.faults import Fault


@dataclass(frozen=True, slots=True)
class Symbol:
    """A field, indicator or computed column that an expression may name.

    ``low`` and ``high`` are bounds of a number in its ``unit``, None where there are none;
    ``name`` is the name that people know.
    """

    code: str
    kind: Kind
    unit: str = ""
    low: float | None = None
    high: float | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """An expression with names replaced by codes, shifts at the references and one unit in every
    sum and comparison; with its kind, its unit and everything that was found wrong."""

    expr: Expr
    kind: Kind
    unit: str
    faults: tuple[Fault, ...]
    references: tuple[Ref, ...]

    @property
    def ok(self) -> bool:
        """Whether the expression can be evaluated: no fault but warnings."""
        return all(fault.severity != "error" for fault in self.faults)
