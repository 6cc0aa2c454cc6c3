"""Codes that begin alike, as a range: an index serves it on every database, ``LIKE`` does not."""

from __future__ import annotations


def begins_with(path: str, prefix: str) -> dict[str, str]:
    """Conditions for ``filter``: ``code`` from ``4313`` to before ``4314``.

    For codes of digits and letters. An empty prefix fits everything.
    """
    if not prefix:
        return {}
    following = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    return {f"{path}__gte": prefix, f"{path}__lt": following}
