"""The actions of an import: keep the file, plan it, commit it, undo it, or throw it away."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from yuanheng.kernel import clock
from yuanheng.kernel.actions.core import action, record
from yuanheng.kernel.importing import (
    CannotImport,
    Importer,
    Outcome,
    Plan,
    importer_for,
)
from yuanheng.kernel.models import AuditEvent, MatchDecision, Upload
from yuanheng.kernel.models.exchange import Decision
from yuanheng.kernel.models.upload import UploadStage
from yuanheng.kernel.policies import IMPORT, Refused, policy_for

__all__ = ["CannotImport", "ImportReport", "PreviewOutdated"]


class PreviewOutdated(CannotImport):
    """The register changed since the preview was made."""


@dataclass(slots=True)
class ImportReport:
    """What an import did, or why it did nothing."""

    file_name: str
    sha256: str
    counts: dict[str, int]
    committed: bool
    # (line in the file, code, what is wrong and what to do)
    faults: list[tuple[int, str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    made: dict[str, Any] = field(default_factory=dict)  # what the importer says of its own


def upload_path(upload: Upload) -> Path:
    """Where the file lies. Its name there is ours, never the sender's."""
    return Path(settings.UPLOAD_ROOT) / f"{upload.token}{Path(upload.file_name).suffix.lower()}"


def plan_path(upload: Upload) -> Path:
    """Where its plan lies."""
    return Path(settings.UPLOAD_ROOT) / f"{upload.token}.plan"


@action("kernel.keep_file")
def keep_file(
    *, acting_user: Any, importer: Importer, file_name: str, content: Iterable[bytes]
) -> Upload:
    """Store an uploaded file; it is read by ``plan_upload``. Nothing of the register changes."""
    require_import(acting_user, importer)
    upload = Upload(
        importer_code=importer.code,
        options=dict(importer.options),
        file_name=Path(file_name.replace("\\", "/")).name[-255:],
        uploaded_by=acting_user,
        stage=UploadStage.READING,
    )
    path = upload_path(upload)
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("wb") as stream:
            for chunk in content:
                digest.update(chunk)
                size += len(chunk)
                stream.write(chunk)
        upload.sha256, upload.byte_count = digest.hexdigest(), size
        upload.save()
        record(upload, code=f"kernel.upload_{importer.code}", after={"sha256": upload.sha256})
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return upload


@action("kernel.keep_upload")
def keep_upload(
    *, acting_user: Any, importer: Importer, file_name: str, content: Iterable[bytes]
) -> Upload:
    """Store an uploaded file and plan it. A file that can't be read isn't kept."""
    upload = keep_file(
        acting_user=acting_user, importer=importer, file_name=file_name, content=content
    )
    try:
        _plan_again(upload, acting_user)
    except BaseException:
        forget_files(upload)
        raise
    return upload


@action("kernel.plan_upload")
def plan_upload(*, acting_user: Any, upload: Upload) -> Upload:
    """Plan a waiting file over the register as it is now."""
    require_import(acting_user, _importer(upload.importer_code))
    if upload.stage not in (UploadStage.READING, UploadStage.PREVIEWED):
        raise CannotImport(_dealt_with())
    _plan_again(upload, acting_user)
    record(upload)
    return upload


def _plan_again(upload: Upload, user: Any) -> None:
    importer = _importer(upload.importer_code).chosen(upload.options, user)
    plan = importer.plan(upload_path(upload), acting_user=user, file_name=upload.file_name)
    plan.save(plan_path(upload))
    upload.summary = {"counts": plan.counts, "notes": plan.notes, "about": plan.about}
    upload.stage = UploadStage.PREVIEWED
    upload.save(update_fields=["summary", "stage"])


@action("kernel.commit_upload")
def commit_upload(
    *, acting_user: Any, upload: Upload, leave_out_faulty: bool = False
) -> ImportReport:
    """Write what the preview showed, or nothing."""
    locked = Upload.objects.select_for_update().get(pk=upload.pk)
    if locked.stage != UploadStage.PREVIEWED:
        raise CannotImport(_dealt_with())
    importer = _importer(locked.importer_code)
    require_import(acting_user, importer)
    importer = importer.chosen(locked.options, acting_user)
    try:
        plan = Plan.load(plan_path(locked))
    except FileNotFoundError:
        raise PreviewOutdated(_outdated()) from None
    if not importer.still_holds(plan, acting_user=acting_user):
        raise PreviewOutdated(_outdated())
    report, event = _apply(
        importer, plan, acting_user, leave_out_faulty, upload_path(locked), locked
    )
    locked.stage = UploadStage.COMMITTED
    locked.committed_at = clock.now()
    locked.committed_by = acting_user
    locked.event = event
    locked.summary["made"] = report.made
    locked.save(update_fields=["stage", "committed_at", "committed_by", "event", "summary"])
    return report


