"""The door of the ledger: figures written, read, frozen; tables for schemes; who used a figure."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from yuanheng.calc.units import conversion_factor
from yuanheng.kernel.actions.imports import import_path
from yuanheng.ledger import store
from yuanheng.ledger.actions import (
    CannotFreeze,
    FigureColumns,
    NewFigure,
    add_target,
    enter_published,
    freeze_figures,
    load_catalogue,
    load_check_rules,
    make_table,
    remark_figure,
    subjects_of,
    write_figures,
    write_published_figures,
)
from yuanheng.ledger.actions.corrections import (
    Corrected,
    FoundWrong,
    correct_known,
    correction_words,
)
from yuanheng.ledger.actions.snapshots import freeze_path
from yuanheng.ledger.choices import BearerKind, EntrySource, Standing, SubjectKind
from yuanheng.ledger.expected import Expected, tell_expected
from yuanheng.ledger.importers import FigureImporter
from yuanheng.ledger.layouts import TableLayout, offer
from yuanheng.ledger.models import (
    Entry,
    FrozenTable,
    Indicator,
    PublishedFigure,
    Snapshot,
    Subject,
    Target,
)
from yuanheng.ledger.parts import ToldPart, ToldParts, tell_parts
from yuanheng.ledger.positions import (
    TargetPosition,
    late_submissions,
    target_positions,
)
from yuanheng.ledger.queries.believed import believed, latest
from yuanheng.ledger.queries.catalogue import Catalogue
from yuanheng.ledger.queries.checks import Finding, Proposed, findings_for
from yuanheng.ledger.queries.scopes import Scope, tell_facts
from yuanheng.ledger.queries.since import Known, figures_like, figures_since
from yuanheng.ledger.queries.target_course import TargetCourse, course_of_target
from yuanheng.ledger.queries.unit_targets import UnitTarget, targets_of_units
from yuanheng.ledger.sensitive import is_named
from yuanheng.ledger.sensitive import words_by_group as sensitive_words
from yuanheng.ledger.sparklines import sparkline
from yuanheng.ledger.tasks import Gap, TaskOffer, make_tasks_by, task_offers
from yuanheng.ledger.uses import AskedFigure, Told, Use, tell_figure, tell_snapshot

__all__ = [
    "AskedFigure",
    "BearerKind",
    "CannotFreeze",
    "Catalogue",
    "Corrected",
    "EntrySource",
    "Expected",
    "FigureColumns",
    "Finding",
    "FoundWrong",
    "Gap",
    "Known",
    "NewFigure",
    "Proposed",
    "Scope",
    "Snapshot",
    "Standing",
    "SubjectKind",
    "TableLayout",
    "TargetCourse",
    "TargetPosition",
    "TaskOffer",
    "Told",
    "ToldPart",
    "ToldParts",
    "UnitTarget",
    "Use",
    "add_target",
    "correct_known",
    "correction_words",
    "course_of_target",
    "figures_between",
    "figures_like",
    "figures_since",
    "findings_for",
    "freeze_figures",
    "freeze_file",
    "freeze_path",
    "has_catalogue",
    "has_entry",
    "has_published_figures",
    "has_targets",
    "is_named",
    "last_frozen",
    "late_submissions",
    "latest_values",
    "load_catalogue",
    "load_check_rules",
    "load_published_figures",
    "make_table",
    "make_tasks_by",
    "offer",
    "remark_figure",
    "sensitive_words",
    "shown_as",
    "sparkline",
    "subjects_known",
    "subjects_of",
    "table_of",
    "target_positions",
    "targets_of_units",
    "task_offers",
    "tell_expected",
    "tell_facts",
    "tell_figure",
    "tell_parts",
    "tell_snapshot",
    "write_figures",
]

_PUBLISHED = {
    "地方": "place",
    "对象": "subject",
    "文件": "document",
    "媒体": "outlet",
    "日期": "published_on",
    "日期依据": "date_reason",
    "指标": "indicator",
    "期间": "period",
    "数值": "value",
    "单位": "measure",
    "同比(%)": "growth_percent",
    "说明": "note",
}


def freeze_file(
    path: Path | str, *, kind: str, scheme_text: str, title: str, acting_user: Any
) -> Snapshot:
    """Freeze a table as the scheme reads it; the same table twice is the same snapshot.

    Rows that can't be used are left out and listed with the snapshot. Raises ``FaultyInput`` for
    a table that the scheme can't use, ``CannotImport`` for one without a usable row, ``Refused``
    for a person who may not.
    """
    importer = FigureImporter.of(TableLayout("", title, kind, scheme_text), title)
    report = import_path(
        acting_user=acting_user, importer=importer, path=Path(path), leave_out_faulty=True
    )
    found: Snapshot = Snapshot.objects.get(code=report.made["snapshot"])
    return found


@contextmanager
def table_of(snapshot: Snapshot) -> Iterator[Path]:
    """The frozen file, under the name that it was given with."""
    path = store.stored_path(snapshot.sha256, snapshot.file_name)
    with store.under_own_name(path, snapshot.file_name) as named:
        yield named


def last_frozen(snapshot_id: int) -> int | None:
    """The number of the last figure of the ledger that counted when this table was made of frozen
    figures; None for a table that came from a file."""
    rows = FrozenTable.objects.filter(snapshot=snapshot_id).values_list("freeze__up_to", flat=True)
    return rows.first()


def has_entry(source: str, key: str) -> bool:
    """Whether figures of this source, with this number or hash, have been entered."""
    return Entry.objects.filter(source=source, source_key=key).exists()


def has_catalogue() -> bool:
    """Whether the catalogue of indicators has been loaded, or written by hand."""
    return Indicator.objects.exists()


def has_published_figures() -> bool:
    """Whether figures that others published have been loaded."""
    return PublishedFigure.objects.exists()


def has_targets(year: int) -> bool:
    """Whether anything has been set for a year."""
    return Target.objects.filter(year=year).exists()


def figures_between(
    subject_ids: Sequence[int],
    first: int,
    last: int,
    indicator_ids: Sequence[int] | None = None,
    kinds: Sequence[int] | None = None,
) -> list[tuple[int, int, int, int, int, float | None]]:
    """What is believed of subjects for periods that begin in the months ``first`` to ``last``:
    (subject, first month, kind of period, indicator, row, value)."""
    return list(believed(subject_ids, first, last, indicator_ids=indicator_ids, kinds=kinds))


def load_published_figures(path: Path | str, *, acting_user: Any) -> int:
    """Read a CSV of published figures (columns as in 公开数字 of the demonstration); how many
    were new. Those for which the catalogue has an indicator are entered into the ledger, too."""
    with Path(path).open(encoding="utf-8-sig", newline="") as stream:
        rows = [
            {ours: (row.get(theirs) or "").strip() for theirs, ours in _PUBLISHED.items()}
            for row in csv.DictReader(stream)
        ]
    for position, row in enumerate(rows, 1):
        row["published_on"] = (
            date.fromisoformat(row["published_on"]) if row["published_on"] else None
        )
        row["position"] = position
    added = write_published_figures(acting_user=acting_user, rows=rows)
    enter_published(acting_user=acting_user)
    return added


def subjects_known(names: Iterable[str]) -> dict[str, int]:
    """Of these ``kind:code``, the subjects that have figures already; one query for all kinds."""
    wanted = set(names)
    if not wanted:
        return {}
    parts = [name.partition(":") for name in wanted]
    rows = Subject.objects.filter(
        kind__in={a for a, _, _b in parts}, code__in={b for _a, _, b in parts}
    )
    found = {f"{kind}:{code}": pk for kind, code, pk in rows.values_list("kind", "code", "pk")}
    return {name: pk for name, pk in found.items() if name in wanted}


def shown_as(names: Sequence[tuple[str, str]]) -> dict[str, tuple[int, float]]:
    """For each (name, unit) that the catalogue knows: the indicator, and what a value in that unit
    is multiplied by to be in the unit in which the indicator is shown."""
    catalogue = Catalogue()
    found = {}
    for name, unit in names:
        one = catalogue.find(name)
        if one is None:
            continue
        try:
            factor = conversion_factor(unit, one.unit_shown) if unit else 1.0
        except ValueError:
            continue
        found[name] = (one.pk, factor)
    return found


def latest_values(
    keys: Sequence[tuple[int, int, int, int]],
) -> dict[tuple[int, int, int, int], float]:
    """What is believed now of each (subject, first month, kind of period, indicator), in the unit
    that figures are kept in; what isn't known is left out."""
    return {key: found[1] for key, found in latest(keys).items() if found[1] is not None}
