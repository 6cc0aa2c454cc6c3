"""Which tables can come in: what a room's importers read, and every register that has none."""

from __future__ import annotations

from typing import Any

from yuanheng.kernel.importing.base import Importer, TableImporter

_importers: dict[str, Importer] = {}


def register(kind: type[Importer]) -> type[Importer]:
    """Class decorator: what this importer reads can be uploaded."""
    _importers[kind.code] = kind()
    return kind


class ResourceImporter(TableImporter):
    """Made from a register's own declaration."""

    def __init__(self, resource: Any) -> None:
        self.code = resource.name  # type: ignore[misc]
        self.title = resource.title  # type: ignore[misc]
        self.hint = resource.import_hint  # type: ignore[misc]
        self.order = 50 + (resource.nav_order or 0)  # type: ignore[misc]
        self.model = resource.model  # type: ignore[misc]
        self.done_url_name = f"{resource.name}-list"  # type: ignore[misc]
        self.key = resource.lookup  # type: ignore[misc]
        self.only = resource.exchange_names  # type: ignore[misc]
        self.leave_out = resource.exchange_leave_out  # type: ignore[misc]
        self.headings = resource.exchange_headings  # type: ignore[misc]
        self.match_by = resource.match_by  # type: ignore[misc]


def importer_for(code: str) -> Importer | None:
    """The importer of that code, or that of the register of that name."""
    if code in _importers:
        return _importers[code]
    from yuanheng.kernel.resources import all_resources

    for resource in all_resources():
        if resource.name == code and resource.is_importable:
            return ResourceImporter(resource)
    return None


def all_importers() -> list[Importer]:
    """In the order in which an empty system needs them."""
    from yuanheng.kernel.resources import all_resources

    made = [
        ResourceImporter(resource)
        for resource in all_resources()
        if resource.is_importable and not resource.importer_code
    ]
    return sorted([*_importers.values(), *made], key=lambda one: one.order)
