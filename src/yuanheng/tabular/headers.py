"""Recognises the columns of a table by their headers, and the unit that a header carries."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from yuanheng.calc.faults import Fault
from yuanheng.tabular.table import FieldSpec
from yuanheng.tabular.texts import SPACES, letters, shown
from yuanheng.tabular.units import looks_like_unit

_BRACKET = re.compile(r"(.+)[(\[〔【](?:单位:)?([^()\[\]]*)[)\]〕】]")
_TAIL = re.compile(r"(.+)[/,;、:]([^/,;、:]+)")
_NUMBERING = re.compile(r"^([*★#]+|\d{1,3}[.、](?!\d)|[一二三四五六七八九十]+、|其中:)")
_REMARKS = frozenset({"必填", "选填", "全称", "公章", "可空", "文本", "数字", "是/否", "*"})
_UNIT_NOTE = re.compile(r"(?:计量|金额)?单位:(.+?)(?:[)\s]|$)")


@dataclass(frozen=True, slots=True)
class Match:
    """A field found in a column: 0-based ``column``, the header's text and its unit."""

    column: int
    header: str
    unit: str | None


def normal_header(text: str) -> str:
    """The header without spaces, numbering and case, in ordinary width."""
    text = unicodedata.normalize("NFKC", text).lower().replace("﹙", "(").replace("﹚", ")")
    text = "".join(c for c in text if c not in SPACES)
    previous = ""
    while text != previous:
        previous, text = text, _NUMBERING.sub("", text)
    return text.rstrip("*:")


def forms(text: str) -> list[tuple[str, str | None]]:
    """The readings of a header: itself, and name and word where it ends in a word set apart."""
    whole = normal_header(text)
    found: list[tuple[str, str | None]] = [(whole, None)]
    for pattern in (_BRACKET, _TAIL):
        match = pattern.fullmatch(whole)
        if not match:
            continue
        name, word = match[1].rstrip("*:"), match[2]
        if word in _REMARKS or not word:
            found.extend(forms(name) if name != whole else [])
        else:
            found.append((name, word))
    return found


class Matcher:
    """Matches header texts to fields; built once, used for every candidate header row."""

    def __init__(self, fields: Sequence[FieldSpec]) -> None:
        self.fields = fields
        self._by_name: dict[str, FieldSpec] = {}
        for spec in fields:
            for name in (*spec.columns, spec.code):
                self._by_name.setdefault(normal_header(name), spec)

    def field_of(self, header: str) -> tuple[str, str | None] | None:
        """The field code and unit for one header text, or None."""
        if not header:
            return None
        for name, word in forms(header):
            spec = self._by_name.get(name)
            if spec is None:
                continue
            if word is not None and word == normal_header(spec.unit):
                return spec.code, spec.unit
            if word is None or looks_like_unit(word):
                return spec.code, word
        return None

    def count(self, row: Sequence[str]) -> int:
        """How many different fields the texts of a row name."""
        return len({hit[0] for text in row if (hit := self.field_of(text))})

    def match(self, row: Sequence[str]) -> tuple[dict[str, Match], list[Fault]]:
        """The fields of a header row, and a fault for each field that two columns name."""
        found: dict[str, Match] = {}
        faults = []
        for column, text in enumerate(row):
            hit = self.field_of(text)
            if hit is None:
                continue
            code, unit = hit
            if code in found:
                faults.append(_twice(code, found[code], Match(column, text, unit)))
            else:
                found[code] = Match(column, text, unit)
        return found, faults

    def near(self, spec: FieldSpec, row: Sequence[str]) -> list[str]:
        """The headers that look most like the field, for a fault about a missing column."""
        known = {normal_header(t): t for t in row if t and self.field_of(t) is None}
        near: list[str] = []
        for name in (*spec.columns, spec.code):
            wanted = normal_header(name)
            close = difflib.get_close_matches(wanted, known, n=3, cutoff=0.5)
            inside = [
                k
                for k in known
                if len(wanted) > 1 and (wanted in k or (len(k) > 1 and k in wanted))
            ]
            near += [known[k] for k in [*close, *inside]]
        return [shown(t) for t in dict.fromkeys(near)][:3]


def unit_notes(texts: Sequence[str]) -> list[str]:
    """The units that title rows announce for the whole table (``单位：万元、亩``)."""
    found: list[str] = []
    for text in texts:
        plain = unicodedata.normalize("NFKC", text)
        for match in _UNIT_NOTE.finditer(plain):
            words = re.split(r"[、,，;/和 ]", match[1].strip("() "))
            found += [w for w in words if looks_like_unit(w)]
    return found


def _twice(code: str, first: Match, second: Match) -> Fault:
    a, b = letters(first.column), letters(second.column)
    return Fault(
        "column_twice",
        f"{a} 列“{shown(first.header)}”和 {b} 列“{shown(second.header)}”都是 {code}。"
        "请只保留一列。",
        f'Columns {a} "{shown(first.header)}" and {b} "{shown(second.header)}" are both {code}. '
        "Keep one of them.",
        path=f"{a},{b}",
    )
