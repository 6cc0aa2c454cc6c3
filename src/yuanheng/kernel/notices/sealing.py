"""Secrets of channels at rest: unreadable without the installation's key (decision 0026).

The standard library has no cipher; HMAC-SHA256 in counter mode is a sound one when each message
has its own nonce, and a second HMAC over nonce and text shows any change.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os

from django.conf import settings
from django.utils.translation import gettext as _

_NONCE, _TAG = 16, 32


class Unreadable(ValueError):  # noqa: N818  named for what it says
    """What was sealed can't be opened: it was changed, or the installation's key is another."""


def seal(text: str) -> str:
    """``text`` so that only this installation can read it; nothing stays nothing."""
    if not text:
        return ""
    nonce = os.urandom(_NONCE)
    hidden = _mixed(text.encode(), nonce)
    return base64.b64encode(nonce + hidden + _tag(nonce + hidden)).decode()


def unseal(sealed: str) -> str:
    """The text again; ``Unreadable`` if the key doesn't fit."""
    if not sealed:
        return ""
    raw = base64.b64decode(sealed)
    body, tag = raw[:-_TAG], raw[-_TAG:]
    if len(raw) < _NONCE + _TAG or not hmac.compare_digest(_tag(body), tag):
        raise Unreadable(
            _("The stored address can't be read with this installation's key; enter it again.")
        )
    return _mixed(body[_NONCE:], body[:_NONCE]).decode()


def _key(purpose: bytes) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), b"yuanheng.notices." + purpose, "sha256")


def _tag(body: bytes) -> bytes:
    return hmac.digest(_key(b"tag"), body, "sha256")


def _mixed(text: bytes, nonce: bytes) -> bytes:
    key = _key(b"text")
    size = hashlib.sha256().digest_size
    blocks = range(-(-len(text) // size))
    stream = b"".join(hmac.digest(key, nonce + at.to_bytes(8, "big"), "sha256") for at in blocks)
    return bytes(one ^ other for one, other in zip(text, stream, strict=False))
