"""Writes of the ledger: freeze a table, load published figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from yuanheng.accounts.api import office_of
from yuanheng.kernel.actions import action, record
from yuanheng.kernel.policies import EDIT, Refused, policy_for, require
from yuanheng.ledger import store
from yuanheng.ledger.models import PublishedFigure, Snapshot


@action("ledger.freeze_snapshot")
def freeze_path(
    *,
    acting_user: Any,
    path: Path,
    file_name: str,
    kind: str,
    title: str,
    reading: dict[str, Any],
) -> tuple[Snapshot, bool]:
    """Store a file by its content and write its snapshot; the same table twice is one snapshot."""
    if not policy_for(Snapshot).anywhere(acting_user, EDIT):
        raise Refused(policy_for(Snapshot).refusal(EDIT))
    owner = office_of(acting_user)
    sha256, size = store.hash_of(path)
    same = same_snapshot(acting_user, sha256, reading["sheet"], kind)
    if same is not None:
        store.keep(path, sha256, same.file_name)
        record(same, code="ledger.met_snapshot_again", after={"file": file_name})
        return same, False
    store.keep(path, sha256, file_name)
    snapshot = Snapshot(
        code=_free_code(sha256),
        title=title.strip()[:120] or Path(file_name).stem[:120],
        subject_kind=kind,
        file_name=Path(file_name).name[-255:],
        sha256=sha256,
        byte_count=size,
        sheet=reading["sheet"],
        periods=reading["periods"],
        rows_usable=reading["rows_usable"],
        rows_rejected=reading["rows_rejected"],
        reading=reading,
        owner=owner,
        uploaded_by=acting_user,
    )
    snapshot.full_clean(exclude=["reading", "periods"])
    snapshot.save()
    told = {"file": snapshot.file_name, "sha256": sha256, "rows": snapshot.rows_usable}
    record(snapshot, after=told)
    return snapshot, True


def same_snapshot(user: Any, sha256: str, sheet: str, kind: str) -> Snapshot | None:
    """The snapshot that the person's office has made of this very table."""
    found: Snapshot | None = Snapshot.objects.filter(
        sha256=sha256, sheet=sheet, subject_kind=kind, owner=office_of(user)
    ).first()
    return found


@action("ledger.load_published_figures")
def write_published_figures(*, acting_user: Any, rows: list[dict[str, Any]]) -> int:
    """Add published figures that are not there yet; the audit row counts them."""
    require(acting_user, EDIT, PublishedFigure)
    known = {
        (one.place, one.document, one.subject, one.indicator, one.period)
        for one in PublishedFigure.objects.all()
    }
    fresh = [
        PublishedFigure(**row)
        for row in rows
        if (row["place"], row["document"], row["subject"], row["indicator"], row["period"])
        not in known
    ]
    PublishedFigure.objects.bulk_create(fresh)
    record(label="published figures", after={"added": len(fresh), "given": len(rows)})
    return len(fresh)


def _free_code(sha256: str) -> str:
    """The first twelve characters of the hash, numbered where another office has the same."""
    base, number = sha256[:12], 1
    code = base
    while Snapshot.objects.filter(code=code).exists():
        number += 1
        code = f"{base}-{number}"
    return code
