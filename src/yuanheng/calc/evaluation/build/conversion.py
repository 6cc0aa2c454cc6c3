"""Bring a formula to the unit that the scheme names."""

from __future__ import annotations

from yuanheng.calc.faults import Fault
from yuanheng.calc.units import UnknownUnitError, conversion_factor


def conversion(given: str, wanted: str) -> tuple[float, list[Fault]]:
    """The factor from ``given`` to ``wanted``, or 1 and what is wrong with them."""
    try:
        return conversion_factor(given, wanted), []
    except UnknownUnitError as error:
        near = "、".join(error.suggestions)
        return 1.0, [
            Fault(
                "unknown_unit",
                f"不认识的计量单位“{error.word}”" + (f"；是否想写 {near}？" if near else "。"),
                f"Unknown unit of measure “{error.word}”"
                + (f"; did you mean {near}?" if near else "."),
            )
        ]
    except ValueError:
        return 1.0, [
            Fault(
                "unit_clash",
                f"公式的单位是“{given}”，不能换算成“{wanted}”；请改公式或单位。",
                f"The formula is in “{given}”, which does not convert to “{wanted}”.",
            )
        ]
