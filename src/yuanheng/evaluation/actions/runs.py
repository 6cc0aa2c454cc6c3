"""Evaluate and publish."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from yuanheng import __version__
from yuanheng.accounts.api import office_of, territory_of
from yuanheng.engine import evaluate_files
from yuanheng.evaluation.authz import PUBLISH
from yuanheng.evaluation.choices import RunStage
from yuanheng.evaluation.feeds import publish_scores
from yuanheng.evaluation.loading import result_rows, summary_of
from yuanheng.evaluation.models import Result, Run, SchemeVersion
from yuanheng.kernel import clock
from yuanheng.kernel.actions import action, record
from yuanheng.kernel.policies import EDIT, require
from yuanheng.ledger.api import Snapshot, table_of

_BATCH = 2000

Holds = Callable[[Run], str]
_holds: list[Holds] = []


def hold_publication(why_not: Holds) -> None:
    """``why_not`` is asked before a run is published; its sentence, if any, keeps it back."""
    _holds.append(why_not)


def why_held(run: Run) -> str:
    """Why a run may not be published now, whoever asks; empty if it may."""
    return next((sentence for ask in _holds if (sentence := ask(run))), "")


class CannotPublish(ValueError):  # noqa: N818
    """The run was not published; the text says why."""


def start_run(
    *,
    acting_user: Any,
    version: SchemeVersion,
    snapshot: Snapshot,
    period: str,
    previous: Run | None = None,
) -> tuple[Run, bool]:
    """Evaluate a frozen table by a version of a scheme. False: this very run was there already.

    The files are computed first, outside the transaction, and the run is written when they are
    there. Raises FaultyInput with everything that keeps the scheme from being computed.
    """
    require(acting_user, EDIT, Run)
    require(acting_user, EDIT, snapshot)
    known = _known(version, snapshot, period, previous)
    if known is not None:
        return known, False
    folder, files = _evaluate(version, snapshot, period, previous)
    run = _write_run(
        acting_user=acting_user,
        version=version,
        snapshot=snapshot,
        previous=previous,
        folder=folder,
        record_of_run=files,
    )
    return run, True


@action("evaluation.start_run")
def _write_run(
    *,
    acting_user: Any,
    version: SchemeVersion,
    snapshot: Snapshot,
    previous: Run | None,
    folder: str,
    record_of_run: dict[str, Any],
) -> Run:
    owner = office_of(acting_user)
    run = Run(
        code=_free_code(record_of_run["run_hash"]),
        scheme_version=version,
        snapshot=snapshot,
        period=record_of_run["period"],
        previous=previous,
        run_hash=record_of_run["run_hash"],
        folder=folder,
        record=record_of_run,
        owner=owner,
        territory=territory_of(owner),
        created_by=acting_user,
    )
    run.summary = summary_of(run.directory)
    run.save()
    rows = result_rows(run, version.scheme.subject_kind)
    Result.objects.bulk_create(rows, batch_size=_BATCH)
    told = {name: record_of_run[name] for name in ("run_hash", "period", "rated", "subjects")}
    record(run, after=told)
    return run


@action("evaluation.publish_run")
def publish_run(*, acting_user: Any, run: Run) -> Run:
    """Show a run to everybody under the office. It can't be taken back, nor changed."""
    require(acting_user, PUBLISH, run)
    locked = Run.objects.select_for_update().get(pk=run.pk)
    if locked.is_published:
        raise CannotPublish(_("This evaluation has been published already."))
    held = why_held(locked)
    if held:
        raise CannotPublish(held)
    locked.stage = RunStage.PUBLISHED
    locked.published_by, locked.published_at = acting_user, clock.now()
    locked.save(update_fields=["stage", "published_by", "published_at"])
    record(locked, before={"stage": RunStage.DRAFT}, after={"stage": RunStage.PUBLISHED})
    publish_scores(acting_user=acting_user, run=locked)
    return locked


def _known(
    version: SchemeVersion, snapshot: Snapshot, period: str, previous: Run | None
) -> Run | None:
    found = Run.objects.filter(
        scheme_version=version, snapshot=snapshot, period=period, previous=previous
    )
    for run in found:
        if run.record.get("engine_version") == __version__ and run.directory.is_dir():
            return run
    return None


def _evaluate(
    version: SchemeVersion, snapshot: Snapshot, period: str, previous: Run | None
) -> tuple[str, dict[str, Any]]:
    """Compute into a new directory, which takes its name from the hash of the run."""
    root = Path(settings.HOME) / "runs"
    root.mkdir(parents=True, exist_ok=True)
    work = root / f".new-{uuid.uuid4().hex}"
    try:
        with tempfile.TemporaryDirectory() as folder, table_of(snapshot) as table:
            scheme = Path(folder) / f"{version.scheme.code}.yaml"
            scheme.write_text(version.text, encoding="utf-8")
            done = evaluate_files(
                scheme,
                table,
                work,
                period=period or None,
                previous=previous.directory if previous else None,
                sheet=snapshot.sheet or None,
                trace=True,
            )
        # Ranks before are part of the files, so what was compared with is part of the name.
        name = done.record["run_hash"]
        if previous is not None:
            name = f"{name}-{previous.run_hash[:12]}"
        if (root / name).is_dir():
            return name, done.record
        work.rename(root / name)
        return name, done.record
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _free_code(run_hash: str) -> str:
    base, number = run_hash[:12], 1
    code = base
    while Run.objects.filter(code=code).exists():
        number += 1
        code = f"{base}-{number}"
    return code
