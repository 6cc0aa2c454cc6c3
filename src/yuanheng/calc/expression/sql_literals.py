"""Literals in portable SQL, with and without a type of their own."""

from __future__ import annotations

import re
from typing import Any

from yuanheng.calc.expression.nodes import Const

DOUBLE_ONE = "COS(0e0)"
"""The number 1 that every engine, PostgreSQL too, takes as a double."""

_TYPED_NULL = {
    "number": f"NULLIF({DOUBLE_ONE}, 1e0)",
    "date": f"NULLIF({DOUBLE_ONE}, 1e0)",
    "boolean": "(1 = NULL)",
    "text": "NULLIF('x', 'x')",
    "unknown": "NULL",
}


def number_text(value: float) -> str:
    """A number as an SQL literal with an exponent, which DuckDB and Spark take as a double.

    >>> number_text(2.5), number_text(-1e18)
    ('2.5e0', '(-1e+18)')
    """
    text = repr(float(value) + 0.0)
    if "e" not in text:
        text = f"{text.removesuffix('.0')}e0"
    return f"({text})" if text.startswith("-") else text


def text_literal(value: str) -> str:
    """A text as SQL; quotes and backslashes as CHR, since engines escape them differently.

    >>> text_literal("it's")
    "('it' || CHR(39) || 's')"
    """
    parts = [part for part in re.split(r"(['\\])", value) if part]
    shown = [f"CHR({ord(part)})" if part in "'\\" else f"'{part}'" for part in parts]
    if not shown:
        return "''"
    return shown[0] if len(shown) == 1 else f"({' || '.join(shown)})"


def literal(const: Const) -> str:
    """A literal beside something that has the right type already; NULL always with its type."""
    value: Any = const.value
    if value is None:
        return _TYPED_NULL[const.kind]
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return text_literal(value)
    return number_text(value)


def typed_literal(const: Const) -> str:
    """A literal that stands alone: a number is a double on PostgreSQL too."""
    text = literal(const)
    if const.value is not None and const.kind in ("number", "date"):
        return f"({text} * {DOUBLE_ONE})"
    return text
