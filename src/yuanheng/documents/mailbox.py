"""Fetches the mails of a mailbox into a watched folder, whence they come on the desk.

Nothing is marked, moved or deleted on the server: what has been fetched is remembered here. Off
unless ``YUANHENG_MAILBOX_URL`` names a mailbox. A look ends after a while whatever the server
does, and small mails come first: a huge one or a slow line holds up neither them nor the tick.
"""

from __future__ import annotations

import email.policy
import email.utils
import hashlib
import imaplib
import os
import poplib
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime, timedelta
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from yuanheng.documents.choices import Noticed
from yuanheng.documents.models import Mailbox, NoticedFile, WatchedFolder
from yuanheng.documents.watching import place_of_folder
from yuanheng.kernel import clock

EVERY = timedelta(minutes=5)
AFTER_TROUBLE = timedelta(minutes=30)
"""A wrong password tried every minute would have the account locked."""
MOST, PATIENCE = 20, 20
SECONDS = 90
"""After which a look is ended; in its last two thirds no further mail is begun."""
DAYS = 30
"""Older mails of an IMAP mailbox are left alone."""
AGAIN_AFTER = (timedelta(hours=1), timedelta(hours=24), timedelta(hours=48))
"""When a mail that could not be fetched is tried again; then it is given up, and that is said."""


# Mails are written in lines far beyond 2,048 bytes, at which poplib loses the line to the server.
poplib._MAXLINE = settings.UPLOAD_LIMIT_MB << 20  # type: ignore[attr-defined]

_BROKEN = (OSError, imaplib.IMAP4.error, poplib.error_proto, EOFError, ValueError)


class _Server(Protocol):
    """A mailbox that one is signed in to."""

    def letters(self) -> list[tuple[str, int]]:
        """Key and size in bytes of the mails there are; a key never means another mail."""

    def fetch(self, key: str) -> bytes: ...


def look_into_mailbox(now: datetime) -> str:
    """Fetch what is new; what was done, in words for the report of the tick."""
    at = settings.MAILBOX
    if at is None:
        return ""
    box, _made = Mailbox.objects.get_or_create(name=at.name)
    pause = AFTER_TROUBLE if box.trouble else EVERY
    if box.looked_at and timedelta(0) <= now - box.looked_at < pause:
        return ""
    folder = WatchedFolder.objects.filter(folder=at.folder, is_active=True, archived_at=None)
    watched = folder.first()
    if watched is None:  # nothing is asked of the server, so that there is nothing to wait for
        text = _("No office has “%(folder)s” watched: set it up under “Watched folders”.")
        return text % {"folder": at.folder}
    count, trouble = 0, ""
    try:
        count = _fetch_new(at, box, watched, now)
    except _BROKEN as error:
        trouble = _("The mailbox can't be read: %(why)s") % {"why": _readable(error)}
    Mailbox.objects.filter(pk=box.pk).update(
        looked_at=now, trouble=trouble[:300], seen=box.seen, late=box.late, watched=watched
    )
    if trouble:
        return trouble
    return _("%(count)d mails fetched") % {"count": count} if count else ""


def _fetch_new(at: Any, box: Mailbox, watched: WatchedFolder, now: datetime) -> int:
    """How many mails were fetched. What is left in the mailbox is told beside the folder's files.
    A mail that could not be fetched ends the look (the line may be lost with it); the next goes on
    with the others, and it is tried again after them."""
    path = place_of_folder(watched)
    path.mkdir(parents=True, exist_ok=True)
    began, count = time.monotonic(), 0
    with _signed_in(at) as server:
        there = server.letters()
        seen = set(box.seen) & {key for key, _size in there}
        box.seen = sorted(seen)
        box.late = {key: box.late[key] for key, _size in there if key in box.late}
        for key, size in sorted(there, key=lambda one: (one[0] in box.late, one[1])):
            if key in seen or _waits(box, key, now):
                continue
            if count >= MOST or time.monotonic() - began > SECONDS / 3:
                break
            if size > settings.UPLOAD_LIMIT_MB << 20:
                said = {"size": -(-size >> 20)}
                text = _("A mail of %(size)d MB is too large and was left in the mailbox.") % said
                _leave(watched, key, size, Noticed.REFUSED, text)
            else:
                try:
                    data = _fetched(server, key)
                except _BROKEN as error:
                    is_cut = time.monotonic() - began >= SECONDS
                    is_slow = is_cut or isinstance(error, TimeoutError)
                    why = _("it takes too long") if is_slow else _readable(error)
                    _try_again(box, watched, (key, size), now, why)
                    break
                _keep(path, key, data)
                if box.late.pop(key, None):
                    watched.noticed.filter(file_name=_left(key), changed_ns=0).delete()
                count += 1
            box.seen = sorted(seen := seen | {key})
    return count


