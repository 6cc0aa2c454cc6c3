"""Which values of a row a person gets as a mask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models

from yuanheng.kernel.masking import MASK, hidden_fields


def masked_in(user: Any, model: type[models.Model], rows: Sequence[Any]) -> dict[Any, frozenset]:
    """Names of the hidden fields by primary key."""
    return hidden_fields(user, model, rows)


__all__ = ["MASK", "masked_in"]
