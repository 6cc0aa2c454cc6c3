"""Finds the header of a table: one row or two, below titles and remarks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from yuanheng.calc.faults import Fault, FaultyInput
from yuanheng.tabular.headers import Match, Matcher, normal_header, unit_notes
from yuanheng.tabular.table import Convert, FieldSpec, Source, warning
from yuanheng.tabular.texts import letters, shown
from yuanheng.tabular.units import factor_between, looks_like_unit

SEARCHED_ROWS = 20


@dataclass(slots=True)
class Layout:
    """Where the header is (0-based rows, ``last`` included) and what its columns are."""

    first: int
    last: int
    texts: list[str]
    matches: dict[str, Match]
    factors: dict[str, float]
    notes: list[Fault]

    @property
    def header_rows(self) -> tuple[int, ...]:
        """The header's rows as Excel shows them."""
        return tuple(range(self.first + 1, self.last + 2))

    def source(self, file: str, sheet: str | None, form: str, encoding: str, sha: str) -> Source:
        """The description of the source that goes with this layout."""
        found = self.matches
        return Source(
            file=file,
            sheet=sheet,
            format=form,
            encoding=encoding,
            header_rows=self.header_rows,
            letters={code: letters(m.column) for code, m in found.items()},
            headers={code: m.header for code, m in found.items()},
            units={code: m.unit or "" for code, m in found.items()},
            sha256=sha,
        )


def best_score(rows: Sequence[Sequence[str]], matcher: Matcher) -> int:
    """How many fields the best header row of ``rows`` names; 0 means there is none."""
    return max((score for score, *_ in _candidates(rows, matcher)), default=0)


def find_layout(
    rows: Sequence[Sequence[str]],
    matcher: Matcher,
    *,
    needed: Sequence[str],
    convert: Convert,
    where: str,
) -> Layout:
    """The header within the first rows of a file and the columns it names.

    ``rows`` are texts, at least the first 21 rows; ``needed`` are the codes without which the
    table is useless; ``where`` names file and sheet for messages. Raises FaultyInput with
    everything that is wrong with the header.
    """
    candidates = _candidates(rows, matcher)
    if not candidates or candidates[0][0] == 0:
        raise FaultyInput([_no_header(rows, matcher, where)])
    _, first, last, texts = candidates[0]
    matches, faults = matcher.match(texts)
    faults = [_in_place(f, where, last + 1) for f in faults]
    faults += _missing(matcher, matches, texts, set(needed), where, last + 1)
    notes = _joined_note(first, last, where) + _ignored_note(matcher, texts, where)
    titles = [text for row in rows[:first] for text in row if text]
    matches, factors, more, bad = _units(matcher.fields, matches, titles, convert, where, last + 1)
    if faults or bad:
        raise FaultyInput(faults + bad)
    return Layout(first, last, texts, matches, factors, notes + more)


def _candidates(
    rows: Sequence[Sequence[str]], matcher: Matcher
) -> list[tuple[int, int, int, list[str]]]:
    """Possible headers, best first: score, first row, last row, text of each column."""
    found = []
    for i, row in enumerate(rows[:SEARCHED_ROWS]):
        single = matcher.count(row)
        if single:
            found.append((single, 1, -i, i, list(row)))
        if i + 1 >= len(rows):
            continue
        joined = _join(row, rows[i + 1], matcher)
        double = matcher.count(joined)
        alone = max(single, matcher.count(rows[i + 1]))
        if double > alone or (double and double == alone and _only_units(rows[i + 1])):
            found.append((double, 2, -i, i + 1, joined))
    # More fields first; then a unit row belongs to the header; then the upper row.
    found.sort(key=lambda c: (c[0], c[1], c[2]), reverse=True)
    return [(score, -minus, last, texts) for score, _, minus, last, texts in found]


def _join(upper: Sequence[str], lower: Sequence[str], matcher: Matcher) -> list[str]:
    """The texts of a header of two rows: group and name together, or the one that is known."""
    texts = []
    group = ""
    for column in range(max(len(upper), len(lower))):
        top = upper[column] if column < len(upper) else ""
        low = lower[column] if column < len(lower) else ""
        group = top or (group if low else "")
        if _is_unit(low):
            texts.append(f"{group}({low.strip('()（）')})" if group else low)
        elif low and group and group != low:
            joined = f"{group}{low}"
            known = matcher.field_of(joined) or not matcher.field_of(low)
            texts.append(joined if known else low)
        else:
            texts.append(low or top)
    return texts


def _is_unit(text: str) -> bool:
    return bool(text) and looks_like_unit(normal_header(text).strip("()"))


def _only_units(row: Sequence[str]) -> bool:
    filled = [text for text in row if text]
    return bool(filled) and all(_is_unit(text) for text in filled)


