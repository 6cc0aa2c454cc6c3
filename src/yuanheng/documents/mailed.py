"""The files that come with a mail: most offices send the document as an attachment."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from pathlib import PurePath

from yuanheng.reading.loading import KINDS
from yuanheng.reading.loading.mail import refuse_mail_bomb

MOST = 20


def attachments_of(data: bytes) -> list[tuple[str, bytes]]:
    """Name and content of the readable files attached to a mail, the first twenty. Mails inside
    the mail are left alone; what can't be taken apart has none (the reader says so). Raises
    UnreadableDocument for a mail bomb."""
    refuse_mail_bomb(data)
    found: list[tuple[str, bytes]] = []
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
        if not isinstance(message, EmailMessage):
            return []
        for part in message.iter_attachments():
            name = PurePath((part.get_filename() or "").replace("\\", "/")).name
            suffix = PurePath(name).suffix.lower()
            payload = part.get_payload(decode=True) if suffix in KINDS else None
            if suffix != ".eml" and isinstance(payload, bytes) and payload:
                found.append((name, payload))
            if len(found) == MOST:
                break
    except (RecursionError, ValueError, LookupError, AttributeError, TypeError):
        return []
    return found
