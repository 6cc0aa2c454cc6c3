"""Rows that are added and read, nothing else; ``kernel.final_tables`` guards their tables, too."""

from __future__ import annotations

from typing import Any

from django.db import models

from yuanheng.kernel.policies import ScopedQuerySet


class RowIsFinal(TypeError):  # noqa: N818  named for what it says
    """Somebody tried to change a row that can only be added to."""

    def __init__(self) -> None:
        super().__init__(
            "Rows of this table can't be changed or deleted, only added. "
            "Write a correction with its reason: both stay to be seen."
        )


class FinalQuerySet(ScopedQuerySet):
    """Reads; refuses every change."""

    def update(self, **values: Any) -> int:
        raise RowIsFinal

    def bulk_update(self, *args: Any, **options: Any) -> int:
        raise RowIsFinal

    def delete(self) -> tuple[int, dict[str, int]]:
        raise RowIsFinal

    def _raw_delete(self, using: str | None) -> int:
        raise RowIsFinal


class FinalRow(models.Model):
    """A row that is written once."""

    objects: Any = FinalQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise RowIsFinal
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        raise RowIsFinal
