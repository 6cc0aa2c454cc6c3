"""A stamp says which state of a row a program has seen, so that nobody overwrites unseen work."""

from __future__ import annotations

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.crypto import salted_hmac

from yuanheng.kernel.actions import snapshot


def stamp_of(row: models.Model) -> str:
    """The same for the same values; keyed, so that it tells nothing about a hidden one."""
    values = json.dumps(snapshot(row), cls=DjangoJSONEncoder, sort_keys=True)
    return salted_hmac("yuanheng.stamp", values, algorithm="sha256").hexdigest()[:16]


def matches(header: str, stamp: str) -> bool:
    """Whether an ``If-Match`` header names this stamp."""
    named = [one.strip().removeprefix("W/").strip('"') for one in header.split(",")]
    return "*" in named or stamp in named


def etag(stamp: str) -> str:
    return f'"{stamp}"'


__all__ = ["etag", "matches", "stamp_of"]


def difference(row: Any, sent: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """The fields that were sent and differ from what the row holds now."""
    return {
        name: {"sent": value, "now": now.get(name)}
        for name, value in sent.items()
        if now.get(name) != value
    }
