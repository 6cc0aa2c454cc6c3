"""The files that come with a mail: most offices send the document as an attachment."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage, Message
from pathlib import PurePath
from typing import NamedTuple

from yuanheng.reading.loading import KINDS
from yuanheng.reading.loading.mail import MOST_NAMED, refuse_mail_bomb

MOST = 20
MOST_INSIDE = 5
"""A mail with more mails inside it isn't taken apart: each would be a document."""
MANY, UNKNOWN, EMPTY, INSIDE = "many", "unknown", "empty", "inside"


class Brought(NamedTuple):
    """``files``: name and content of what can be read, the first twenty. ``left``: name of what
    was left in the mail, and why (a code)."""

    files: list[tuple[str, bytes]]
    left: list[tuple[str, str]]


def attachments_of(data: bytes) -> Brought:
    """What comes with a mail; a mail that was forwarded as an attachment is a file, too. What
    can't be taken apart has nothing (the reader says so). Raises UnreadableDocument for a mail
    bomb."""
    refuse_mail_bomb(data)
    found = Brought([], [])
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
        if not isinstance(message, EmailMessage):
            return found
        inside = data.lower().count(b"message/rfc822")
        for part in message.iter_attachments():
            if len(found.left) == MOST_NAMED:
                break
            name, content, why = _file_of(part, inside)
            if not why and len(found.files) == MOST:
                why = MANY
            if why:
                found.left.append((name, why))
            else:
                found.files.append((name, content))
    except (RecursionError, ValueError, LookupError, AttributeError, TypeError):
        return Brought([], [])
    return found


def _file_of(part: Message, inside: int) -> tuple[str, bytes, str]:
    name = PurePath((part.get_filename() or "").replace("\\", "/")).name[-150:]
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload(0) if part.is_multipart() else None
        if not isinstance(inner, Message):
            return name, b"", EMPTY
        name = name or f"{str(inner['subject'] or '').strip()[:80] or 'mail'}.eml"
        return (name, b"", INSIDE) if inside > MOST_INSIDE else (_eml(name), bytes(inner), "")
    if PurePath(name).suffix.lower() not in KINDS:
        return name or part.get_content_type(), b"", UNKNOWN
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes) or not payload:
        return name, b"", EMPTY
    # Packed mails can't be counted before they are opened: they could be packed without end.
    return (name, b"", INSIDE) if name.lower().endswith(".eml") else (name, payload, "")


def _eml(name: str) -> str:
    return name if name.lower().endswith(".eml") else f"{name}.eml"
