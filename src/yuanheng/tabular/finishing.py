"""From raw columns to the table: mends cells, rejects rows with reasons, keeps all others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from yuanheng.calc.faults import Fault
from yuanheng.tabular.cells import parser_of
from yuanheng.tabular.duplicates import find_duplicates
from yuanheng.tabular.numbers import Mended
from yuanheng.tabular.skipping import skipped_rows
from yuanheng.tabular.table import (
    CLEAR,
    CLEARED,
    MASK,
    FieldSpec,
    RawColumn,
    RawTable,
    Rejected,
    Table,
    warning,
)
from yuanheng.tabular.texts import halved
from yuanheng.tabular.units import scaled

Array = np.ndarray[Any, Any]

_HOW = {
    "thousands": ("含千位分隔符的数已按数读取", "numbers with thousands separators read"),
    "fullwidth": ("全角数字已按数读取", "full-width figures read as numbers"),
    "text_number": ("文本格式的数已按数读取", "numbers stored as text read as numbers"),
    "percent": ("百分数已按数读取", "percentages read as numbers"),
    "money_suffix": ("带“万”“亿”“元”的金额已换算", "amounts with 万, 亿 or 元 converted"),
    "brackets": ("括号表示的负数已按负数读取", "numbers in brackets read as negative"),
    "unknown_word": ("“-”“无”等已按没有数据处理（不是 0）", "dashes read as unknown, not 0"),
    "serial_date": ("Excel 日期序号已按日期读取", "Excel serial numbers read as dates"),
    "month_only": ("只有年月的日期按当月 1 日处理", "months read as their first day"),
    "credit_code_form": ("信用代码已统一为半角大写", "credit codes in their normal form"),
    "period_form": ("期间已统一写法", "periods brought to their normal form"),
}  # fmt: skip


_MASK = halved(MASK)
_CLEAR = frozenset(halved(word) for word in (CLEAR, "<清空>", "《清空》", "【清空】"))


class Finisher:
    """Carries one raw table through mending, checking and choosing of rows."""

    def __init__(
        self,
        raw: RawTable,
        fields: Sequence[FieldSpec],
        *,
        id_field: str,
        name_field: str | None,
        period_field: str | None,
        id_optional: bool = False,
    ) -> None:
        self.raw = raw
        self.specs = {spec.code: spec for spec in fields if spec.code in raw.columns}
        self.id_field, self.name_field, self.period_field = id_field, name_field, period_field
        self.id_optional = id_optional
        self.notes = list(raw.notes)
        self.faults: dict[int, list[tuple[str, Fault]]] = {
            at: list(found) for at, found in raw.faults.items()
        }
        self.values: dict[str, Array] = {}

    def table(self) -> Table:
        """The finished table; call once."""
        for code, spec in self.specs.items():
            self.values[code] = self._mended(spec, self.raw.columns[code])
            self._check_range(spec)
        skipped, notes = skipped_rows(self.raw, self.values, self.id_field, self.name_field)
        self.notes += notes
        self._check_keys(skipped)
        usable = ~skipped
        usable[[at for at in self.faults if at < len(usable)]] = False
        self._check_duplicates(usable)
        for at in self.faults:
            usable[at] = False
        rejected = [self._rejected(at) for at in sorted(self.faults) if not skipped[at]]
        everything = bool(usable.all())
        keep = slice(None) if everything else usable
        columns = {code: values[keep] for code, values in self.values.items()}
        return Table(columns, self.raw.rows[keep], self.raw.source, rejected, self.notes)

    def _place(self, code: str, at: int) -> str:
        return self.raw.source.cell(code, int(self.raw.rows[at]))

    def _add(self, at: int, code: str, fault: Fault) -> None:
        self.faults.setdefault(at, []).append((code, fault))

    def _mended(self, spec: FieldSpec, column: RawColumn) -> Array:
        """The column's values with every odd cell read; faults and notes are kept."""
        parse = parser_of(
            spec,
            column.unit,
            is_key=spec.code == self.id_field,
            is_period=spec.code == self.period_field,
        )
        known: dict[Any, Mended | Fault] = {}
        hows: Counter[str] = Counter()
        first: dict[str, int] = {}
        is_float = column.values.dtype != object
        cleared: list[int] = []
        for at, cell in zip(column.odd_at.tolist(), column.odd, strict=True):
            key = (type(cell), cell)
            read = known.get(key)
            if read is None:
                read = known[key] = _marked(spec, cell) or parse(cell)
            if isinstance(read, Fault):
                self._add(at, spec.code, read)
                continue
            if read.how:
                hows[read.how] += 1
                first.setdefault(read.how, at)
            if read.value == CLEARED:
                cleared.append(at)
            elif read.value is not None or not is_float:
                column.values[at] = read.value
        self._note_mending(spec, hows, first)
        values = scaled(column.values, column.factor) if is_float else column.values
        if cleared:
            values[cleared] = CLEARED
        return values

    def _note_mending(self, spec: FieldSpec, hows: Counter[str], first: dict[str, int]) -> None:
        is_text_file = self.raw.source.format == "csv"
        for how, count in hows.items():
            if how == "text_number" and is_text_file:
                continue
            zh, en = _HOW[how]
            place = self._place(spec.code, first[how])
            self.notes.append(
                warning(
                    f"mended_{how}",
                    f"“{spec.label}”列：{count} 个单元格{zh}（首见 {place}）。",
                    f'Column "{spec.label}": {count} cells, {en} (first {place}).',
                    path=place,
                )
            )

    def _check_range(self, spec: FieldSpec) -> None:
        if spec.kind != "number":
            return
        values = self.values[spec.code]
        with np.errstate(invalid="ignore"):
            wrong = np.zeros(len(values), dtype=bool)
            if spec.low is not None:
                wrong |= values <= spec.low if spec.low_exclusive else values < spec.low
            if spec.high is not None:
                wrong |= values > spec.high
            if self.raw.columns[spec.code].factor != 1.0:
                wrong |= np.abs(values) > 1e18
            wrong &= values != CLEARED
        for at in np.flatnonzero(wrong).tolist():
            self._add(at, spec.code, out_of_range(spec, float(values[at])))

    def _check_keys(self, skipped: Array) -> None:
        """Rows without an id, or without a period where one is asked for."""
        for code in filter(None, (self.id_field, self.period_field)):
            if code == self.id_field and self.id_optional:
                continue
            values = self.values[code]
            for at in np.flatnonzero(values == None).tolist():  # noqa: E711
                known = any(c == code for c, _ in self.faults.get(at, ()))
                if not skipped[at] and not known:
                    self._add(at, code, _key_missing(self.specs[code]))

    def _check_duplicates(self, usable: Array) -> None:
        known = usable & (self.values[self.id_field] != None)  # noqa: E711
        for at, fault in find_duplicates(
            self.raw.rows, self.values, known, self.id_field, self.period_field
        ):
            self._add(at, self.id_field, fault)

    def _rejected(self, at: int) -> Rejected:
        found = self.faults[at]
        cells = tuple(self._place(code, at) if code else "" for code, _ in found)
        zh, en = [], []
        for (code, fault), cell in zip(found, cells, strict=True):
            label = self.specs[code].label if code in self.specs else code
            zh.append(f"{cell}（{label}）：{fault.zh}" if code else fault.zh)
            en.append(f"{cell} ({label}): {fault.en}" if code else fault.en)
        return Rejected(
            row=int(self.raw.rows[at]),
            id=self._shown(self.id_field, at),
            name=self._shown(self.name_field, at),
            code=found[0][1].code,
            zh="；".join(zh),
            en=" ".join(en),
            cells=tuple(dict.fromkeys(c for c in cells if c)),
        )

    def _shown(self, code: str | None, at: int) -> str | None:
        """The id or name of a rejected row, as found where it could not be read."""
        if code is None or code not in self.values:
            return None
        value = self.values[code][at]
        if value is None:
            column = self.raw.columns[code]
            nearest = int(np.searchsorted(column.odd_at, at))
            if nearest < len(column.odd) and column.odd_at[nearest] == at:
                value = str(column.odd[nearest])
        return None if value is None else str(value)


