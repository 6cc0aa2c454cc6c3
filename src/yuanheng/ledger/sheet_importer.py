"""A filled-in workbook of a submission comes in: shown first, then kept as drafts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django import forms
from django.db.models import Q
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.accounts.api import Role
from yuanheng.calc.faults import Fault, FaultyInput
from yuanheng.kernel.actions import record_rows
from yuanheng.kernel.directory import directory
from yuanheng.kernel.exporting.mending import source_of
from yuanheng.kernel.exporting.recognising import refuse_other_register, stamp_notes
from yuanheng.kernel.forms import UploadForm
from yuanheng.kernel.importing import (
    CannotImport,
    ExchangeField,
    Importer,
    ImportWords,
    Outcome,
    Plan,
    register,
)
from yuanheng.kernel.importing.planning import add_rejected
from yuanheng.kernel.importing.reading import language
from yuanheng.ledger import store
from yuanheng.ledger.actions.drafts import FILLERS, Draft, filled_by, own_subjects, save_drafts
from yuanheng.ledger.models import DraftFigure, Submission
from yuanheng.ledger.queries.sheet_cells import SheetCell
from yuanheng.ledger.queries.sheet_drafts import Cut
from yuanheng.ledger.queries.sheets import Sheet
from yuanheng.ledger.typed import LONGEST, understood
from yuanheng.ledger.views.submissions import find_submission
from yuanheng.ledger.workbook import (
    CODE,
    KEY,
    PERIOD,
    REASON,
    VALUE,
    columns,
    key_of,
    refuse_other_sheet,
    wrong_period,
)
from yuanheng.tabular import FieldSpec, Table, read_table


def open_for(user: Any) -> list[Submission]:
    """The submissions that this person fills in now."""
    mine = directory().mine(user, FILLERS, "committee")
    rows = Submission.objects.filter(state="filling")
    own = DraftFigure.objects.filter(subject__in=own_subjects(user).order_by().values("pk"))
    theirs = Q(pk__in=rows.visible_to(user).filter(mine).order_by().values("pk"))
    theirs |= Q(pk__in=own.order_by().values("submission"))
    found = rows.filter(theirs).select_related("committee", "form_period__form__org_unit")
    return list(found.order_by("due_on", "pk"))


class SheetForm(UploadForm):
    """The workbook, and of which submission it is."""

    submission = forms.ChoiceField(
        label=gettext_lazy("Submission"),
        error_messages={"required": gettext_lazy("Choose the submission first.")},
    )
    field_order = ("submission", "table")
    shaping = ("submission",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(one.code, one.title) for one in open_for(self.user)]
        self.fields["submission"].choices = [("", "---------"), *offered]  # type: ignore[attr-defined]


class SheetWords(ImportWords):
    """It goes into drafts, not into the ledger."""

    last_step = gettext_lazy("Kept as drafts")
    reading = gettext_lazy(
        "Download the submission's workbook, fill in the column of figures and upload it. An "
        "empty cell leaves what is there. Nothing goes into the ledger before you report."
    )
    new_rows = gettext_lazy("New figures")
    nothing_new = gettext_lazy("All figures of this workbook are in the submission already.")
    confirm = gettext_lazy("Keep as drafts")
    finished = gettext_lazy("Kept as drafts: %(changed)d figures; %(faulty)d left out.")
    finished_at = gettext_lazy("Kept as drafts on %(at)s by %(by)s.")
    to_result = gettext_lazy("To the submission")


@register
class SheetImporter(Importer):
    """The lines of a workbook become the drafts of one submission."""

    code, model, done_url_name, order = CODE, DraftFigure, "submission-list", 44
    title = gettext_lazy("Workbook of a submission")
    hint = gettext_lazy("A reporting form that has been filled in with Excel or WPS.")
    undoable, large, form_kind = False, None, SheetForm
    says = SheetWords()
    submission: Submission | None = None

    def may(self, user: Any) -> bool:
        return directory().holds_anywhere(user, (*FILLERS, Role.ENTERPRISE_USER))

    def chosen(self, options: Mapping[str, Any], user: Any) -> SheetImporter:
        key = str(options.get("submission", ""))
        try:
            row = find_submission(user, key)
        except Http404:
            raise CannotImport(_("Choose the submission first.")) from None
        only = filled_by(user, row)
        if (only is not None and not only) or row.state != "filling":
            raise CannotImport(
                _("“%(title)s” can't be filled in now: it has been reported, or isn't yours.")
                % {"title": row.title}
            )
        made = type(self)()
        made.submission, made.options = row, {"submission": row.code}
        return made

    def not_yet(self, user: Any) -> Mapping[str, Any] | None:
        if open_for(user):
            return None
        return {
            "title": _("Nothing to fill in"),
            "text": _("No submission of yours is being filled in now."),
            "icon_name": "circle-check",
        }

    @property
    def fields(self) -> Sequence[ExchangeField]:
        return columns()

    @property
    def _row(self) -> Submission:
        if self.submission is None:
            raise CannotImport(_("Choose the submission first."))
        return self.submission

    def plan(self, path: Path, *, acting_user: Any, file_name: str = "") -> Plan:
        name, row = file_name or path.name, self._row
        refuse_other_register(self, path)
        refuse_other_sheet(path, row)
        with store.under_own_name(path, name) as named:
            table = read_table(named, _specs(), id_field=KEY)
        other = wrong_period(_column(table, PERIOD), row)
        if other:
            text = _(
                "This workbook is of %(found)s; the submission is of %(wanted)s. Download the one "
                "of this submission and fill it in; nothing has been changed."
            )
            said = text % {"found": other, "wanted": row.period.label}
            raise FaultyInput([Fault("other_period", said, said)])
        sheet = _sheet_of(row, acting_user)
        plan = self._planned(table, sheet, name)
        plan.notes[:0] = stamp_notes(self, path)
        plan.fingerprint = _fingerprint(sheet)
        add_rejected(plan, table)
        return plan

    def _planned(self, table: Table, sheet: Sheet, name: str) -> Plan:
        cells = {key_of(one.subject.code, one.indicator.code): one for one in sheet.cells}
        keys = [str(one or "") for one in table.columns[KEY]]
        found = [cells.get(key) for key in keys]
        plan = Plan(
            self.code,
            name,
            table.source.sha256,
            lines=table.rows.tolist(),
            keys=keys,
            labels=[one.place if one else "" for one in found],
            outcomes=[Outcome.UNCHANGED] * len(keys),
            pks=[one.draft.pk if one else None for one in found],
            notes=[note.text(language()) for note in table.notes],
            source=source_of(table),
        )
        values, reasons = _column(table, VALUE), _column(table, REASON)
        for at, cell in enumerate(found):
            text, reason = _text(values[at]), _text(reasons[at])
            if cell is None:
                self._fault(plan, at, KEY, _("This figure isn't asked of you by this form."))
            elif text or reason:
                self._compare(plan, at, cell, text, reason)
        return plan

    def _compare(self, plan: Plan, at: int, cell: SheetCell, text: str, reason: str) -> None:
        draft = cell.draft
        typed = understood(cell.indicator, text)
        if not cell.is_open:
            if text != cell.shown:
                self._fault(plan, at, VALUE, cell.note)
            return
        if typed.fault or len(text) > LONGEST:
            told = {"place": _place(plan, at, VALUE), "fault": typed.fault or text[:LONGEST]}
            self._fault(plan, at, VALUE, _("%(place)s%(fault)s") % told)
            return
        # A known figure that stands there as it was handed out hasn't been typed by anybody.
        is_known = not draft.text and _same(text, cell.shown)
        before = (draft.text, draft.reason)
        after = (
            draft.text if not text or is_known else text,
            reason[:200] or draft.reason,
        )
        if _same(after[0], before[0]) and after[1] == before[1]:
            return
        plan.outcomes[at] = Outcome.CHANGED
        plan.changed[at] = {"text": after[0], "reason": after[1], "version": draft.version}
        plan.before[at] = {"text": before[0], "reason": before[1]}
        titles = (_("figure to report"), _("reason or explanation"))
        lines = [
            (title, was or "—", now or "—")
            for title, was, now in zip(titles, before, after, strict=True)
            if was != now
        ]
        plan.told[at] = {"changes": lines}

    def _fault(self, plan: Plan, at: int, code: str, said: str) -> None:
        plan.outcomes[at] = Outcome.FAULTY
        plan.told[at] = {"message": said, "cells": [code]}

    def still_holds(self, plan: Plan, *, acting_user: Any) -> bool:
        return plan.fingerprint == _fingerprint(_sheet_of(self._row, acting_user))

    def apply(self, plan: Plan, *, acting_user: Any, event: Any, path: Path) -> Mapping[str, Any]:
        drafts = []
        for at in plan.places(Outcome.CHANGED):
            subject, _slash, indicator = plan.keys[at].rpartition("/")
            change = plan.changed[at]
            drafts.append(
                Draft(
                    subject, indicator, text=change["text"], reason=change["reason"],
                    version=change["version"],
                )
            )  # fmt: skip
        saved = save_drafts(acting_user=acting_user, submission=self._row, drafts=drafts)
        record_rows(event, DraftFigure, _rows_told(plan))
        return {
            "submission": self._row.code,
            "saved": sum(one.outcome == "saved" for one in saved),
        }

    def done_url(self, upload: Any) -> str:
        code = upload.options.get("submission")
        return reverse("own-sheet", args=[code]) if code else super().done_url(upload)


def _sheet_of(row: Submission, user: Any) -> Sheet:
    """What this person fills in of a submission."""
    return Sheet(row, user=user, cut=Cut(subjects=filled_by(user, row)))


def _rows_told(plan: Plan) -> list[tuple[Any, dict[str, Any], dict[str, Any]]]:
    return [
        (plan.pks[at], plan.before[at], {"text": one["text"], "reason": one["reason"]})
        for at, one in plan.changed.items()
    ]


def _specs() -> list[FieldSpec]:
    """What is read of a workbook, with those columns that only tell; in each reader's language."""
    return [
        FieldSpec(
            one.code, "text", tuple(dict.fromkeys((*one.headings, one.code))),
            required=one.code in (KEY, VALUE),
        )
        for one in columns()
    ]  # fmt: skip


def _column(table: Table, code: str) -> list[Any]:
    found = table.columns.get(code)
    return [None] * len(table) if found is None else found.tolist()


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _same(one: str, other: str) -> bool:
    """Whether two texts are the same number, however a spreadsheet writes it."""
    if one == other:
        return True
    try:
        return float(one) == float(other)
    except ValueError:
        return False


def _place(plan: Plan, at: int, code: str) -> str:
    letter, header = plan.source["letters"].get(code), plan.source["headers"].get(code)
    if not letter:
        return ""
    cell = f"{letter}{plan.lines[at]}"
    return _("%(cell)s (%(column)s): ") % {"cell": cell, "column": header}


def _fingerprint(sheet: Sheet) -> str:
    told = [(one.draft.pk, one.draft.version, one.is_open) for one in sheet.cells]
    state = (sheet.submission.state, sheet.round, told)
    return hashlib.sha256(repr(state).encode()).hexdigest()
