"""Writes of the ledger: keep an uploaded table, freeze it, throw it away."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from yuanheng.accounts.api import office_of
from yuanheng.kernel.actions import action, record
from yuanheng.kernel.policies import EDIT, Refused, policy_for, require
from yuanheng.ledger import store
from yuanheng.ledger.choices import DraftStage
from yuanheng.ledger.layouts import TableLayout
from yuanheng.ledger.models import FigureDraft, PublishedFigure, Snapshot
from yuanheng.ledger.reading import summary_of


class CannotFreeze(ValueError):  # noqa: N818
    """The table was not frozen; the text says why and what to do."""


def draft_path(draft: FigureDraft) -> Path:
    """Where an uploaded table waits. Its name there is ours, never the sender's."""
    return Path(settings.UPLOAD_ROOT) / f"{draft.token}{Path(draft.file_name).suffix.lower()}"


@action("ledger.keep_draft")
def keep_draft(
    *,
    acting_user: Any,
    layout: TableLayout,
    title: str,
    file_name: str,
    content: Iterable[bytes],
) -> FigureDraft:
    """Read an uploaded table for a scheme. Nothing is frozen yet.

    Raises FaultyInput, with everything that is wrong, for a table that the scheme can't use.
    """
    require(acting_user, EDIT, Snapshot)
    name = Path(file_name).name
    draft = FigureDraft(
        title=title.strip() or Path(name).stem[:120],
        subject_kind=layout.kind,
        layout_code=layout.code,
        file_name=name[-255:],
        uploaded_by=acting_user,
    )
    path = draft_path(draft)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("wb") as stream:
            for chunk in content:
                stream.write(chunk)
        draft.sha256, draft.byte_count = store.hash_of(path)
        with store.under_own_name(path, name) as named:
            draft.reading = summary_of(named, layout.scheme_text)
        draft.save()
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    record(draft, after={"sha256": draft.sha256, "scheme": layout.code})
    return draft


@action("ledger.commit_draft")
def commit_draft(*, acting_user: Any, draft: FigureDraft) -> tuple[Snapshot, bool]:
    """Freeze what the preview showed. False: the same table had been frozen before."""
    locked = FigureDraft.objects.select_for_update().get(pk=draft.pk)
    if locked.stage != DraftStage.PREVIEWED:
        raise CannotFreeze(_("This file has been dealt with already. Upload it again if needed."))
    if not locked.reading["rows_usable"]:
        raise CannotFreeze(_("No row of this table can be used. Mend it and upload it again."))
    snapshot, is_new = freeze_path(
        acting_user=acting_user,
        path=draft_path(locked),
        file_name=locked.file_name,
        kind=locked.subject_kind,
        title=locked.title,
        reading=locked.reading,
    )
    locked.stage, locked.snapshot = DraftStage.COMMITTED, snapshot
    locked.save(update_fields=["stage", "snapshot"])
    draft_path(locked).unlink(missing_ok=True)
    return snapshot, is_new


@action("ledger.discard_draft")
def discard_draft(*, acting_user: Any, draft: FigureDraft) -> FigureDraft:
    """An uploaded table that is not wanted after all."""
    if draft.stage != DraftStage.PREVIEWED:
        raise CannotFreeze(_("This file has been dealt with already. Upload it again if needed."))
    draft.stage = DraftStage.DISCARDED
    draft.save(update_fields=["stage"])
    draft_path(draft).unlink(missing_ok=True)
    record(draft)
    return draft


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
    same = Snapshot.objects.filter(
        sha256=sha256, sheet=reading["sheet"], subject_kind=kind, owner=owner
    ).first()
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