@action("kernel.decide_match")
def decide_match(
    *, acting_user: Any, upload: Upload, answers: dict[str, tuple[str, str, str, float | None]]
) -> int:
    """Remember what a person says of rows that are like rows of the register.

    ``answers`` are, by subject, the decision, the primary key of the row it is the same as, the
    name in the file, and the score. Returns how many there were.
    """
    importer = _importer(upload.importer_code)
    require_import(acting_user, importer)
    if upload.stage != UploadStage.PREVIEWED:
        raise CannotImport(_dealt_with())
    label = importer.model._meta.label
    for subject, (answer, target, name, score) in answers.items():
        MatchDecision.objects.update_or_create(
            model=label,
            subject=subject,
            defaults={
                "answer": answer,
                "target_pk": target if answer == Decision.SAME else "",
                "label": name[:300],
                "score": score,
                "decided_by": acting_user,
                "decided_at": clock.now(),
            },
        )
    told = {name: [answer, target] for answer, target, name, _score in answers.values()}
    record(upload, after={"decisions": told})
    return len(answers)


@action("kernel.discard_upload")
def discard_upload(*, acting_user: Any, upload: Upload) -> Upload:
    """A file that is not wanted after all."""
    if upload.stage not in (UploadStage.READING, UploadStage.PREVIEWED):
        raise CannotImport(_dealt_with())
    upload.stage = UploadStage.DISCARDED
    upload.save(update_fields=["stage"])
    record(upload)
    transaction.on_commit(lambda: forget_files(upload))
    return upload


@action("kernel.import_table")
def apply_plan(
    *,
    acting_user: Any,
    importer: Importer,
    plan: Plan,
    path: Path,
    leave_out_faulty: bool = False,
) -> ImportReport:
    """Write a plan: one transaction, one audit row with the counts and the file's hash."""
    return _apply(importer, plan, acting_user, leave_out_faulty, path, None)[0]


def _apply(
    importer: Importer,
    plan: Plan,
    user: Any,
    leave_out_faulty: bool,
    path: Path,
    upload: Upload | None,
) -> tuple[ImportReport, AuditEvent]:
    require_import(user, importer)
    counts = plan.counts
    if counts["faulty"] and not leave_out_faulty:
        raise CannotImport(
            _("%(count)d rows can't be used. Mend them, or say that they are to be left out.")
            % {"count": counts["faulty"]}
        )
    if counts["asking"]:
        raise CannotImport(
            _("For %(count)d rows it isn't decided yet whether they are in the register.")
            % {"count": counts["asking"]}
        )
    told = {"file": plan.file_name, "sha256": plan.sha256, **counts}
    label = importer.model._meta.label_lower.split(".")
    event = record(upload, code=f"{label[0]}.import_{label[1]}", label=plan.file_name, after=told)
    made = importer.apply(plan, acting_user=user, event=event, path=path)
    report = report_of(plan, committed=True)
    report.made = dict(made or {})
    return report, event


def import_path(
    *, acting_user: Any, importer: Importer, path: Path, leave_out_faulty: bool = False
) -> ImportReport:
    """A file from a disk, for commands: planned and, if nothing is wrong, written."""
    require_import(acting_user, importer)
    plan = importer.plan(path, acting_user=acting_user)
    counts = plan.counts
    if (counts["faulty"] and not leave_out_faulty) or counts["asking"]:
        return report_of(plan, committed=False)
    return apply_plan(
        acting_user=acting_user,
        importer=importer,
        plan=plan,
        path=path,
        leave_out_faulty=leave_out_faulty,
    )


def report_of(plan: Plan, *, committed: bool) -> ImportReport:
    faults = [(row.line, row.key, row.message) for row in plan.having(Outcome.FAULTY)]
    for row in plan.having(Outcome.ASKING):
        like = "、".join(one["label"] for one in row.candidates)
        said = _("May be in the register already: %(names)s. Import it on the page and decide.")
        faults.append((row.line, row.key, said % {"names": like}))
    return ImportReport(plan.file_name, plan.sha256, plan.counts, committed, faults, plan.notes)


def said_of(upload: Upload, report: ImportReport) -> str:
    """What a person is told when an import is done."""
    says = _importer(upload.importer_code).says
    has_work = report.counts["new"] or report.counts["changed"]
    return str(says.finished) % report.counts if has_work else str(says.nothing_new)


def require_import(user: Any, importer: Importer) -> None:
    if not importer.may(user):
        raise Refused(policy_for(importer.model).refusal(IMPORT))


def forget_files(upload: Upload) -> None:
    """The file and its plan, from the disk."""
    upload_path(upload).unlink(missing_ok=True)
    plan_path(upload).unlink(missing_ok=True)


def _importer(code: str) -> Importer:
    importer = importer_for(code)
    if importer is None:
        raise CannotImport(_("This kind of table can no longer be imported."))
    return importer


def _dealt_with() -> str:
    return _("This file has been dealt with already. Upload it again if needed.")


def _outdated() -> str:
    return _("The register has changed since this preview was made. Look at the new preview.")
