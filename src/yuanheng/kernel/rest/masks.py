"""Which values of a row a person gets as a mask."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from django.db import models

if find_spec("yuanheng.kernel.masking"):
    from yuanheng.kernel.masking import MASK, hidden_fields
else:  # until the kernel knows masks
    MASK = "＊＊＊"

    def hidden_fields(user: Any, model: type[models.Model], rows: Any) -> dict[Any, frozenset]:
        return {}


def masked_in(user: Any, model: type[models.Model], rows: Sequence[Any]) -> dict[Any, frozenset]:
    """Names of the hidden fields by primary key."""
    return hidden_fields(user, model, rows)


__all__ = ["MASK", "hidden_fields", "masked_in"]
