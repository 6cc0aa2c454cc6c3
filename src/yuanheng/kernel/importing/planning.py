"""From a file to a plan: read, understood, compared with the register, tried."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from yuanheng.calc.faults import Fault
from yuanheng.kernel.bulk import insert_rows, update_rows
from yuanheng.kernel.exporting.mending import columns_at_fault, source_of
from yuanheng.kernel.exporting.recognising import refuse_other_register, stamp_notes
from yuanheng.kernel.importing.batch import CLEAR, Batch, Values
from yuanheng.kernel.importing.converting import convert, raw_cells
from yuanheng.kernel.importing.fields import ExchangeField
from yuanheng.kernel.importing.known import (
    differences,
    fingerprint,
    forget_masked,
    look_up,
    writable_keys,
)
from yuanheng.kernel.importing.matching.questions import ask
from yuanheng.kernel.importing.plan import Outcome, Plan
from yuanheng.kernel.importing.reading import language
from yuanheng.kernel.importing.relations import natural_key, resolve, resolve_late
from yuanheng.kernel.importing.showing import change_lines
from yuanheng.kernel.policies import IMPORT, policy_for
from yuanheng.tabular import Table, read_table
from yuanheng.tabular.dates import parse_date

if TYPE_CHECKING:
    from yuanheng.kernel.importing.base import TableImporter

_TRIED_AT_ONCE = 500
_ROWS = uuid.UUID("6b1d1c1e-6a56-4f0e-8d43-1d0f7c2b9a10")  # what rows without a token are named by
_COMPARED = {Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED}


def make_plan(importer: TableImporter, path: Path, *, acting_user: Any, file_name: str) -> Plan:
    """Everything the file would do. Raises ``FaultyInput`` for a file that is no such table."""
    refuse_other_register(importer, path)
    fields = {one.code: one for one in importer.fields}
    table = read_table(
        path,
        [one.spec for one in fields.values()],
        id_field=importer.key_name,
        name_field=importer.label_name,
        id_optional=bool(importer.match_by) or importer.makes_keys,
    )
    batch = _batch(importer, table, fields, acting_user)
    _understand(importer, batch)
    answers = ask(importer, batch)
    batch.aside |= answers.open.keys() | answers.skipped
    _compare_keys(importer, batch)
    importer.derive(batch)
    forget_masked(batch, importer.model)
    changed = differences(batch, importer.model)
    _check_new(importer, batch)
    _check_unique(importer, batch)
    _check_rows(importer, batch, changed)
    importer.check_area(batch, changed)
    extra = importer.extra_changes(batch)
    late = _late_changes(importer, batch)
    for at, lines in late.items():
        extra.setdefault(at, [])[:0] = lines
    plan = _plan(importer, table, batch, changed, extra, answers)
    plan.file_name = file_name or Path(path).name
    plan.notes[:0] = stamp_notes(importer, path)
    return plan


def _batch(
    importer: TableImporter, table: Table, fields: Mapping[str, ExchangeField], user: Any
) -> Batch:
    cells: dict[str, Values] = {
        code: raw_cells(
            table.columns[code], "text" if code == importer.key_name else one.spec.kind
        )
        for code, one in fields.items()
        if code in table.columns
    }
    given = cells.setdefault(importer.key_name, [None] * len(table.rows))
    keys = [None if key is None or key is CLEAR else importer.normal_key(key) for key in given]
    wrong: list[int] = []
    if importer.makes_keys:
        keys = [key or _made_key(importer, cells, at) for at, key in enumerate(keys)]
        wrong = [at for at, key in enumerate(keys) if not _is_token(key)]
    is_day = fields[importer.key_name].kind == "date"
    labels = cells.get(importer.label_name) or [None] * len(keys)
    batch = Batch(
        user=user,
        lines=table.rows.tolist(),
        keys=keys,
        labels=[label or "" for label in labels],
        fields={code: one for code, one in fields.items() if code in cells},
        cells=cells,
    )
    for at in wrong:
        said = _("“%(found)s” is no token of this register. Leave it empty for a new row.")
        batch.fault(at, importer.key_name, said % {"found": keys[at]})
    seen: dict[str, int] = {}
    for at, key in enumerate(keys):
        if is_day and key:
            key = keys[at] = _day_key(batch, at, importer.key_name, key)
        first = seen.setdefault(key, at) if key else at
        if first != at:
            said = _("Code %(code)s stands in line %(line)d already. Keep one of the two lines.")
            batch.fault(at, importer.key_name, said % {"code": key, "line": batch.lines[first]})
    return batch


def _is_token(key: str) -> bool:
    try:
        return str(uuid.UUID(key)) == key
    except ValueError:
        return False


def _made_key(importer: TableImporter, cells: Mapping[str, Values], at: int) -> str:
    """A token for a row that has none: the same for the same row, so that a file that comes twice
    brings its rows once."""
    words = [
        f"{code}={column[at]}" for code, column in sorted(cells.items())
        if code != importer.key_name and column[at] is not None and column[at] is not CLEAR
    ]  # fmt: skip
    return str(uuid.uuid5(_ROWS, f"{importer.code}|{'|'.join(words)}"))


def _day_key(batch: Batch, at: int, code: str, text: str) -> str:
    """A day as a natural key."""
    read = parse_date(text)
    if isinstance(read, Fault):
        batch.fault(at, code, read.text(language()))
        return text
    return str(np.datetime64(int(read.value), "D"))


def _understand(importer: TableImporter, batch: Batch) -> None:
    """What the cells of each column mean."""
    for code, column in batch.fields.items():
        cells = batch.cells[code]
        if column.is_extra:
            continue
        if importer.is_late(column):
            finder = importer.finder(column, batch.user)
            batch.late[column.attname] = resolve_late(batch, column, cells, finder)
        elif column.kind == "relation":
            finder = importer.finder(column, batch.user)
            batch.values[column.attname] = resolve(batch, column, cells, finder)
        elif code == importer.key_name:
            values = [key for key in batch.keys]
            is_text = column.kind == "text"
            batch.values[column.attname] = convert(batch, column, values) if is_text else values
        else:
            batch.values[column.attname] = convert(batch, column, cells)


def _compare_keys(importer: TableImporter, batch: Batch) -> None:
    """The rows that are in the register, and whether the person may write over them."""
    read = {*batch.values, *batch.late, importer.label_name}
    look_up(batch, importer.model, importer.key_name, _known_names(importer, read))
    writable = writable_keys(batch, importer.model)
    labels = batch.known.get(importer.label_name, None)
    for at, (pk, place) in batch.found.items():
        if labels is not None:
            batch.labels[at] = labels[place]
        if pk not in writable:
            said = _(
                "This code is already registered outside the area that you manage. "
                "Check the code, or ask the office in charge."
            )
            batch.fault(at, importer.key_name, said)


def _known_names(importer: TableImporter, read: set[str]) -> list[str]:
    """The columns to compare: those that the file has, and whom a row belongs to."""
    fields = [one for one in importer.model._meta.concrete_fields if not one.primary_key]
    return [one.attname for one in fields if one.attname in read or one.is_relation]


def still_holds(importer: TableImporter, plan: Plan, user: Any) -> bool:
    """Whether the register is as it was when the plan was made."""
    usable = {plan.keys[at] for at, one in enumerate(plan.outcomes) if one in _COMPARED}
    batch = Batch(user, [], sorted(usable), [], {}, {})
    read = {*plan.values, *plan.late, importer.label_name}
    look_up(batch, importer.model, importer.key_name, _known_names(importer, read))
    return fingerprint(batch, importer.key_name, usable) == plan.fingerprint


def _check_new(importer: TableImporter, batch: Batch) -> None:
    """A new row needs what the model asks for."""
    needed = [
        one
        for one in importer.model._meta.concrete_fields
        if not (one.null or one.blank or one.primary_key or one.has_default())
        and (one.editable or one.attname in batch.values)
    ]
    titles = {one.code: one.heading for one in importer.fields}
    for at in list(batch.places()):
        if at in batch.found:
            continue
        for one in needed:
            if one.attname in batch.late:
                continue
            if batch.value(one.attname, at) in (None, ""):
                said = _("%(column)s is missing. Write it in the file.")
                title = titles.get(one.name, one.verbose_name)
                batch.fault(at, one.name, said % {"column": title})


def _check_unique(importer: TableImporter, batch: Batch) -> None:
    """Other values that may stand only once in the register."""
    for one in importer.model._meta.concrete_fields:
        column = batch.values.get(one.attname)
        if not one.unique or one.primary_key or one.name == importer.key_name or not column:
            continue
        wanted = {v for v in column if v is not None and v is not CLEAR}
        rows = models.QuerySet(importer.model).filter(**{f"{one.attname}__in": wanted})
        taken = {str(value): pk for value, pk in rows.values_list(one.attname, "pk")}
        seen: dict[Any, int] = {}
        for at, value in enumerate(column):
            if value is None or value is CLEAR:
                continue
            other = taken.get(str(value))
            if (other is not None and other != batch.found.get(at, (None,))[0]) or (
                seen.setdefault(value, at) != at
            ):
                said = _("“%(value)s” may stand only once in the register, and does already.")
                batch.fault(at, one.name, said % {"value": value})


def _check_rows(
    importer: TableImporter, batch: Batch, changed: Mapping[int, Mapping[str, Any]]
) -> None:
    """The model's own rule across its fields, where it has one."""
    model = importer.model
    if model.clean is models.Model.clean:
        return
    written = [at for at in batch.places() if at in changed or at not in batch.found]
    known = models.QuerySet(model).in_bulk(
        [batch.found[at][0] for at in written if at in batch.found]
    )
    fields = {one.attname: one for one in model._meta.concrete_fields}
    for at in written:
        row = known[batch.found[at][0]] if at in batch.found else model()
        for name in batch.values:
            if (value := batch.value(name, at)) is not None:
                is_key = fields[name].is_relation
                setattr(row, name, value if is_key else fields[name].to_python(value))
        try:
            row.clean()
        except ValidationError as error:
            for name, messages in _messages(error):
                batch.fault(at, name, " ".join(messages))


