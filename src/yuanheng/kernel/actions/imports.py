"""The actions of an import: keep the file, commit it, or throw it away."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from yuanheng.kernel import clock
from yuanheng.kernel.actions.core import action, record
from yuanheng.kernel.importing import Importer, Outcome, Plan, importer_for
from yuanheng.kernel.models import Upload
from yuanheng.kernel.models.upload import UploadStage
from yuanheng.kernel.policies import IMPORT, Refused, policy_for


class CannotImport(ValueError):  # noqa: N818  named for what it says
    """The import was not done; the text says why and what to do."""


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


def upload_path(upload: Upload) -> Path:
    """Where the file lies. Its name there is ours, never the sender's."""
    return Path(settings.UPLOAD_ROOT) / f"{upload.token}{Path(upload.file_name).suffix.lower()}"


@action("kernel.keep_upload")
def keep_upload(
    *, acting_user: Any, importer: Importer, file_name: str, content: Iterable[bytes]
) -> Upload:
    """Store an uploaded file and plan it. Nothing of the register changes."""
    require_import(acting_user, importer)
    upload = Upload(
        importer_code=importer.code, file_name=Path(file_name).name, uploaded_by=acting_user
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
        plan = importer.plan(path, acting_user=acting_user, file_name=upload.file_name)
        upload.summary = plan.summary()
        upload.save()
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    record(upload, code=f"kernel.upload_{importer.code}", after={"sha256": upload.sha256})
    return upload


@action("kernel.commit_upload")
def commit_upload(
    *, acting_user: Any, upload: Upload, leave_out_faulty: bool = False
) -> ImportReport:
    """Write what the preview showed, or nothing."""
    locked = Upload.objects.select_for_update().get(pk=upload.pk)
    if locked.stage != UploadStage.PREVIEWED:
        raise CannotImport(_("This file has been dealt with already. Upload it again if needed."))
    importer = _importer(locked.importer_code)
    plan = importer.plan(upload_path(locked), acting_user=acting_user, file_name=locked.file_name)
    if plan.digest != locked.summary["digest"]:
        raise PreviewOutdated(
            _("The register has changed since this preview was made. Look at the new preview.")
        )
    report = apply_plan(
        acting_user=acting_user,
        importer=importer,
        plan=plan,
        leave_out_faulty=leave_out_faulty,
        upload=locked,
    )
    locked.stage = UploadStage.COMMITTED
    locked.committed_at = clock.now()
    locked.save(update_fields=["stage", "committed_at"])
    return report


@action("kernel.refresh_upload")
def refresh_upload(*, acting_user: Any, upload: Upload) -> Upload:
    """Plan a waiting file again, over the register as it is now."""
    importer = _importer(upload.importer_code)
    require_import(acting_user, importer)
    plan = importer.plan(upload_path(upload), acting_user=acting_user, file_name=upload.file_name)
    upload.summary = plan.summary()
    upload.save(update_fields=["summary"])
    record(upload)
    return upload


@action("kernel.discard_upload")
def discard_upload(*, acting_user: Any, upload: Upload) -> Upload:
    """A file that is not wanted after all."""
    if upload.stage != UploadStage.PREVIEWED:
        raise CannotImport(_("This file has been dealt with already. Upload it again if needed."))
    upload.stage = UploadStage.DISCARDED
    upload.save(update_fields=["stage"])
    record(upload)
    return upload


@action("kernel.import_table")
def apply_plan(
    *,
    acting_user: Any,
    importer: Importer,
    plan: Plan,
    leave_out_faulty: bool = False,
    upload: Upload | None = None,
) -> ImportReport:
    """Write a plan: one transaction, one audit row with the counts and the file's hash."""
    require_import(acting_user, importer)
    counts = plan.counts
    if counts["faulty"] and not leave_out_faulty:
        raise CannotImport(
            _("%(count)d rows can't be used. Mend them, or say that they are to be left out.")
            % {"count": counts["faulty"]}
        )
    importer.apply(plan, acting_user=acting_user)
    told = {"file": plan.file_name, "sha256": plan.sha256, **counts}
    label = importer.model._meta.label_lower.split(".")
    record(upload, code=f"{label[0]}.import_{label[1]}", label=plan.file_name, after=told)
    return report_of(plan, committed=True)


def import_path(
    *, acting_user: Any, importer: Importer, path: Path, leave_out_faulty: bool = False
) -> ImportReport:
    """A file from a disk, for commands: planned and, if nothing is wrong, written."""
    require_import(acting_user, importer)
    plan = importer.plan(path, acting_user=acting_user)
    if plan.counts["faulty"] and not leave_out_faulty:
        return report_of(plan, committed=False)
    return apply_plan(
        acting_user=acting_user, importer=importer, plan=plan, leave_out_faulty=leave_out_faulty
    )


def report_of(plan: Plan, *, committed: bool) -> ImportReport:
    faults = [(row.line, row.key, row.message) for row in plan.having(Outcome.FAULTY)]
    return ImportReport(plan.file_name, plan.sha256, plan.counts, committed, faults, plan.notes)


def require_import(user: Any, importer: Importer) -> None:
    if not importer.may(user):
        raise Refused(policy_for(importer.model).refusal(IMPORT))


def _importer(code: str) -> Importer:
    importer = importer_for(code)
    if importer is None:
        raise CannotImport(_("This kind of table can no longer be imported."))
    return importer
