"""Figures come in for a scheme, which says what the columns are; then the table is frozen."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.calc.evaluation import BuiltScheme
from yuanheng.engine.table import ID, NAME
from yuanheng.kernel.exporting.mending import source_of
from yuanheng.kernel.exporting.recognising import refuse_other_register, stamp_notes
from yuanheng.kernel.figures import count, moment
from yuanheng.kernel.importing import (
    CannotImport,
    ExchangeField,
    Importer,
    ImportWords,
    Outcome,
    Plan,
    PreviewPanel,
    Tile,
    register,
)
from yuanheng.kernel.importing.planning import add_rejected
from yuanheng.kernel.importing.reading import language
from yuanheng.kernel.policies import EDIT, can
from yuanheng.ledger import sheet_importer, store  # noqa: F401  registers its importer
from yuanheng.ledger.actions import freeze_path, same_snapshot
from yuanheng.ledger.forms import FigureForm
from yuanheng.ledger.layouts import TableLayout, layout_for, layouts_for
from yuanheng.ledger.models import Snapshot
from yuanheng.ledger.reading import built_of, columns_of, read_figures, told_of


class FigureWords(ImportWords):
    """What a table that is frozen whole says."""

    last_step = gettext_lazy("Frozen")
    reading = gettext_lazy(
        "Headings may stand in any order, with a title above them; units such as 元 or 亿元 "
        "are understood. A row that can't be used is left out and listed; nothing is guessed."
    )
    new_rows = gettext_lazy("Usable rows")
    nothing_new = gettext_lazy("This very table was frozen before. It is kept once.")
    confirm = gettext_lazy("Confirm and freeze")
    finished = gettext_lazy("Frozen. From now on this table can't change any more.")
    finished_at = gettext_lazy("Frozen on %(at)s by %(by)s; it never changes again.")
    to_result = gettext_lazy("To the snapshot")


@register
class FigureImporter(Importer):
    """A table becomes a snapshot whole: its rows are no rows of a register.

    What was frozen is never taken back (a corrected table is a new snapshot), so there is no undo;
    until then the file is thrown away.
    """

    code, model, done_url_name, order = "figures", Snapshot, "snapshot-list", 45
    title = gettext_lazy("Figures")
    hint = gettext_lazy(
        "A table of figures for a scheme, which says which columns are needed. Confirmed, it is "
        "frozen byte for byte and evaluated."
    )
    undoable, large, form_kind = False, None, FigureForm
    mends_whole = True  # a snapshot of the mended rows alone would be another table
    says = FigureWords()
    layout: TableLayout | None = None

    @classmethod
    def of(cls, layout: TableLayout, title: str = "") -> FigureImporter:
        """The importer of one scheme's tables."""
        made = cls()
        made.layout, made.options = layout, {"layout": layout.code, "title": title}
        return made

    def may(self, user: Any) -> bool:
        return can(user, EDIT, Snapshot)

    def chosen(self, options: Mapping[str, Any], user: Any) -> FigureImporter:
        layout = layout_for(user, str(options.get("layout", "")))
        if layout is None:
            raise CannotImport(_("Choose the scheme first."))
        return self.of(layout, str(options.get("title", "")))

    def not_yet(self, user: Any) -> Mapping[str, Any] | None:
        if layouts_for(user):
            return None
        told = {
            "title": _("No scheme yet"),
            "text": _(
                "Figures are read for a scheme, which says which columns are needed. Adopt or "
                "upload a scheme first."
            ),
            "icon_name": "scale",
        }
        with contextlib.suppress(NoReverseMatch):  # the room of evaluations is not installed
            told |= {"href": reverse("scheme-library"), "action": _("To the library of schemes")}
        return told

    @property
    def fields(self) -> Sequence[ExchangeField]:
        return columns_of(self._built)

    @functools.cached_property
    def _built(self) -> BuiltScheme:
        return built_of(self._layout.scheme_text)

    @property
    def _layout(self) -> TableLayout:
        if self.layout is None:
            raise CannotImport(_("Choose the scheme first."))
        return self.layout

    def plan(self, path: Path, *, acting_user: Any, file_name: str = "") -> Plan:
        name = file_name or path.name
        refuse_other_register(self, path)
        built = self._built
        with store.under_own_name(path, name) as named:
            table = read_figures(named, built)
        ids, names = table.columns[ID], table.columns.get(NAME)
        rows = len(table)
        plan = Plan(
            self.code,
            name,
            table.source.sha256,
            lines=table.rows.tolist(),
            keys=[str(one) for one in ids],
            labels=[one or "" for one in names] if names is not None else [""] * rows,
            outcomes=[Outcome.NEW] * rows,
            pks=[None] * rows,
            notes=[*stamp_notes(self, path), *(one.text(language()) for one in table.notes)],
            source=source_of(table),
            about=told_of(table, built),
        )
        same = self._same(plan, acting_user)
        if same is not None:
            plan.outcomes, plan.fingerprint = [Outcome.UNCHANGED] * rows, same.code
        add_rejected(plan, table)
        return plan

    def _same(self, plan: Plan, user: Any) -> Snapshot | None:
        return same_snapshot(user, plan.sha256, plan.about["sheet"], self._layout.kind)

    def still_holds(self, plan: Plan, *, acting_user: Any) -> bool:
        same = self._same(plan, acting_user)
        return plan.fingerprint == (same.code if same else "")

    def apply(self, plan: Plan, *, acting_user: Any, event: Any, path: Path) -> Mapping[str, Any]:
        if not plan.about["rows_usable"]:
            raise CannotImport(_("No row of this table can be used. Mend it and upload it again."))
        snapshot, is_new = freeze_path(
            acting_user=acting_user,
            path=path,
            file_name=plan.file_name,
            kind=self._layout.kind,
            title=str(self.options.get("title", "")),
            reading=plan.about,
        )
        return {"snapshot": snapshot.code, "is_new": is_new}

    def done_url(self, upload: Any) -> str:
        code = upload.summary.get("made", {}).get("snapshot")
        return reverse("snapshot-detail", args=[code]) if code else super().done_url(upload)

    def tiles(self, counts: Mapping[str, int], about: Mapping[str, Any]) -> list[Tile]:
        usable, faulty = about.get("rows_usable", 0), counts["faulty"]
        return [
            Tile(_("Rows in the table"), count(usable + faulty)),
            Tile(_("Rows that can be used"), count(usable), "good"),
            Tile(_("Rows that can't be used"), count(faulty), "bad" if faulty else ""),
            Tile(_("Periods found"), "、".join(about.get("periods", ()))),
        ]

    def panels(self, upload: Any, user: Any) -> list[PreviewPanel]:
        about = upload.summary.get("about")
        if not about:
            return []
        return [
            *_kept_before(about, upload, user),
            PreviewPanel(
                _("Columns"),
                "ledger/_preview_columns.html",
                {"columns": about["columns"], "absent": about["absent"]},
                _place_of_headings(about),
            ),
            PreviewPanel(
                _("The first rows as they were read"),
                "ledger/_preview_first.html",
                {"first": about["first"]},
            ),
        ]


def _kept_before(about: Mapping[str, Any], upload: Any, user: Any) -> list[PreviewPanel]:
    if upload.event_id or not upload.summary["counts"].get("unchanged"):
        return []
    rows = Snapshot.objects.visible_to(user).filter(sha256=upload.sha256, sheet=about["sheet"])
    same = rows.first()
    if same is None:
        return []
    told = {"snapshot": same, "at": moment(same.committed_at)}
    return [PreviewPanel(_("Frozen before"), "ledger/_preview_same.html", told, first=True)]


def _place_of_headings(about: Mapping[str, Any]) -> str:
    told = {"sheet": about["sheet"], "rows": "、".join(str(row) for row in about["header_rows"])}
    if about["sheet"]:
        return _("sheet “%(sheet)s”, headings in row %(rows)s") % told
    return _("headings in row %(rows)s") % told
