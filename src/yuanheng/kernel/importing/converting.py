"""From the cells of a column to what the database holds, a whole column at a time."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import numpy as np
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, RegexValidator
from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext as _

from yuanheng.kernel.importing.batch import CLEAR, Batch, Values
from yuanheng.kernel.importing.fields import ExchangeField
from yuanheng.kernel.plain_text import UNKEPT
from yuanheng.tabular.table import CLEAR as CLEAR_WORD
from yuanheng.tabular.table import CLEARED, MASK
from yuanheng.tabular.texts import halved, trimmed

# An apostrophe that an export put before a text which a spreadsheet would take for a formula.
_GUARDED = re.compile(r"'+[=+\-@\t\r\n#＝＋－＠〈<＊*]")
_CLEAR_WORDS = frozenset({CLEAR_WORD, "<清空>", "＜清空＞", "《清空》", "【清空】"})


def guarded(text: str) -> str:
    """A text that neither a spreadsheet nor the import takes for something else."""
    risky = text[:1] in _RISKY or (text[:1] == "'" and _GUARDED.match(text))
    return "'" + text if risky or text in _CLEAR_WORDS or text == MASK else text


_RISKY = frozenset("=+-@\t\r\n#＝＋－＠")


def unguarded(text: str) -> str:
    return text[1:] if text[:1] == "'" and _GUARDED.match(text) else text


def plain_text(text: str) -> str:
    """Without what a table can't hold: a stored text as it comes back from an export."""
    return trimmed(UNKEPT.sub("", text).replace("\r\n", "\n"))


def raw_cells(column: np.ndarray[Any, Any], kind: str) -> Values:
    """A column of the reader as a list: texts as they stand, the rest without NaN."""
    if kind == "text":
        texts: Values = column.tolist()
        return [_text(cell) for cell in texts] if _want_care(texts) else texts
    if kind == "date":
        return _days(column)
    cells: Values = column.tolist()
    known = ~np.isnan(column)
    if kind == "boolean":
        return [
            None if not ok else CLEAR if cell == CLEARED else cell == 1.0
            for cell, ok in zip(cells, known.tolist(), strict=True)
        ]
    if known.all() and not np.isneginf(column).any():
        return cells
    return [
        None if not ok else CLEAR if cell == CLEARED else cell
        for cell, ok in zip(cells, known.tolist(), strict=True)
    ]


def _want_care(texts: Values) -> bool:
    """Whether one of the texts is more than itself; one look at all of them, as most are not."""
    joined = "\n".join(filter(None, texts))
    return (
        joined[:1] == "'"
        or "\n'" in joined
        or UNKEPT.search(joined) is not None
        or not _CLEAR_WORDS.isdisjoint(texts)
        or MASK in texts
    )


def _text(cell: Any) -> Any:
    if cell is None or cell == MASK:
        return None
    if cell in _CLEAR_WORDS:
        return CLEAR
    if cell[0] == "'":
        cell = trimmed(unguarded(cell))
    return cell if not UNKEPT.search(cell) else plain_text(cell) or None


def _days(column: np.ndarray[Any, Any]) -> Values:
    """Days since 1970 as ISO dates."""
    usable = np.isfinite(column)
    days = np.where(usable, column, 0).astype("int64").astype("datetime64[D]").astype(str)
    cells: Values = days.astype(object).tolist()
    for at in np.flatnonzero(~usable).tolist():
        cells[at] = CLEAR if column[at] == CLEARED else None
    return cells


def convert(batch: Batch, column: ExchangeField, cells: Values) -> Values:
    """The values of a plain column (no relation); what is wrong goes to the batch's faults."""
    converters: dict[str, Callable[[Batch, ExchangeField, Values], Values]] = {
        "number": _numbers,
        "whole": _whole_numbers,
        "choice": _choices,
        "moment": _moments,
        "text": _texts,
    }
    done = converters.get(column.kind, lambda b, c, values: values)(batch, column, cells)
    _refuse_clearing(batch, column, done)
    return done