def _fetched(server: _Server, key: str) -> bytes:
    data = server.fetch(key)
    if not data:
        raise ValueError(_("the server did not hand over a mail that it lists"))
    return data


def _waits(box: Mailbox, key: str, now: datetime) -> bool:
    """Whether it is too early to try this mail again."""
    return key in box.late and now < datetime.fromisoformat(box.late[key]["next"])


def _try_again(
    box: Mailbox, watched: WatchedFolder, mail: tuple[str, int], now: datetime, why: str
) -> None:
    """Say why a mail is still in the mailbox, and when it is tried again; the last time, that it
    isn't."""
    key, size = mail
    tried = box.late.get(key, {"tries": 0})["tries"] + 1
    said = {"size": -(-size >> 20), "tries": tried, "why": why[:120]}
    if tried > len(AGAIN_AFTER):
        box.late.pop(key, None)
        box.seen = sorted({*box.seen, key})
        text = _("A mail of %(size)d MB could not be fetched in %(tries)d tries (%(why)s) and was "
                 "left in the mailbox. Put it into the folder by hand.")  # fmt: skip
        _leave(watched, key, size, Noticed.REFUSED, text % said)
    else:
        again = now + AGAIN_AFTER[tried - 1]
        box.late[key] = {"tries": tried, "next": again.isoformat()}
        text = _("A mail of %(size)d MB could not be fetched (%(why)s). Tried %(tries)d times; "
                 "the next try is after %(again)s.")  # fmt: skip
        local = timezone.localtime(again)
        text %= {**said, "again": f"{local:%Y-%m-%d %H:%M}"}
        _leave(watched, key, size, Noticed.LATER, text)


def _leave(watched: WatchedFolder, key: str, size: int, outcome: str, text: str) -> None:
    NoticedFile.objects.update_or_create(
        folder=watched, file_name=_left(key), byte_count=size, changed_ns=0,
        defaults={"outcome": outcome, "reason": text[:300], "noticed_at": clock.now()},
    )  # fmt: skip


def _left(key: str) -> str:
    """Under which name a mail that stays in the mailbox is listed."""
    return f"{_mark(key)}.eml"


def _mark(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:8]


def _keep(path: Path, key: str, data: bytes) -> None:
    """Under a name of its date and subject. Written beside and moved there, with the mail's own
    time: whoever fetches it a second time makes the same file."""
    head = BytesHeaderParser(policy=email.policy.compat32).parsebytes(data[:200_000])
    try:
        sent = email.utils.parsedate_to_datetime(str(head["date"])).timestamp()
    except (TypeError, ValueError, OverflowError, OSError):
        sent = 0.0
    sent = min(max(sent, 0.0), clock.now().timestamp() - 3600)
    mark = _mark(key)
    day = time.strftime("%Y%m%d-", time.gmtime(sent)) if sent else ""
    name = f"{day}{_subject(head)}-{mark}.eml"
    part = path / f".{mark}.part"
    part.write_bytes(data)
    os.utime(part, (sent, sent))
    part.replace(path / name)


def _subject(head: Any) -> str:
    from email.header import decode_header, make_header

    try:
        said = str(make_header(decode_header(str(head["subject"] or ""))))
    except (LookupError, ValueError):
        said = ""
    return re.sub(r"[^\w\u4e00-\u9fff-]+", "_", said).strip("_")[:40] or "mail"


