"""Files beside a record, kept once by their content."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path, PurePath
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from yuanheng.kernel import clock
from yuanheng.kernel.actions.core import action, record
from yuanheng.kernel.actions.rows import reason_given
from yuanheng.kernel.companions import require_companion
from yuanheng.kernel.models import Attachment, StoredFile
from yuanheng.kernel.plain_text import check_row
from yuanheng.kernel.sniffing import NotAllowed, check_file


def stored_path(sha256: str) -> Path:
    """Where a content lies under the installation's directory."""
    return Path(settings.ATTACHMENT_ROOT) / sha256[:2] / sha256


@action("kernel.attach_file")
def attach_file(
    *,
    acting_user: Any,
    row: models.Model,
    file_name: str,
    content: Iterable[bytes],
    caption: str = "",
) -> Attachment:
    """Attach a file to ``row``. ValidationError if its kind, content or size isn't allowed."""
    require_companion(acting_user, row)
    name = PurePath(file_name.replace("\\", "/")).name.strip()[-200:]
    attachment = Attachment(
        subject_model=row._meta.label,
        subject_pk=str(row.pk),
        file_name=name,
        caption=caption.strip(),
        made_by=acting_user,
    )
    check_row(attachment)
    attachment.content = _store(content, name)
    attachment.full_clean()
    same = Attachment.objects.of(row).filter(content=attachment.content, archived_at=None).first()
    if same is not None:
        raise ValidationError(
            _("The same content is attached here already, as “%(name)s”."),
            params={"name": same.file_name},
        )
    attachment.save()
    record(row, after={"file": name, "sha256": attachment.content.sha256})
    return attachment


@action("kernel.archive_attachment")
def archive_attachment(
    *, acting_user: Any, row: models.Model, attachment: Attachment, reason: str
) -> Attachment:
    """A file that is no longer to be shown; its content stays."""
    require_companion(acting_user, row)
    attachment.archive_reason, attachment.archived_at = reason_given(reason), clock.now()
    attachment.save(update_fields=["archived_at", "archive_reason"])
    record(row, before={"file": attachment.file_name}, reason=reason)
    return attachment


def _store(content: Iterable[bytes], name: str) -> StoredFile:
    """A content of an allowed kind under its hash."""
    return store_content(content, check=lambda path: check_file(path, name))


def store_content(
    content: Iterable[bytes], *, check: Callable[[Path], None], limit_mb: int = 0
) -> StoredFile:
    """The content under its hash: written beside its place first, so that it appears whole.

    ``check`` looks at it before it is kept. ValidationError for an empty or too large one.
    """
    root = Path(settings.ATTACHMENT_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    handle, written = tempfile.mkstemp(prefix=".coming-", dir=root)
    coming = Path(written)
    try:
        with os.fdopen(handle, "wb") as stream:
            limit = limit_mb or settings.ATTACHMENT_LIMIT_MB
            digest, size = _copy(content, stream, limit)
        if not size:
            raise NotAllowed(_("This file is empty. Choose another one."))
        check(coming)
        place = stored_path(digest)
        if not place.exists():
            place.parent.mkdir(exist_ok=True)
            coming.replace(place)
    except NotAllowed as error:
        raise ValidationError(str(error)) from None
    finally:
        coming.unlink(missing_ok=True)
    return StoredFile.objects.get_or_create(sha256=digest, defaults={"byte_count": size})[0]


def _copy(content: Iterable[bytes], stream: Any, limit_mb: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    limit = limit_mb * 1024 * 1024
    for chunk in content:
        size += len(chunk)
        if size > limit:
            raise NotAllowed(
                _("The file is larger than %(limit)d MB. Split it, or save it smaller.")
                % {"limit": limit_mb}
            )
        digest.update(chunk)
        stream.write(chunk)
    return digest.hexdigest(), size