def _refuse_clearing(batch: Batch, column: ExchangeField, values: Values) -> None:
    one = column.model_field
    if one is None or one.blank or one.null:
        return
    for at, value in enumerate(values):
        if value is CLEAR:
            batch.fault(at, column.code, _("This may not be left without a value."))


def _numbers(batch: Batch, column: ExchangeField, cells: Values) -> Values:
    one = column.model_field
    if not isinstance(one, models.DecimalField):
        return cells
    form = f"%.{one.decimal_places}f"
    return [c if c is None or c is CLEAR else form % (c + 0.0 or 0.0) for c in cells]


def _whole_numbers(batch: Batch, column: ExchangeField, cells: Values) -> Values:
    low, high = connection.ops.integer_field_range(column.model_field.get_internal_type())
    done: Values = []
    for at, cell in enumerate(cells):
        if cell is None or cell is CLEAR:
            done.append(cell)
            continue
        if not cell.is_integer():
            said = _("A whole number is expected, found %(found)s.") % {"found": f"{cell:.15g}"}
            batch.fault(at, column.code, said)
        elif (low is not None and cell < low) or (high is not None and cell > high):
            batch.fault(at, column.code, _("This number is too large for the register."))
        done.append(int(cell))
    return done


def _choices(batch: Batch, column: ExchangeField, cells: Values) -> Values:
    known: dict[Any, Any] = {None: None, CLEAR: CLEAR}
    for word in set(cells) - known.keys():
        known[word] = column.words.get(word.casefold()) or column.words.get(halved(word).lower())
    wrong = {word for word, code in known.items() if word and code is None}
    if wrong:
        allowed = " / ".join(word for word in column.labels.values() if word)
        for at, cell in enumerate(cells):
            if cell in wrong:
                said = _("“%(found)s” isn't one of: %(words)s.")
                batch.fault(at, column.code, said % {"found": cell, "words": allowed})
    return [known[cell] for cell in cells]


def _moments(batch: Batch, column: ExchangeField, cells: Values) -> Values:
    known: dict[Any, Any] = {None: None, CLEAR: CLEAR}
    for text in set(cells) - known.keys():
        known[text] = _moment(text)
    for at, cell in enumerate(cells):
        if cell and known[cell] is None:
            said = _("“%(found)s” is no time. Write it as 2024-01-05 09:30.") % {"found": cell}
            batch.fault(at, column.code, said)
    return [known[cell] for cell in cells]


def _moment(text: str) -> str | None:
    try:
        found = datetime.fromisoformat(text.replace("/", "-").replace("：", ":"))
    except ValueError:
        return None
    aware = found if found.tzinfo else timezone.make_aware(found)
    return aware.astimezone(timezone.get_default_timezone()).isoformat(sep=" ")


def _texts(batch: Batch, column: ExchangeField, cells: Values) -> Values:
    one = column.model_field
    if one is None:
        return cells
    most = None if isinstance(one, models.UUIDField) else one.max_length
    for at, cell in enumerate(cells) if most else ():
        if cell is not None and cell is not CLEAR and len(cell) > most:
            said = _("At most %(most)d characters, found %(found)d.")
            batch.fault(at, column.code, said % {"most": most, "found": len(cell)})
    for check in _checks(column):
        _run(batch, column, cells, check)
    return cells


def _checks(column: ExchangeField) -> list[Any]:
    if column.check:  # the reader has looked at each cell already
        return []
    return [v for v in column.model_field.validators if not isinstance(v, MaxLengthValidator)]


def _run(batch: Batch, column: ExchangeField, cells: Values, check: Any) -> None:
    """One of the field's own rules, asked once for each different text."""
    regex = check.regex if isinstance(check, RegexValidator) and not check.inverse_match else None
    wrong: dict[str, str] = {}
    for text in {cell for cell in cells if cell is not None and cell is not CLEAR}:
        if regex is not None and regex.search(text):
            continue
        try:
            check(text)
        except ValidationError as error:
            wrong[text] = " ".join(error.messages)
    if wrong:
        for at, cell in enumerate(cells):
            if cell in wrong:
                batch.fault(at, column.code, wrong[cell])
