"""Unified social credit codes (GB 32100-2015) for enterprises that do not exist.

The division digits start with 99, a prefix that GB/T 2260 gives to no province, so no code made
here can belong to a real enterprise; the two check characters are right.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from yuanheng.tabular.credit_code import ALPHABET, WEIGHTS

_ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])
_CODE_WEIGHTS = np.array(WEIGHTS)
_LETTERS = np.array(list(ALPHABET))
_ORGANISATION_VALUE = np.array([_ORGANISATION_ALPHABET.index(letter) for letter in ALPHABET])
_BODY_LENGTH = 6


def is_valid(code: str) -> bool:
    """Whether ``code`` has 18 allowed characters and both check characters are right."""
    if len(code) != 18 or any(letter not in ALPHABET for letter in code):
        return False
    places = np.array([[ALPHABET.index(letter) for letter in code]])
    return bool(
        places[0, 16] == _organisation_check(places[:, 8:16])[0]
        and places[0, 17] == _code_check(places[:, :17])[0]
    )


def with_wrong_check(code: str) -> str:
    """The same code with its last character replaced by the next one, hence invalid."""
    return code[:-1] + ALPHABET[(ALPHABET.index(code[-1]) + 1) % 31]


def draw_codes(rng: np.random.Generator, divisions: NDArray[np.str_]) -> NDArray[np.object_]:
    """One code per six-digit division code, all different."""
    count = len(divisions)
    bodies = _distinct_numbers(rng, count, 31**_BODY_LENGTH)
    places = np.empty((count, 18), dtype=np.int64)
    places[:, 0] = 9
    places[:, 1] = 1
    places[:, 2:8] = np.array([list(division) for division in divisions], dtype=np.int64)
    places[:, 8] = ALPHABET.index("M")
    places[:, 9] = ALPHABET.index("A")
    for place in range(_BODY_LENGTH):
        places[:, 10 + place] = bodies // 31**place % 31
    places[:, 16] = _organisation_check(places[:, 8:16])
    places[:, 17] = _code_check(places[:, :17])
    letters = np.ascontiguousarray(_LETTERS[places])
    return letters.view("<U18").ravel().astype(object)


def _organisation_check(places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Check character of the organisation code (GB 11714), as its place in ``ALPHABET``."""
    rest = (11 - _ORGANISATION_VALUE[places] @ _ORGANISATION_WEIGHTS % 11) % 11
    return np.where(rest == 10, ALPHABET.index("X"), rest)


def _code_check(places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Check character of the whole code, as its place in ``ALPHABET``."""
    return np.asarray((31 - places @ _CODE_WEIGHTS % 31) % 31, dtype=np.int64)


def _distinct_numbers(rng: np.random.Generator, count: int, limit: int) -> NDArray[np.int64]:
    """``count`` different whole numbers below ``limit``, in the order they were drawn."""
    drawn = rng.integers(0, limit, count)
    while True:
        _, first = np.unique(drawn, return_index=True)
        kept = drawn[np.sort(first)]
        if len(kept) >= count:
            return kept[:count]
        drawn = np.concatenate([kept, rng.integers(0, limit, count - len(kept) + 8)])