def _messages(error: ValidationError) -> list[tuple[str, list[str]]]:
    if not hasattr(error, "error_dict"):
        return [("", error.messages)]
    return [(name if name != "__all__" else "", list(said)) for name, said in
            error.message_dict.items()]  # fmt: skip


def try_places(
    importer: TableImporter, batch: Batch, changed: Mapping[int, Mapping[str, Any]]
) -> None:
    """Whether the rows would lie in the person's area: one row of each kind is written, looked at
    through the policy, and taken back. Rows of a kind belong to the same other rows."""
    names = [
        one.attname
        for one in importer.model._meta.concrete_fields
        if one.is_relation and one.attname not in batch.late
    ]
    kinds: dict[tuple[Any, ...], list[int]] = {}
    for at in batch.places():
        is_new = at not in batch.found
        if is_new or not changed.get(at, {}).keys().isdisjoint(names):
            kind = (is_new, *(batch.value(name, at) for name in names))
            kinds.setdefault(kind, []).append(at)
    representatives = [places[0] for places in kinds.values()]
    outside = set(representatives)
    for start in range(0, len(representatives), _TRIED_AT_ONCE):
        some = representatives[start : start + _TRIED_AT_ONCE]
        outside -= _inside(importer, batch, changed, some)
    for places in kinds.values():
        if places[0] in outside:
            for at in places:
                batch.fault(at, "", outside_sentence())


