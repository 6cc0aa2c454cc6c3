"""Freeze figures of the ledger; make a table for a scheme out of frozen figures."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from yuanheng.accounts.api import office_of
from yuanheng.calc.periods import Period
from yuanheng.kernel import clock
from yuanheng.kernel.actions import action, record
from yuanheng.kernel.policies import EDIT, require
from yuanheng.ledger import store
from yuanheng.ledger.actions.snapshots import freeze_path
from yuanheng.ledger.frozen import (
    FIGURES,
    MANIFEST,
    Frozen,
    manifest_of,
    window_of,
    write_figures_file,
)
from yuanheng.ledger.layouts import TableLayout
from yuanheng.ledger.models import Freeze, FrozenTable, LedgerHead, Snapshot
from yuanheng.ledger.queries.believed import known_up_to
from yuanheng.ledger.queries.catalogue import Catalogue
from yuanheng.ledger.queries.scopes import Scope, members_of, with_facts
from yuanheng.ledger.tables import plan_of, write_table

_STEPS = 4


class CannotFreeze(ValueError):  # noqa: N818
    """The figures were not frozen; the text says why and what to do."""


@action("ledger.freeze_figures")
def freeze_figures(
    *,
    acting_user: Any,
    scope: Scope,
    period: Period,
    title: str = "",
    as_of: datetime | None = None,
    standing: int = 0,
    told: Callable[[int, int, Any], None] | None = None,
) -> tuple[Freeze, bool]:
    """Freeze what is believed (or was believed ``as_of``) of a scope in a period and the periods
    that it is compared with. False: the same figures were frozen before, and are kept once.

    ``standing``: only figures that have come so far; ``told`` is told how far it is.
    ``CannotFreeze`` where there is nothing.
    """
    require(acting_user, EDIT, Freeze)
    tell = told or (lambda _done, _of, _text: None)
    tell(0, _STEPS, _("Finding whose figures"))
    members = with_facts(members_of(scope, acting_user), scope.kind, period.last_day)
    ids = sorted(one.subject_id for one in members if one.subject_id is not None)
    up_to = known_up_to(as_of)
    if up_to is None:
        up_to = LedgerHead.objects.filter(pk=1).values_list("last_id", flat=True).first() or 0
    with tempfile.TemporaryDirectory(prefix="freeze-", dir=_work()) as folder:
        path = Path(folder) / FIGURES
        tell(1, _STEPS, _("Writing the figures"))
        count = write_figures_file(path, period, up_to=up_to, subject_ids=ids, standing=standing)
        if not count:
            text = _("The ledger holds no figures of this scope for %(period)s.")
            raise CannotFreeze(text % {"period": period.label})
        tell(2, _STEPS, _("Hashing the file"))
        sha256, size = store.hash_of(path)
        manifest = manifest_of(
            kind=scope.kind,
            scope=scope.as_dict(),
            period=period,
            sha256=sha256,
            figures=count,
            members=members,
            catalogue=Catalogue(),
        )
        written = Path(folder) / MANIFEST
        written.write_text(
            json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1) + "\n", "utf-8"
        )
        manifest_sha256, _size = store.hash_of(written)
        tell(3, _STEPS, _("Storing"))
        store.keep(path, sha256, FIGURES)
        store.keep(written, manifest_sha256, MANIFEST)
    owner = office_of(acting_user)
    same = Freeze.objects.filter(manifest_sha256=manifest_sha256, owner=owner).first()
    if same is not None:
        record(same, code="ledger.met_snapshot_again", after={"sha256": sha256})
        return same, False
    made = Freeze.objects.create(
        code=_free_code(manifest_sha256),
        title=(title.strip() or f"{period.label} · {len(ids)}")[:120],
        kind=scope.kind,
        scope=scope.as_dict(),
        period=period.label,
        up_to=up_to,
        as_of=as_of or clock.now(),
        subjects=len(ids),
        figures=count,
        sha256=sha256,
        byte_count=size,
        manifest_sha256=manifest_sha256,
        owner=owner,
        made_by=acting_user,
    )
    record(made, after={"sha256": sha256, "figures": count, "window": list(window_of(period))})
    return made, True


@action("ledger.make_frozen_table")
def make_table(
    *, acting_user: Any, freeze: Freeze, layout: TableLayout | None = None, title: str = ""
) -> tuple[Snapshot, bool]:
    """A table out of frozen figures, for a scheme or with every indicator, as a snapshot that an
    evaluation takes. ``CannotFreeze`` where the scheme finds no figure of its own."""
    require(acting_user, EDIT, freeze)
    frozen = Frozen.of(freeze)
    facts = list(frozen.members[0].facts) if frozen.members else []
    plan = plan_of(freeze.kind, frozen.catalogue(), facts, layout.scheme_text if layout else "")
    if not plan.columns:
        raise CannotFreeze(_("None of the scheme's figures is in the catalogue of indicators."))
    name = f"{freeze.code}.parquet"
    with tempfile.TemporaryDirectory(prefix="table-", dir=_work()) as folder:
        path = Path(folder) / name
        rows = write_table(path, frozen, plan)
        if not rows:
            raise CannotFreeze(_("The frozen figures hold none of those that the scheme reads."))
        reading = _reading(frozen, plan, rows, layout)
        snapshot, is_new = freeze_path(
            acting_user=acting_user,
            path=path,
            file_name=name,
            kind=freeze.kind,
            title=title or freeze.title,
            reading=reading,
        )
    if not FrozenTable.objects.filter(snapshot=snapshot).exists():
        table = FrozenTable.objects.create(
            freeze=freeze, snapshot=snapshot, layout_code=layout.code if layout else ""
        )
        record(table, after={"snapshot": snapshot.code, "rows": rows})
    return snapshot, is_new


def _reading(frozen: Frozen, plan: Any, rows: int, layout: TableLayout | None) -> dict[str, Any]:
    """What the page of the snapshot shows of its table."""
    return {
        "scheme": layout.title if layout else "",
        "sheet": "",
        "format": "parquet",
        "columns": [
            {
                "name": one.indicator.name,
                "letter": "",
                "header": one.heading,
                "found": one.measure,
                "wanted": one.measure,
                "converted": False,
                "required": False,
            }
            for one in plan.columns
        ],
        "absent": list(plan.absent),
        "periods": sorted({frozen.period.last_year().label, frozen.period.label}),
        "rows_usable": rows,
        "rows_rejected": 0,
        "rejected": [],
        "reasons": [],
        "notes": [],
    }


def _work() -> Path:
    work = Path(settings.HOME) / "work"
    work.mkdir(parents=True, exist_ok=True)
    return work


def _free_code(sha256: str) -> str:
    base, number = sha256[:12], 1
    code = base
    while Freeze.objects.filter(code=code).exists():
        number += 1
        code = f"{base}-{number}"
    return code
