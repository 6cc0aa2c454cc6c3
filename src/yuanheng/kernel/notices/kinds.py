"""Kinds of notices: what a person or a channel chooses by."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

OTHER, DIGEST, TEST = "other", "digest", "test"

_kinds: dict[str, Any] = {}


def add_kind(code: str, title: Any) -> None:
    """Name a kind. A notice ``flow.overdue`` is of the kind ``flow.overdue`` or, where there is
    none, of ``flow``; without either, of "other"."""
    _kinds[code] = title


def all_kinds() -> list[tuple[str, Any]]:
    """(code, title) of every kind one can choose, "other" last."""
    return [*_kinds.items(), (OTHER, _("Other notices"))]


def kind_of(code: str) -> str:
    """The kind to which a notice with this code belongs."""
    if code in _kinds:
        return code
    room = code.partition(".")[0]
    return room if room in _kinds else OTHER


add_kind(DIGEST, _("Daily summary"))
add_kind("flow", _("Cases to deal with"))
add_kind("clock", _("Deadlines and supervision"))
add_kind("import", _("Imports and long jobs"))