def outside_sentence() -> str:
    return _("This place lies outside the area that you manage. Check the park and region.")


def _inside(
    importer: TableImporter,
    batch: Batch,
    changed: Mapping[int, Mapping[str, Any]],
    places: list[int],
) -> set[int]:
    """Which of these rows the policy would let the person write."""
    model = importer.model
    new = [at for at in places if at not in batch.found]
    old = [at for at in places if at in batch.found]
    columns = {
        name: [None if column[at] is CLEAR else column[at] for at in new]
        for name, column in batch.values.items()
    }
    with transaction.atomic():
        keys = dict(zip(insert_rows(model, columns, len(new)), new, strict=True))
        update_rows(model, [(batch.found[at][0], changed[at]) for at in old])
        keys |= {batch.found[at][0]: at for at in old}
        rows = models.QuerySet(model).filter(pk__in=list(keys))
        inside = policy_for(model).instances(batch.user, IMPORT, rows)
        found = {keys[pk] for pk in inside.values_list("pk", flat=True)}
        transaction.set_rollback(True)
    return found


def _late_changes(importer: TableImporter, batch: Batch) -> dict[int, list[tuple[str, str, str]]]:
    """Changed references to rows of the same register."""
    found: dict[int, list[tuple[str, str, str]]] = {}
    for column in batch.fields.values():
        wanted = batch.late.get(column.attname) if not column.is_extra else None
        known = batch.known.get(column.attname)
        if wanted is None or known is None:
            continue
        pks = {pk for pk in known if pk is not None}
        rows = models.QuerySet(importer.model).filter(pk__in=pks)
        key = natural_key(importer.model)
        codes = (
            dict(rows.values_list("pk", key))
            if len(pks) < 900
            else dict(models.QuerySet(importer.model).values_list("pk", key))
        )
        for at, (_pk, place) in batch.found.items():
            code = wanted[at]
            now = codes.get(known[place])
            if code is None or (code or None) == now:
                continue
            title = column.heading
            found.setdefault(at, []).append((title, str(now or ""), str(code or "")))
    return found


