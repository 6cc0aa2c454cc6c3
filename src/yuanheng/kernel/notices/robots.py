"""How DingTalk, WeCom, Feishu and a signed webhook want a message, and how they say no."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlencode, urlsplit, urlunsplit

from django.utils.translation import gettext as _

from yuanheng.kernel.models import ChannelKind
from yuanheng.kernel.notices.posting import Answer, NotSent, post

_WECOM_BYTES = 2000  # WeCom cuts a text at 2048 bytes


@dataclass(frozen=True)
class Message:
    """What is to be said, whoever carries it."""

    token: str
    code: str
    text: str
    link: str  # whole address, or nothing
    at: datetime

    @property
    def lines(self) -> str:
        return f"{self.text}\n{self.link}" if self.link else self.text


@dataclass(frozen=True)
class Call:
    """An HTTP request that is ready to be sent."""

    address: str
    body: bytes
    headers: dict[str, str]


def send(kind: str, address: str, secret: str, message: Message, *, inside: bool) -> None:
    """Send by robot or webhook; ``NotSent`` says why it failed."""
    build, check = _FORMS[ChannelKind(kind)]
    call = build(address, secret, message)
    check(post(call.address, call.body, call.headers, inside=inside))


def dingtalk(address: str, secret: str, message: Message) -> Call:
    """Signed in the address: HMAC-SHA256 of timestamp, newline and secret, under the secret."""
    if secret:
        stamp = str(int(message.at.timestamp() * 1000))
        digest = hmac.digest(secret.encode(), f"{stamp}\n{secret}".encode(), "sha256")
        address = _with(address, timestamp=stamp, sign=base64.b64encode(digest).decode())
    return _json(address, {"msgtype": "text", "text": {"content": message.lines}}, message)


def wecom(address: str, secret: str, message: Message) -> Call:
    """No signature: the key lies in the address."""
    text = message.lines
    if len(text.encode()) > _WECOM_BYTES:
        room = _WECOM_BYTES - len(message.link.encode()) - 4
        text = message.text.encode()[:room].decode("utf-8", "ignore") + "…\n" + message.link
    return _json(address, {"msgtype": "text", "text": {"content": text}}, message)


def feishu(address: str, secret: str, message: Message) -> Call:
    """Signed in the body: HMAC-SHA256 of nothing, under timestamp, newline and secret."""
    body: dict[str, Any] = {"msg_type": "text", "content": {"text": message.lines}}
    if secret:
        stamp = str(int(message.at.timestamp()))
        digest = hmac.digest(f"{stamp}\n{secret}".encode(), b"", "sha256")
        body = {"timestamp": stamp, "sign": base64.b64encode(digest).decode(), **body}
    return _json(address, body, message)


def webhook(address: str, secret: str, message: Message) -> Call:
    """Our own form; the header signs timestamp, dot and body, under the secret."""
    body = {
        "id": message.token,
        "sent_at": message.at.isoformat(),
        "kind": message.code,
        "text": message.text,
        "link": message.link,
    }
    call = _json(address, body, message)
    if secret:
        stamp = str(int(message.at.timestamp()))
        digest = hmac.digest(secret.encode(), f"{stamp}.".encode() + call.body, "sha256")
        call.headers["X-Yuanheng-Signature"] = f"t={stamp},v1={digest.hex()}"
    return call


def _json(address: str, body: dict[str, Any], message: Message) -> Call:
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Yuanheng-Delivery": message.token,
    }
    return Call(address, json.dumps(body, ensure_ascii=False).encode(), headers)


def _with(address: str, **parameters: str) -> str:
    parts = urlsplit(address)
    query = [pair for pair in parse_qsl(parts.query) if pair[0] not in parameters]
    text = urlencode([*query, *parameters.items()], quote_via=quote_plus)
    return urlunsplit(parts._replace(query=text, fragment=""))


def _accepts(*names: str) -> Callable[[Answer], None]:
    """These services answer 200 to a refusal too; only a code of 0 in the body is a yes."""

    def check(answer: Answer) -> None:
        try:
            said = json.loads(answer.body)
            code = next(said[name] for name in names if name in said)
        except (ValueError, TypeError, StopIteration):
            raise NotSent(_("The receiver's answer can't be understood.")) from None
        if code != 0:
            words = said.get("errmsg") or said.get("msg") or said.get("StatusMessage") or ""
            raise NotSent(
                _("The receiver refused the message: %(code)s %(words)s")
                % {"code": str(code)[:20], "words": str(words)[:150]}
            )

    return check


_Form = tuple[Callable[[str, str, Message], Call], Callable[[Answer], None]]
_FORMS: dict[ChannelKind, _Form] = {
    ChannelKind.DINGTALK: (dingtalk, _accepts("errcode")),
    ChannelKind.WECOM: (wecom, _accepts("errcode")),
    ChannelKind.FEISHU: (feishu, _accepts("code", "StatusCode")),
    ChannelKind.WEBHOOK: (webhook, lambda _answer: None),
}
