"""SQL that reads the clean cells of a text column and says which cells are not clean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from yuanheng.tabular.credit_code import credit_code_sql
from yuanheng.tabular.numbers import LARGEST, SMALLEST
from yuanheng.tabular.table import FieldSpec
from yuanheng.tabular.texts import SPACES, UNKNOWN_DASHES, UNKNOWN_WORDS

_TRUE = ("是", "√", "1", "true", "True", "TRUE", "Y", "规上")
_FALSE = ("否", "×", "0", "false", "False", "FALSE", "N", "规下")
_PERIOD = r"(1[89]|2[01])\d{2}(H[12]|Q[1-4]|-(0[1-9]|1[0-2]))?"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """SQL for the value of a cell and for whether the cell was clean; NULL cells are clean."""

    value: str
    is_clean: str


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def name(identifier: str) -> str:
    """A name as a quoted SQL identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def usable_number(value: str) -> str:
    """SQL: the double ``value`` is finite and within reach (NaN and infinity are not)."""
    return (
        f"(abs({value}) <= {LARGEST!r}::DOUBLE AND "
        f"({value} = 0 OR abs({value}) >= {SMALLEST!r}::DOUBLE))"
    )


def cleaned_text(spec: FieldSpec, column: str, *, is_key: bool, is_period: bool) -> Cleaned:
    """How a VARCHAR expression becomes the value of ``spec``: the cells people write rightly.

    The rest is left to the parsers of ``cells``; both must agree on what they both read.
    """
    if is_period:
        clean = f"regexp_full_match({column}, {literal(_PERIOD)})"
        return Cleaned(column, clean)
    if spec.kind == "number":
        value = f"TRY_CAST({column} AS DOUBLE)"
        # DuckDB reads 1_000 as a number; a cell that says so is not one.
        return Cleaned(value, f"({usable_number(value)} AND NOT contains({column}, '_'))")
    if spec.kind == "date":
        shape = f"regexp_full_match({column}, '(19|20)\\d{{2}}([-/]\\d{{1,2}}){{2}}')"
        value = f"(TRY_CAST({column} AS DATE) - DATE '1970-01-01')::DOUBLE"
        return Cleaned(value, f"({shape} AND TRY_CAST({column} AS DATE) IS NOT NULL)")
    if spec.kind == "boolean":
        value = f"CASE WHEN {column} IN ({_list(_TRUE)}) THEN 1.0 ELSE 0.0 END::DOUBLE"
        return Cleaned(value, f"{column} IN ({_list(_TRUE + _FALSE)})")
    return _cleaned_words(spec, column, is_key)


def _cleaned_words(spec: FieldSpec, column: str, is_key: bool) -> Cleaned:
    if spec.check == "credit_code":
        return Cleaned(column, credit_code_sql(column))
    words = UNKNOWN_WORDS if is_key else UNKNOWN_DASHES
    # Only short texts can be words for unknown; the length is cheaper than the list.
    unknown = f"(length({column}) <= 4 AND lower({column}) IN ({_list(sorted(words))}))"
    spaced = f"length(trim({column}, {literal(SPACES)})) <> length({column})"
    strange = f"(starts_with({column}, '#') OR {spaced} OR {column} = '' OR {unknown}"
    if is_key:
        strange += f" OR contains({column}, 'E+') OR contains({column}, 'e+')"
    return Cleaned(column, f"NOT {strange})")


def _list(words: Iterable[str]) -> str:
    return ", ".join(literal(word) for word in words)
