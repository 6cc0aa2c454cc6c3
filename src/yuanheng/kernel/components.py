"""What the components of a page are fed with (``templates/kernel/components``).

A component reads attributes only: any object, or a dictionary, with these names will do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class TimelineEntry:
    """One thing that happened, or is due: ``components/timeline.html``.

    ``tone`` is good, bad, warn, now (where the case stands) or nothing; ``lines`` are further
    sentences; ``changes`` are (name, before, after) or, with the address that takes the change
    back, (name, before, after, address); ``links`` are (text, address) of what can be done.
    """

    title: Any
    at: datetime | None = None
    by: Any = ""
    text: Any = ""
    href: str = ""
    tone: str = ""
    lines: Sequence[Any] = ()
    changes: Sequence[tuple[Any, ...]] = ()
    links: Sequence[tuple[Any, str]] = ()


@dataclass(frozen=True)
class Passport:
    """Where a figure comes from, shown beside it: ``components/figure.html``.

    What isn't known is left empty and its line left out.
    """

    period: Any = ""
    source: Any = ""
    source_href: str = ""
    filled_by: Any = ""
    approved_by: Any = ""
    known_at: datetime | None = None
    definition: Any = ""
    exact: Any = ""  # the figure with all its digits, where the page shows it rounded


@dataclass(frozen=True)
class Tab:
    """One of several views of the same thing: ``components/tabs.html``."""

    text: Any
    href: str
    count: int | None = None
    is_active: bool = False
