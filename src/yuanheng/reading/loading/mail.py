"""Mails: subject, sender, date, and the text of the body."""

from __future__ import annotations

import email
import email.policy
import itertools
from email.message import EmailMessage

from yuanheng.reading.faults import UnreadableDocument
from yuanheng.reading.loading.encodings import decoded
from yuanheng.reading.loading.html import html_text
from yuanheng.reading.loading.kinds import broken

MOST_PARTS = 10_000
MOST_NAMED = 200
"""So many attachments are named; a mail of thousands isn't looked through for their names."""


def refuse_mail_bomb(data: bytes) -> None:
    """Raises UnreadableDocument for a mail of so many parts that taking it apart has no end."""
    count = data.count(b"\n--")
    if count > MOST_PARTS:
        raise UnreadableDocument(
            "bomb", f"邮件分成 {count:,} 段,不是正常的邮件,不予打开。请让对方另发,或把正文另存为 .txt 后再读。",
            f"The mail has {count:,} parts, as no ordinary one has; it isn't opened. Have it sent again, or save its text.",
        )  # fmt: skip


def mail_text(data: bytes) -> str:
    """The subject as first line, the date in Chinese, then the body; attachments are named."""
    refuse_mail_bomb(data)
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
        if not isinstance(message, EmailMessage):
            raise broken("no mail")
        head = [str(message["subject"] or "").strip()]
        sent = message["date"].datetime if message["date"] else None
        if sent:
            head.append(f"{sent.year}年{sent.month}月{sent.day}日")
        body = message.get_body(preferencelist=("plain", "html"))
        text = _body(body) if isinstance(body, EmailMessage) else ""
        named = itertools.islice(message.iter_attachments(), MOST_NAMED)
        names = [part.get_filename() for part in named]
    except RecursionError as error:
        raise UnreadableDocument(
            "bomb", "邮件里层层套着邮件,不予打开。请把最里面的邮件另存后再读。",
            "The mail holds mails inside mails without end; it isn't opened. Save the innermost one.",
        ) from error  # fmt: skip
    except (ValueError, LookupError, AttributeError, TypeError, KeyError, IndexError) as error:
        raise broken(error) from error
    if not text.strip() and not head[0]:
        raise broken("没有正文 / no body")
    kept = [f"附件:{name}" for name in names if name]
    return "\n".join([*head, text, *kept])


def _body(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else str(payload).encode()
    if part.get_content_type() == "text/html":
        return html_text(data)[1].text
    return decoded(data, part.get_content_charset()).replace("\r\n", "\n")
