"""One spelling for the content of a log row, whatever database it comes back from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

_ENCODER = DjangoJSONEncoder(sort_keys=True, separators=(",", ":"))
_PLAIN = json.JSONEncoder(sort_keys=True, separators=(",", ":"))


def canonical(value: Any) -> str:
    """JSON with sorted keys. A whole number has one spelling: databases return 1.0 and 1e16 in
    different ones."""
    text = _ENCODER.encode(value)
    if ".0" in text or "e+" in text:
        return _PLAIN.encode(json.loads(text, parse_float=_number))
    return text


def event_hash(event: Any, sequence: int, previous_hash: str) -> str:
    """The hash of a log row's content, its place and the row before."""
    content = [
        sequence,
        previous_hash,
        event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        event.acting_user_id,
        event.action_code,
        str(event.correlation),
        event.subject_model,
        event.subject_pk,
        event.subject_label,
        event.before,
        event.after,
        event.reason,
        event.address,
        event.rows_digest,
    ]
    return hashlib.sha256(canonical(content).encode()).hexdigest()


class RowsDigest:
    """The hash over the changed rows of one event, in their order."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.count = 0

    def add(self, model: str, pk: str, before: Any, after: Any) -> None:
        if before is None and after is None and pk.isalnum() and pk.isascii():
            text = f'["{model}","{pk}",null,null]'  # a row that was made: fifty thousand at once
        else:
            text = canonical([model, pk, before, after])
        self._hash.update(text.encode())
        self._hash.update(b"\n")
        self.count += 1

    @property
    def text(self) -> str:
        return self._hash.hexdigest()


def rows_digest(rows: Iterable[tuple[str, str, Any, Any]]) -> str:
    """The digest of (model, primary key, before, after) rows; empty for none."""
    digest = RowsDigest()
    for row in rows:
        digest.add(*row)
    return digest.text if digest.count else ""


def _number(text: str) -> int | float:
    value = float(text)
    return int(value) if value.is_integer() else value
