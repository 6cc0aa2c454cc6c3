"""For which schemes figures can be uploaded.

The evaluation stands above the ledger, so it offers its schemes here; the ledger only needs to
know which columns a scheme wants.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class TableLayout:
    """A scheme as the ledger sees it: its text says which columns a table must have."""

    code: str
    title: str
    kind: str
    scheme_text: str


_sources: list[Callable[[Any], list[TableLayout]]] = []


def offer(source: Callable[[Any], list[TableLayout]]) -> None:
    """Register a function from a user to the layouts that they may use."""
    if source not in _sources:
        _sources.append(source)


def layouts_for(user: Any) -> list[TableLayout]:
    return [layout for source in _sources for layout in source(user)]


def layout_for(user: Any, code: str) -> TableLayout | None:
    return next((one for one in layouts_for(user) if one.code == code), None)
