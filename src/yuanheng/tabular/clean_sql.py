"""SQL that reads the clean cells of a text column and says which cells are not clean."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from yuanheng.tabular.credit_code import OWN_BELOW, credit_code_sql
from yuanheng.tabular.numbers import LARGEST, SMALLEST
from yuanheng.tabular.table import FieldSpec
from yuanheng.tabular.texts import SPACES, UNKNOWN_DASHES, UNKNOWN_WORDS

_TRUE = ("是", "√", "1", "true", "True", "TRUE", "Y", "规上")
_FALSE = ("否", "×", "0", "false", "False", "FALSE", "N", "规下")
_PERIOD = r"(1[89]|2[01])\d{2}(H[12]|Q[1-4]|-(0[1-9]|1[0-2]))?"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """SQL for a cell: its value, whether it was clean, its text for mending, its column.

    ``is_clean`` speaks of cells that are not NULL; whether one is, only ``column`` tells cheaply.
    """

    value: str
    is_clean: str
    text: str
    column: str

    @property
    def is_odd(self) -> str:
        """SQL: the cell holds something that has to be mended."""
        return f"({self.column} IS NOT NULL AND NOT coalesce({self.is_clean}, false))"


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
        return Cleaned(column, clean, column, column)
    if spec.kind == "number":
        value = f"TRY_CAST({column} AS DOUBLE)"
        # DuckDB reads 1_000 as a number; a cell that says so is not one.
        return Cleaned(
            value, f"({usable_number(value)} AND NOT contains({column}, '_'))", column, column
        )
    if spec.kind == "date":
        shape = f"regexp_full_match({column}, '(19|20)\\d{{2}}([-/]\\d{{1,2}}){{2}}')"
        value = f"(TRY_CAST({column} AS DATE) - DATE '1970-01-01')::DOUBLE"
        return Cleaned(
            value, f"({shape} AND TRY_CAST({column} AS DATE) IS NOT NULL)", column, column
        )
    if spec.kind == "boolean":
        value = f"CASE WHEN {column} IN ({_list(_TRUE)}) THEN 1.0 ELSE 0.0 END::DOUBLE"
        return Cleaned(value, f"{column} IN ({_list(_TRUE + _FALSE)})", column, column)
    return _cleaned_words(spec, column, is_key)


def _cleaned_words(spec: FieldSpec, column: str, is_key: bool) -> Cleaned:
    if spec.check == "credit_code":
        return Cleaned(column, credit_code_sql(column), column, column)
    if spec.check == "credit_code_or_own":
        own = _cleaned_words(replace(spec, check=""), column, is_key).is_clean
        either = (
            f"CASE WHEN length({column}) < {OWN_BELOW} THEN {own} "
            f"ELSE {credit_code_sql(column)} END"
        )
        return Cleaned(column, either, column, column)
    words = UNKNOWN_WORDS if is_key else UNKNOWN_DASHES
    # The length in bytes is free; nearly all texts are longer than a word for unknown.
    longest = max(len(word.encode()) for word in words)
    unknown = (
        f"CASE WHEN strlen({column}) <= {longest} "
        f"THEN lower({column}) IN ({_list(sorted(words))}) ELSE false END"
    )
    strange = f"{_has_odd_ends(column)} OR {unknown}"
    if not is_key:
        return Cleaned(column, f"NOT ({strange})", column, column)
    # 9.15E+17; other keys with a plus are looked at once more, no harm.
    strange += f" OR contains({column}, '+')"
    plain = (
        f"{column} >= '0' AND {column}[-1] NOT IN ({_list(_PLAIN_ENDS)}) "
        f"AND NOT contains({column}, '+')"
    )
    clean = f"CASE WHEN {is_plain(column)} THEN {plain} ELSE NOT ({strange}) END"
    return Cleaned(column, clean, column, column)


def is_plain(column: str) -> str:
    """SQL: a text of ASCII only and longer than any word for unknown, as nearly all codes are:
    looking at the rarer cases for each of them would take most of the time of reading."""
    return f"(strlen({column}) = length({column}) AND strlen({column}) > {_LONGEST_WORD})"


def trimmed_text(column: str) -> str:
    """SQL: a text without spaces at its ends, unknown where it is but a dash: what the parser
    makes of it, for a text that nothing is computed from."""
    trimmed = f"trim({column}, {literal(''.join(SPACES))})"
    # A pattern and not IN, which becomes a join that runs even where nobody reads the name.
    words = "|".join(re.escape(word) for word in sorted(UNKNOWN_DASHES))
    dashes = f"regexp_full_match(lower({trimmed}), {literal(words)})"
    return (
        f"CASE WHEN strlen({trimmed}) = 0 THEN NULL WHEN strlen({trimmed}) <= {_LONGEST_DASH} "
        f"AND {dashes} THEN NULL ELSE {trimmed} END"
    )


_PLAIN_ENDS = (" ", "\t", "\r", "\n", ":")
_LONGEST_WORD = max(len(word.encode()) for word in UNKNOWN_WORDS)
_LONGEST_DASH = max(len(word.encode()) for word in UNKNOWN_DASHES)


def _has_odd_ends(column: str) -> str:
    """SQL: empty, a space at an end, or an error such as #REF!; seven times faster than trim."""
    wide = [space for space in SPACES if space > "!"]
    return (
        f"{column} < '!' OR {column}[1] IN ({_list(['#', *wide])}) "
        f"OR {column}[-1] IN ({_list(SPACES)})"
    )


def _list(words: Iterable[str]) -> str:
    return ", ".join(literal(word) for word in words)
