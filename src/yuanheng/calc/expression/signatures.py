"""Which kinds and units the functions take and give."""

from __future__ import annotations

from dataclasses import replace

from yuanheng.calc.expression.nodes import Call, Kind
from yuanheng.calc.expression.typed import (
    FaultList,
    Typed,
    unify_kinds,
    unify_units,
    with_kind,
)
from yuanheng.calc.units import Unit, parse_unit

_TAKES: dict[str, Kind] = {
    "sum": "number",
    "abs": "number",
    "round": "number",
    "floor": "number",
    "ceil": "number",
    "year": "date",
    "month": "date",
    "days_between": "date",
    "months_between": "date",
}
_GIVES_UNIT = {"year": "", "month": "", "days_between": "天", "months_between": "月"}


def check_call(call: Call, args: list[Typed], faults: FaultList) -> Typed:
    """A call with its arguments brought to one kind and unit, and what it gives."""
    name = call.function
    if name == "is_known":
        return _typed(call, args, "boolean", None)
    if name == "starts_with":
        faults.require(args[0], "text")
        return _typed(call, [with_kind(args[0], "text"), *args[1:]], "boolean", None)
    kind = _TAKES.get(name)
    if kind is not None:
        for arg in args:
            faults.require(arg, kind)
        args = [with_kind(arg, kind) for arg in args]
    else:
        args, kind = unify_kinds(args, faults)
        if name in ("min", "max"):
            for arg in args:
                faults.require(arg, "number", "date")
    if name in _GIVES_UNIT:
        return _typed(call, args, "number", parse_unit(_GIVES_UNIT[name]))
    if kind != "number":
        return _typed(call, args, kind, None)
    if name == "round":
        # The number of digits has no unit and takes none.
        return _typed(call, args, "number", args[0].unit)
    args, unit = unify_units(args, faults)
    return _typed(call, args, "number", unit)


def _typed(call: Call, args: list[Typed], kind: Kind, unit: Unit | None) -> Typed:
    return Typed(replace(call, args=tuple(arg.expr for arg in args)), kind, unit)