def _plan(
    importer: TableImporter,
    table: Table,
    batch: Batch,
    changed: dict[int, dict[str, Any]],
    extra: dict[int, list[tuple[str, str, str]]],
    answers: Any,
) -> Plan:
    count = len(batch)
    told: dict[int, dict[str, Any]] = {}
    outcomes = [Outcome.NEW] * count
    for at, (_pk, _place) in batch.found.items():
        outcomes[at] = Outcome.CHANGED if at in changed or at in extra else Outcome.UNCHANGED
    shown = change_lines(
        importer, batch, {a: c for a, c in changed.items() if a not in batch.faults}
    )
    for at in {*shown, *extra}:
        told[at] = {"changes": [*shown.get(at, ()), *extra.get(at, ())]}
    for at, question in answers.open.items():
        outcomes[at] = Outcome.ASKING
        told[at] = question
    for at in answers.skipped:
        outcomes[at] = Outcome.SKIPPED
        told[at] = {"subject": answers.subjects[at]}
    for at in answers.decided:
        told.setdefault(at, {})["subject"] = answers.subjects[at]
    for at, faults in batch.faults.items():
        outcomes[at] = Outcome.FAULTY
        told[at] = _told(table, batch, at, faults)
    plan = Plan(
        importer.code,
        table.source.file,
        table.source.sha256,
        lines=list(batch.lines),
        keys=[key or "" for key in batch.keys],
        labels=batch.labels,
        outcomes=outcomes,
        pks=[batch.found[at][0] if at in batch.found else None for at in range(count)],
        values=batch.values,
        late=batch.late,
        extras={code: batch.cells[code] for code, c in batch.fields.items() if c.is_extra},
        told=told,
        notes=[note.text(language()) for note in table.notes],
        source=source_of(table),
    )
    usable = {plan.keys[at] for at, one in enumerate(outcomes) if one in _COMPARED}
    plan.fingerprint = fingerprint(batch, importer.key_name, usable)
    _add_differences(importer, plan, batch, changed)
    add_rejected(plan, table)
    return plan


def _add_differences(
    importer: TableImporter, plan: Plan, batch: Batch, changed: dict[int, dict[str, Any]]
) -> None:
    for at, values in changed.items():
        if plan.outcomes[at] == Outcome.CHANGED:
            place = batch.found[at][1]
            plan.changed[at] = values
            plan.before[at] = {name: batch.known[name][place] for name in values}


def _told(table: Table, batch: Batch, at: int, faults: list[tuple[str, str]]) -> dict[str, Any]:
    texts = [_place(table, code, batch.lines[at]) + text for code, text in faults]
    return {"message": "；".join(texts), "cells": [code for code, _text in faults if code]}


def _place(table: Table, code: str, line: int) -> str:
    """``名录!C7（所属园区）：``, where the column is known."""
    header = table.source.headers.get(code)
    if not header:
        return ""
    cell = table.source.cell(code, line)
    return _("%(cell)s (%(column)s): ") % {"cell": cell, "column": header}


def add_rejected(plan: Plan, table: Table) -> None:
    """Put the rows that the reader refused into a plan, each in its place."""
    rejected = table.rejected
    if not rejected:
        return
    said_in = language()
    start = len(plan.lines)
    for at, one in enumerate(rejected, start):
        plan.lines.append(one.row)
        plan.keys.append(one.id or "")
        plan.labels.append(one.name or "")
        plan.outcomes.append(Outcome.FAULTY)
        plan.pks.append(None)
        plan.told[at] = {"message": one.text(said_in), "cells": columns_at_fault(one, plan.source)}
    for group in (plan.values, plan.late, plan.extras):
        for name, column in group.items():
            group[name] = column + [None] * len(rejected)
    _sort(plan)


def _sort(plan: Plan) -> None:
    order = sorted(range(len(plan.lines)), key=plan.lines.__getitem__)
    place = {old: new for new, old in enumerate(order)}
    for name in ("lines", "keys", "labels", "outcomes", "pks"):
        column = getattr(plan, name)
        setattr(plan, name, [column[old] for old in order])
    for group in (plan.values, plan.late, plan.extras):
        for name, column in group.items():
            group[name] = [column[old] for old in order]
    for name in ("told", "changed", "before"):
        setattr(plan, name, {place[at]: one for at, one in getattr(plan, name).items()})
