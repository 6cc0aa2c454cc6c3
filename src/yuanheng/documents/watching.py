"""Looks into the watched folders at every tick and puts what is new on the desk, each file once.

A file that may still be written (changed within the last seconds) waits for the next tick. Files
stay where they are: whoever keeps the folder clears it. One that was changed is a new file.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yuanheng.documents.actions import add_document
from yuanheng.documents.apart import attached_to
from yuanheng.documents.choices import Noticed
from yuanheng.documents.models import Document, NoticedFile, WatchedFolder
from yuanheng.kernel.policies import EDIT, Refused, can
from yuanheng.reading import UnreadableDocument
from yuanheng.reading.loading import KINDS

QUIET_SECONDS = 10
MOST_A_TICK = 50
_Seen = tuple[str, int, int]


def look_into_folders(now: datetime) -> str:
    """Takes in what is new in every watched folder; what it did, in words for the report."""
    taken = 0
    folders = WatchedFolder.objects.filter(is_active=True, archived_at=None)
    for folder in folders.select_related("receiver", "owner"):
        trouble = _trouble(folder)
        if not trouble:
            try:
                taken += _look_into(folder, now, MOST_A_TICK - taken)
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


def _look_into(folder: WatchedFolder, now: datetime, most: int) -> int:
    path = place_of_folder(folder)
    path.mkdir(parents=True, exist_ok=True)
    rows = NoticedFile.objects.filter(folder=folder)
    known = set(rows.values_list("file_name", "byte_count", "changed_ns"))
    count = 0
    for seen in _new(path, known, now.timestamp() - QUIET_SECONDS):
        if count >= most:
            break
        count += _take(folder, path / seen[0], seen)
    return count


def _new(path: Path, known: set[_Seen], before: float) -> Iterator[_Seen]:
    """Plain files of a readable kind, finished and not noticed before, the oldest first."""
    found = []
    with os.scandir(path) as entries:
        for entry in entries:
            if entry.name.startswith((".", "~")) or not entry.is_file(follow_symlinks=False):
                continue
            stat = entry.stat(follow_symlinks=False)
            seen = (entry.name, stat.st_size, stat.st_mtime_ns)
            kind = Path(entry.name).suffix.lower()
            if kind in KINDS and len(entry.name) <= 255 and stat.st_mtime <= before:
                found.append(seen)
    yield from sorted((one for one in found if one not in known), key=lambda one: one[2])


def _take(folder: WatchedFolder, path: Path, seen: _Seen) -> int:
    """Notes the file and puts it on the desk, both or neither; another tick may be first."""
    name, size, changed = seen
    row = NoticedFile(folder=folder, file_name=name, byte_count=size, changed_ns=changed)
    limit = settings.UPLOAD_LIMIT_MB
    files: list[tuple[str, bytes]] = []
    if size > limit << 20:
        said = {"name": name, "limit": limit}
        row.reason = _("“%(name)s” is larger than %(limit)d MB. Split it.") % said
    else:
        try:
            files = received_files(name, path.read_bytes())
        except OSError as error:
            row.reason = str(error)[:300]
    return int(_kept(folder, row, files))


def received_files(name: str, data: bytes) -> list[tuple[str, bytes]]:
    """A file, and after a mail the readable files that came with it. Slow mails are taken apart
    before anything is written, so that nobody waits for the database."""
    attached: list[tuple[str, bytes]] = []
    if name.lower().endswith(".eml"):
        with contextlib.suppress(UnreadableDocument):  # the desk says it of the mail itself
            attached = attached_to(data, name)
    return [(name, data), *attached]


def _kept(folder: WatchedFolder, row: NoticedFile, files: list[tuple[str, bytes]]) -> bool:
    """Whether this tick was the one that took it."""
    try:
        with transaction.atomic():
            row.outcome = Noticed.REFUSED if row.reason else Noticed.TAKEN
            row.save()
            if files:
                _receive(folder, row, files)
                row.save()
    except IntegrityError:
        return False
    return True


def _receive(folder: WatchedFolder, row: NoticedFile, files: list[tuple[str, bytes]]) -> None:
    try:
        with transaction.atomic():
            row.document, is_new = _add(folder.receiver, *files[0])
            row.outcome = Noticed.TAKEN if is_new else Noticed.KNOWN
            row.attached = sum(_add(folder.receiver, *one)[1] for one in files[1:])
    except (ValidationError, Refused, OSError) as error:
        said = error.messages[0] if isinstance(error, ValidationError) else str(error)
        row.document, row.attached = None, 0
        row.outcome, row.reason = Noticed.REFUSED, said[:300]


def _add(person: Any, name: str, data: bytes) -> tuple[Document, bool]:
    added: tuple[Document, bool] = add_document(
        acting_user=person, file_name=name, content=[data], limit_mb=settings.UPLOAD_LIMIT_MB
    )
    return added