def _marked(spec: FieldSpec, cell: object) -> Mended | None:
    """What a cell of a table that goes out and comes back may say instead of a value."""
    if not spec.clearable or not isinstance(cell, str) or len(cell) > 12:
        return None
    word = halved(cell)
    if word == _MASK:
        return Mended(None)
    if word in _CLEAR:
        return Mended(CLEAR if spec.kind == "text" else CLEARED)
    return None


def out_of_range(spec: FieldSpec, value: float) -> Fault:
    """The fault for a value outside the bounds of its field."""
    if spec.low is not None and (value < spec.low or (spec.low_exclusive and value <= spec.low)):
        zh = f"应{'大于' if spec.low_exclusive else '不小于'} {spec.low:g}"
        en = f"{'more than' if spec.low_exclusive else 'at least'} {spec.low:g}"
    elif spec.high is not None and value > spec.high:
        zh, en = f"应不大于 {spec.high:g}", f"at most {spec.high:g}"
    else:
        zh, en = "绝对值应不超过 1e18", "within 1e18"
    return Fault(
        "out_of_range",
        f"数值 {value:.15g}{spec.unit} 超出范围，{zh}{spec.unit}。请核对数值和单位。",
        f"The value {value:.15g} {spec.unit} must be {en} {spec.unit}. Check value and unit.",
    )


def _key_missing(spec: FieldSpec) -> Fault:
    return Fault(
        "key_missing",
        f"没有填写“{spec.label}”，无法知道这一行是谁的数据。请补填。",
        f'"{spec.label}" is empty, so nobody knows whose row this is. Fill it in.',
    )
