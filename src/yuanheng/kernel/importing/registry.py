from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yuanheng.kernel.importing.base import Importer

_importers: dict[str, Importer] = {}


def register(kind: type[Importer]) -> type[Importer]:
    """Class decorator: what this importer reads can be uploaded."""
    _importers[kind.code] = kind()
    return kind


def importer_for(code: str) -> Importer | None:
    return _importers.get(code)


def all_importers() -> list[Importer]:
    """In the order in which an empty system needs them."""
    return sorted(_importers.values(), key=lambda one: one.order)