def _units(
    fields: Sequence[FieldSpec],
    matches: dict[str, Match],
    titles: Sequence[str],
    convert: Convert,
    where: str,
    row: int,
) -> tuple[dict[str, Match], dict[str, float], list[Fault], list[Fault]]:
    """The unit of every column, the factors to the fields' units, notes and faults."""
    announced = unit_notes(titles)
    done: dict[str, Match] = {}
    factors: dict[str, float] = {}
    notes: list[Fault] = []
    faults: list[Fault] = []
    for spec in fields:
        if spec.code not in matches:
            continue
        match = matches[spec.code]
        unit, factor = match.unit, 1.0
        if spec.kind == "number" and unit is None and spec.unit:
            unit, factor = _announced(announced, spec.unit, convert)
        elif spec.kind == "number" and unit is not None:
            try:
                factor = factor_between(convert, unit, spec.unit)
            except FaultyInput as error:
                cell = f"{letters(match.column)}{row}"
                faults += [_in_place(f, where, row, cell) for f in error.faults]
        if factor != 1.0:
            notes.append(_converted(spec, match, unit or "", where))
        if spec.kind != "number":
            unit = None
        shown_unit = spec.unit if unit is None else unit
        done[spec.code] = Match(match.column, match.header, shown_unit)
        factors[spec.code] = factor
    return done, factors, notes, faults


def _announced(announced: Sequence[str], unit: str, convert: Convert) -> tuple[str | None, float]:
    """The unit above the table that this column is in, if one of them can be turned into its."""
    for candidate in announced:
        try:
            return candidate, factor_between(convert, candidate, unit)
        except FaultyInput:
            continue
    return None, 1.0


def _converted(spec: FieldSpec, match: Match, unit: str, where: str) -> Fault:
    column = letters(match.column)
    place = "表头" if match.unit is not None else "表上方的单位说明"
    return warning(
        "unit_converted",
        f"{where}：{column} 列“{shown(match.header)}”按{place}以“{unit}”计，"
        f"已换算成“{spec.unit or '比值'}”。",
        f'{where}: column {column} "{shown(match.header)}" is in "{unit}" and was turned into '
        f'"{spec.unit or "a share"}".',
        path=column,
    )


def _missing(
    matcher: Matcher,
    matches: dict[str, Match],
    texts: Sequence[str],
    needed: set[str],
    where: str,
    row: int,
) -> list[Fault]:
    faults = []
    for spec in matcher.fields:
        if spec.code in matches or not (spec.required or spec.code in needed):
            continue
        near = matcher.near(spec, texts)
        names = "、".join(f"“{n}”" for n in dict.fromkeys((*spec.columns, spec.code)))
        zh = f"{where}：第 {row} 行表头中没有“{spec.label}”列（可用的列名：{names}）。"
        en = f'{where}: the header in row {row} has no column "{spec.label}" (known as {names}).'
        if near:
            zh += f"相近的列有：{'、'.join(near)}。请改正列名。"
            en += f" Similar columns: {', '.join(near)}. Correct the name."
        else:
            zh += "请补上该列。"
            en += " Add the column."
        faults.append(Fault("column_missing", zh, en, path=f"row {row}"))
    return faults


def _no_header(rows: Sequence[Sequence[str]], matcher: Matcher, where: str) -> Fault:
    filled = [[t for t in row if t] for row in rows[:SEARCHED_ROWS]]
    if not any(filled):
        return Fault(
            "file_empty",
            f"{where}：没有内容。请检查是否选错了文件或工作表。",
            f"{where}: there is nothing in it. Is it the right file and sheet?",
        )
    seen = "、".join(shown(t) for t in max(filled, key=len)[:8])
    wanted = "、".join(spec.label for spec in matcher.fields[:8])
    return Fault(
        "no_header",
        f"{where}：前 {SEARCHED_ROWS} 行中没有找到表头。应有的列名如：{wanted}；看到的是：{seen}。"
        "请让表头与模板一致。",
        f"{where}: no header row in the first {SEARCHED_ROWS} rows. Expected columns such as "
        f"{wanted}; found {seen}. Make the header like the template's.",
    )


def _joined_note(first: int, last: int, where: str) -> list[Fault]:
    if first == last:
        return []
    return [
        warning(
            "header_rows_joined",
            f"{where}：表头有两行（第 {first + 1}、{last + 1} 行），已合并理解。",
            f"{where}: the header has two rows ({first + 1} and {last + 1}), read as one.",
            path=f"row {first + 1}",
        )
    ]


def _ignored_note(matcher: Matcher, texts: Sequence[str], where: str) -> list[Fault]:
    names = [shown(t) for t in texts if t and matcher.field_of(t) is None]
    if not names:
        return []
    head = names[:20]
    more = len(names) - len(head)
    return [
        warning(
            "columns_ignored",
            f"{where}：没有用到的列：{'、'.join(head)}{f' 等 {len(names)} 列' if more else ''}。",
            f"{where}: columns not used: {', '.join(head)}{f' and {more} more' if more else ''}.",
        )
    ]


def _in_place(fault: Fault, where: str, row: int, cell: str = "") -> Fault:
    place = f"{where}：第 {row} 行表头" + (f"（{cell}）" if cell else "")
    path = cell or fault.path
    en_place = f"{where}: header in row {row}" + (f" ({cell})" if cell else "")
    return Fault(fault.code, f"{place}：{fault.zh}", f"{en_place}: {fault.en}", path=path)
