"""What the pages of an import say and show beside the rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _


class ImportWords:
    """Where an import is more than rows of a register, it says so in its own words.

    ``finished`` is given the counts of the rows, ``finished_at`` the moment and the person.
    """

    last_step = _("Imported")
    reading = _(
        "The order of the columns doesn't matter, and a title above the headings is no harm. An "
        "empty cell, or a column left out, leaves what is in the register."
    )
    new_rows = _("New rows")
    nothing_new = _(
        "Everything in this file is in the register already; there is nothing to import."
    )
    confirm = _("Confirm and import")
    finished = _("Imported: %(new)d new, %(changed)d changed, %(faulty)d left out.")
    finished_at = _("Imported on %(at)s by %(by)s.")
    to_result = _("To the register")


@dataclass(frozen=True)
class Tile:
    """One figure above the preview."""

    label: Any
    value: str
    tone: str = ""


@dataclass(frozen=True)
class PreviewPanel:
    """A card below the rows of a preview, or above them if it comes ``first``."""

    title: Any
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    first: bool = False
