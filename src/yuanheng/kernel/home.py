"""What rooms put on the home page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class HomePanel:
    """A template and a function from the user to its context; ``None`` hides the panel."""

    template: str
    context: Callable[[Any], dict[str, Any] | None]
    order: int = 50


_panels: dict[str, HomePanel] = {}


def add(panel: HomePanel) -> None:
    _panels[panel.template] = panel


def panels_for(user: Any) -> list[dict[str, Any]]:
    """Filled panels in their order."""
    filled = []
    for panel in sorted(_panels.values(), key=lambda one: one.order):
        context = panel.context(user)
        if context is not None:
            filled.append({"template": panel.template, "context": context})
    return filled
