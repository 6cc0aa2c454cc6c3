"""Valid unified social credit codes for tests (GB 32100-2015 check digit)."""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def credit_code(number: int) -> str:
    """The ``number``-th made-up code with a right check digit.

    >>> len(credit_code(1))
    18
    """
    body = f"9133100000000{number:04d}"
    total = sum(ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return body + ALPHABET[(31 - total % 31) % 31]
