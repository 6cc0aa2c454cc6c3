"""A notice as an e-mail."""

from __future__ import annotations

import smtplib
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext as _

from yuanheng.kernel.notices.posting import CONNECT_SECONDS, NotSent, checked_address
from yuanheng.kernel.notices.robots import Message

# smtps: encrypted from the first byte; smtp: STARTTLS, or nothing is sent; smtp-plain: a relay
# in one's own network.
PORTS = {"smtps": 465, "smtp": 587, "smtp-plain": 25}


def send_mail(
    message: Message, *, to: str, address: str, secret: str, sender: str, inside: bool
) -> None:
    """Send to one person; ``address`` empty: by the server that the environment names."""
    if not to:
        raise NotSent(_("This person has no e-mail address."))
    own = address or settings.MAIL_URL
    if not own:
        raise NotSent(_("No mail server is set: give one here, or as YUANHENG_MAIL_URL."))
    # The environment is the operator's word, who may name any host.
    connection = get_connection(**server(own, secret, inside=inside or not address))
    words = " ".join(message.text.split())
    mail = EmailMessage(
        subject=_("[Yuanheng] %(words)s") % {"words": words[:60] + ("…" if words[60:] else "")},
        body=_("%(lines)s\n\nThis message was sent by the system; please don't answer it.")
        % {"lines": message.lines},
        from_email=sender or settings.MAIL_FROM,
        to=[to],
        headers={"Message-ID": f"<{message.token}@yuanheng>"},
        connection=connection,
    )
    try:
        mail.send()
    except smtplib.SMTPResponseException as error:
        told = f"{error.smtp_code} {_readable(error.smtp_error)}"
        raise NotSent(_("The mail server refused: %(told)s") % {"told": told[:150]}) from None
    except smtplib.SMTPRecipientsRefused:
        raise NotSent(_("The mail server refused the address %(to)s.") % {"to": to}) from None
    except (OSError, smtplib.SMTPException, ValueError) as error:
        told = type(error).__name__
        raise NotSent(
            _("The mail server can't be reached (%(error)s).") % {"error": told}
        ) from None


def server(address: str, secret: str, *, inside: bool) -> dict[str, Any]:
    """What Django's mail needs, from ``smtps://user@host:465``."""
    parts = urlsplit(address)
    if parts.scheme not in PORTS or not parts.hostname:
        raise NotSent(_("Write the mail server as smtps://user@host:465."))
    if parts.scheme == "smtp-plain" and not inside:
        raise NotSent(_("Unencrypted mail is only sent to a server of our own network."))
    port = parts.port or PORTS[parts.scheme]
    checked_address(parts.hostname, port, inside=inside)
    return {
        "host": parts.hostname,
        "port": port,
        "username": unquote(parts.username or ""),
        "password": secret or unquote(parts.password or ""),
        "use_ssl": parts.scheme == "smtps",
        "use_tls": parts.scheme == "smtp",
        "timeout": CONNECT_SECONDS,
        "fail_silently": False,
    }


def _readable(told: Any) -> str:
    return told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
