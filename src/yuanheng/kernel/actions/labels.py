"""What an action is called on a page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

_VERBS = {
    "create": _("Created"),
    "update": _("Changed"),
    "archive": _("Archived"),
    "restore": _("Brought back"),
    "import": _("Imported from a table"),
    "export": _("Exported"),
}
_labels: dict[str, Any] = {}


def name_action(code: str, label: Any) -> None:
    """Give an action of a room its name."""
    _labels[code] = label


def action_label(code: str) -> Any:
    """The name given, or that of the verb, or the code itself."""
    if code in _labels:
        return _labels[code]
    return _VERBS.get(code.partition(".")[2].partition("_")[0], code)
