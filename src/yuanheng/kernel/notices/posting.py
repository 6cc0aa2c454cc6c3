"""One careful HTTP POST: to the host that was checked, without redirects, within limits."""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

CONNECT_SECONDS, WHOLE_SECONDS = 8, 15
MOST_BYTES = 64 * 1024
_USUAL = {"http": 80, "https": 443}


class NotSent(Exception):  # noqa: N818  named for what it says
    """The message didn't get through; the text says why."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes


def post(address: str, body: bytes, headers: dict[str, str], *, inside: bool = False) -> Answer:
    """Send ``body``; ``NotSent`` when there is no answer that can be used.

    The name is resolved once, each of its addresses is checked, and the connection goes to just
    that address, so a name can't point elsewhere between the check and the call.
    """
    parts = urlsplit(address)
    if parts.scheme not in _USUAL or not parts.hostname:
        raise NotSent(_("The address must begin with https:// or http://."))
    try:
        port = parts.port or _USUAL[parts.scheme]
    except ValueError:
        raise NotSent(_("The address has no valid port.")) from None
    target = checked_address(parts.hostname, port, inside=inside)
    connection = _connection(parts.scheme, parts.hostname, port, target)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return _exchange(connection, path, body, headers)


def checked_address(host: str, port: int, *, inside: bool) -> str:
    """The number under which ``host`` may be called, or ``NotSent``."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotSent(_("The host %(host)s can't be found.") % {"host": host}) from None
    numbers = [str(one[4][0]) for one in found]
    for number in numbers:
        if not _may_be_called(ipaddress.ip_address(number.partition("%")[0]), inside):
            raise NotSent(
                _("%(host)s lies in a private network, which this channel may not call.")
                % {"host": host}
            )
    return numbers[0]


def _may_be_called(number: ipaddress.IPv4Address | ipaddress.IPv6Address, inside: bool) -> bool:
    number = getattr(number, "ipv4_mapped", None) or number
    if number.is_loopback:
        return settings.NOTICE_LOOPBACK
    if number.is_link_local or number.is_multicast or number.is_unspecified:
        return False
    return number.is_global or (inside and number.is_private)


def _connection(scheme: str, host: str, port: int, target: str) -> http.client.HTTPConnection:
    if scheme == "https":
        context = ssl.create_default_context()
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            host, port, timeout=CONNECT_SECONDS, context=context
        )
    else:
        connection = http.client.HTTPConnection(host, port, timeout=CONNECT_SECONDS)
    connection._create_connection = (  # type: ignore[attr-defined]
        lambda _address, timeout, source: socket.create_connection((target, port), timeout, source)
    )
    return connection


def _exchange(
    connection: http.client.HTTPConnection, path: str, body: bytes, headers: dict[str, str]
) -> Answer:
    def end() -> None:  # whoever answers drop by drop is cut off
        with contextlib.suppress(OSError, AttributeError):
            connection.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(WHOLE_SECONDS, end)
    timer.daemon = True
    timer.start()
    try:
        connection.request("POST", path, body, {"User-Agent": "Yuanheng", **headers})
        response = connection.getresponse()
        answer = Answer(response.status, response.read(MOST_BYTES + 1))
    except TimeoutError:
        raise NotSent(_("The receiver did not answer in time.")) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        told = type(error).__name__
        raise NotSent(_("The connection failed (%(error)s).") % {"error": told}) from None
    finally:
        timer.cancel()
        connection.close()
    if len(answer.body) > MOST_BYTES:
        raise NotSent(_("The receiver's answer is too long to be read."))
    if not 200 <= answer.status < 300:
        raise NotSent(
            _("The receiver answered with status %(status)s.") % {"status": answer.status}
        )
    return answer