def _signed_in(at: Any) -> AbstractContextManager[_Server]:
    return _imap(at) if at.is_imap else _pop(at)


@contextmanager
def _imap(at: Any) -> Iterator[_Server]:
    if at.is_plain:
        server = imaplib.IMAP4(at.host, at.port, timeout=PATIENCE)
    else:
        safe = ssl.create_default_context()
        server = imaplib.IMAP4_SSL(at.host, at.port, ssl_context=safe, timeout=PATIENCE)
    with _ended_in_time(server.sock, server.logout):
        server.login(at.user, at.password)
        if "ID" in server.capabilities:  # some providers refuse who doesn't say who they are
            server.xatom("ID", '("name" "yuanheng")')
        answer, told = server.select(f'"{at.box}"', readonly=True)
        if answer != "OK":
            raise ValueError(_readable(told[0]))
        yield _Imap(server)


class _Imap:
    def __init__(self, server: imaplib.IMAP4) -> None:
        self.server = server
        told = server.response("UIDVALIDITY")[1]
        self.validity = (told[0] or b"0").decode() if told else "0"

    def letters(self) -> list[tuple[str, int]]:
        since = imaplib.Time2Internaldate(time.time() - DAYS * 86400)[1:12].strip()
        _answer, told = self.server.uid("SEARCH", "SINCE", since)
        uids = (told[0] or b"").decode().split()
        found: list[tuple[str, int]] = []
        for at in range(0, len(uids), 500):
            _answer, lines = self.server.uid("FETCH", ",".join(uids[at : at + 500]),
                                             "(UID RFC822.SIZE)")  # fmt: skip
            for line in lines:
                text = line.decode("ascii", "replace") if isinstance(line, bytes) else ""
                uid = re.search(r"UID (\d+)", text)
                size = re.search(r"RFC822\.SIZE (\d+)", text)
                if uid and size:
                    found.append((f"{self.validity}-{uid[1]}", int(size[1])))
        return found

    def fetch(self, key: str) -> bytes:
        _answer, told = self.server.uid("FETCH", key.rpartition("-")[2], "(BODY.PEEK[])")
        return next((part[1] for part in told if isinstance(part, tuple)), b"")


@contextmanager
def _pop(at: Any) -> Iterator[_Server]:
    if at.is_plain:
        server = poplib.POP3(at.host, at.port, timeout=PATIENCE)
    else:
        safe = ssl.create_default_context()
        server = poplib.POP3_SSL(at.host, at.port, timeout=PATIENCE, context=safe)
    with _ended_in_time(server.sock, server.quit):
        server.user(at.user)
        server.pass_(at.password)
        yield _Pop(server)


@contextmanager
def _ended_in_time(line: socket.socket, sign_out: Callable[[], Any]) -> Iterator[None]:
    """A server that sends a byte now and then would never run into a time limit of its own."""

    def cut() -> None:
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(SECONDS, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        with suppress(*_BROKEN):
            sign_out()
        timer.cancel()
        line.close()


class _Pop:
    def __init__(self, server: poplib.POP3) -> None:
        self.server = server
        self.numbers: dict[str, int] = {}

    def letters(self) -> list[tuple[str, int]]:
        sizes = dict(line.decode("ascii").split()[:2] for line in self.server.list()[1])
        found = []
        for line in self.server.uidl()[1]:
            number, key = line.decode("ascii", "replace").split()[:2]
            self.numbers[key] = int(number)
            found.append((key, int(sizes.get(number, "0"))))
        return found

    def fetch(self, key: str) -> bytes:
        return b"\r\n".join(self.server.retr(self.numbers[key])[1]) + b"\r\n"


def _readable(error: Any) -> str:
    """What a server or the system said, without the name and password that were sent."""
    told = error.args[0] if isinstance(error, Exception) and error.args else error
    if isinstance(error, OSError):
        told = error.strerror or str(error)
    return told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
