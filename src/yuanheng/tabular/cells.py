"""One cell into one value: chooses the parser that belongs to a field."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from yuanheng.calc.faults import Fault
from yuanheng.tabular.credit_code import (
    OWN_BELOW,
    check_credit_code,
    damaged_code,
    is_damaged,
    normal_credit_code,
)
from yuanheng.tabular.dates import parse_date, parse_period
from yuanheng.tabular.numbers import Mended, error_cell, parse_boolean, parse_number
from yuanheng.tabular.table import FieldSpec
from yuanheng.tabular.texts import is_error_cell, is_unknown_figure, is_unknown_text, trimmed

Parser = Callable[[object], Mended | Fault]


def parser_of(spec: FieldSpec, unit: str, *, is_key: bool, is_period: bool) -> Parser:
    """The function that reads one cell of ``spec``; ``unit`` is the unit of the file's column."""
    if is_period:
        return parse_period
    if spec.kind == "number":
        return lambda cell: parse_number(cell, unit)
    if spec.kind == "date":
        return parse_date
    if spec.kind == "boolean":
        return parse_boolean
    if spec.check == "credit_code":
        return parse_credit_code
    if spec.check == "credit_code_or_own":
        return parse_code_or_own
    return parse_key if is_key else parse_text


def parse_text(cell: object) -> Mended | Fault:
    """The text of a cell without spaces at its ends; dashes, ``/`` and ``N/A`` are unknown."""
    text = as_text(cell)
    if is_unknown_text(text):
        return Mended(None, "unknown_word" if text else "")
    if is_error_cell(text):
        return error_cell(text)
    return Mended(text)


def parse_key(cell: object) -> Mended | Fault:
    """The text that names a subject; a long number is a code that lost its last digits."""
    if isinstance(cell, float | int) and not isinstance(cell, bool) and abs(cell) >= 1e15:
        return damaged_code(cell)
    text = as_text(cell)
    if is_unknown_figure(text):
        return Mended(None)
    if is_error_cell(text):
        return error_cell(text)
    if "e+" in text.lower() and is_damaged(text):
        return damaged_code(text)
    return Mended(text)


def parse_code_or_own(cell: object) -> Mended | Fault:
    """A credit code, or an office's own number: what is too short to be a credit code with a
    character or two lost is taken as it stands."""
    key = parse_key(cell)
    if isinstance(key, Fault) or key.value is None or len(str(key.value)) < OWN_BELOW:
        return key
    return parse_credit_code(cell)


def parse_credit_code(cell: object) -> Mended | Fault:
    """A unified social credit code in its normal form, checked."""
    key = parse_key(cell)
    if isinstance(key, Fault) or key.value is None:
        return key
    fault = check_credit_code(key.value)
    if fault:
        return fault
    normal = normal_credit_code(key.value)
    return Mended(normal, "credit_code_form" if normal != key.value else "")


def as_text(cell: object) -> str:
    """A cell of any type as the text people see."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    return trimmed(str(cell))
