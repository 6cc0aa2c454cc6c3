"""Looks into the watched folders at every tick and puts what is new on the desk, each file once.

Nothing is read here, not even what a mail brings: that is a worker's job. A file that may still
be written (changed within the last seconds) waits for the next tick. Files stay where they are:
whoever keeps the folder clears it. One that was changed is a new file.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from yuanheng.documents.actions import add_document
from yuanheng.documents.choices import Noticed
from yuanheng.documents.models import NoticedFile, WatchedFolder
from yuanheng.kernel import clock
from yuanheng.kernel.policies import EDIT, Refused, can
from yuanheng.reading.loading import KINDS

QUIET_SECONDS = 10
MOST_A_TICK, SECONDS_A_TICK = 50, 15
AGAIN_AFTER = timedelta(hours=1)
"""What the system could not read or store (rights, a share that is away, a full disk) is tried
again so often, for as long as it lies there."""
_Seen = tuple[str, int, int]


def look_into_folders(now: datetime) -> str:
    """Takes in what is new in every watched folder; what it did, in words for the report."""
    taken, until = 0, time.monotonic() + SECONDS_A_TICK
    folders = WatchedFolder.objects.filter(is_active=True, archived_at=None)
    for folder in folders.select_related("receiver", "owner"):
        trouble = _trouble(folder)
        if not trouble:
            try:
                taken += _look_into(folder, now, MOST_A_TICK - taken, until)
            except OSError as error:
                trouble = _("The folder can't be read: %(why)s") % {"why": error.strerror or error}
        if trouble != folder.trouble:
            WatchedFolder.objects.filter(pk=folder.pk).update(trouble=trouble[:300])
    return _("%(count)d files taken in") % {"count": taken} if taken else ""


def place_of_folder(folder: WatchedFolder) -> Path:
    """Where it lies; below the inbox, whatever links there are."""
    root = Path(settings.INBOX_ROOT).resolve()
    path = (root / folder.folder).resolve()
    if not path.is_relative_to(root) or path == root:
        raise PermissionError(0, _("it lies outside the inbox"))
    return path


def _trouble(folder: WatchedFolder) -> str:
    """Why nothing can be received; empty where it can."""
    person = folder.receiver
    if not person.is_active or not can(person, EDIT, folder):
        return _("%(name)s, in whose name files are received, may no longer do so.") % {
            "name": person
        }
    return ""


def _look_into(folder: WatchedFolder, now: datetime, most: int, until: float) -> int:
    path = place_of_folder(folder)
    path.mkdir(parents=True, exist_ok=True)
    rows = NoticedFile.objects.filter(folder=folder)
    waits = ~Q(outcome=Noticed.LATER) | Q(noticed_at__gt=now - AGAIN_AFTER)
    known = set(rows.filter(waits).values_list("file_name", "byte_count", "changed_ns"))
    count = 0
    for seen in _new(path, known, now.timestamp() - QUIET_SECONDS):
        if count >= most or time.monotonic() > until:
            break
        count += _take(folder, path / seen[0], seen)
    return count


def _new(path: Path, known: set[_Seen], before: float) -> Iterator[_Seen]:
    """Plain files that are finished and were not noticed before, the oldest first; those of a
    kind that can't be read come last, so that a folder full of pictures delays no document."""
    found = []
    with os.scandir(path) as entries:
        for entry in entries:
            if entry.name.startswith((".", "~")) or not entry.is_file(follow_symlinks=False):
                continue
            stat = entry.stat(follow_symlinks=False)
            seen = (entry.name, stat.st_size, stat.st_mtime_ns)
            if len(entry.name) <= 255 and stat.st_mtime <= before and seen not in known:
                found.append(seen)
    yield from sorted(found, key=lambda one: (not _is_readable(one[0]), one[2]))


def _is_readable(name: str) -> bool:
    """Whether its name says that it can be read."""
    return Path(name).suffix.lower() in KINDS


def _take(folder: WatchedFolder, path: Path, seen: _Seen) -> int:
    """Notes the file and puts it on the desk, both or neither; another tick may be first."""
    name, size, _changed = seen
    row = _row_of(folder, seen)
    limit = settings.UPLOAD_LIMIT_MB
    data = b""
    if not _is_readable(name):
        said = {"kinds": "、".join(one[1:] for one in KINDS)}
        text = _("No document that can be read (%(kinds)s). A picture or scan needs OCR first.")
        row.outcome, row.reason = Noticed.REFUSED, text % said
    elif size > limit << 20:
        said = {"name": name, "limit": limit}
        text = _("“%(name)s” is larger than %(limit)d MB. Split it.") % said
        row.outcome, row.reason = Noticed.REFUSED, text
    else:
        try:
            data = path.read_bytes()
        except OSError as error:
            _put_off(row, error)
    return int(_kept(folder, row, data))


def _row_of(folder: WatchedFolder, seen: _Seen) -> NoticedFile:
    """That of a file which is tried again, or a new one."""
    name, size, changed = seen
    told = {"folder": folder, "file_name": name, "byte_count": size, "changed_ns": changed}
    again = NoticedFile.objects.filter(outcome=Noticed.LATER, **told).first()
    row = again or NoticedFile(**told)
    row.outcome, row.reason, row.noticed_at = Noticed.TAKEN, "", clock.now()
    return row


def _put_off(row: NoticedFile, error: OSError) -> None:
    said = {"why": error.strerror or error}
    text = _("The file can't be read or kept: %(why)s. It is tried again every hour.") % said
    row.document, row.outcome, row.reason = None, Noticed.LATER, text[:300]


def _kept(folder: WatchedFolder, row: NoticedFile, data: bytes) -> bool:
    """Whether this tick was the one that took it, or said why it can't be taken."""
    try:
        with transaction.atomic():
            row.save()
            if row.outcome == Noticed.TAKEN:
                _receive(folder, row, data)
                row.save()
    except IntegrityError:
        return False
    return row.outcome != Noticed.LATER


def _receive(folder: WatchedFolder, row: NoticedFile, data: bytes) -> None:
    try:
        with transaction.atomic():
            row.document, is_new = add_document(
                acting_user=folder.receiver, file_name=row.file_name, content=[data],
                limit_mb=settings.UPLOAD_LIMIT_MB,
            )  # fmt: skip
            row.outcome = Noticed.TAKEN if is_new else Noticed.KNOWN
    except OSError as error:
        _put_off(row, error)
    except (ValidationError, Refused) as error:
        said = error.messages[0] if isinstance(error, ValidationError) else str(error)
        row.document, row.outcome, row.reason = None, Noticed.REFUSED, said[:300]
