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
    "revert": _("Taken back to an earlier state"),
    "export": _("Exported"),
}
_labels: dict[str, Any] = {
    "kernel.write_note": _("Note written"),
    "kernel.correct_note": _("Note corrected"),
    "kernel.write_internal_note": _("Internal note written"),
    "kernel.correct_internal_note": _("Internal note corrected"),
    "kernel.archive_internal_note": _("Internal note archived"),
    "kernel.archive_note": _("Note archived"),
    "kernel.attach_file": _("File attached"),
    "kernel.archive_attachment": _("Attachment archived"),
    "kernel.set_tags": _("Tags changed"),
    "kernel.link_rows": _("Linked"),
    "kernel.remove_link": _("Link removed"),
}


def name_action(code: str, label: Any) -> None:
    """Give an action of a room its name."""
    _labels[code] = label


def action_choices() -> list[tuple[str, Any]]:
    """(verb or code, name) of everything that has a name, for a filter."""
    return [*_VERBS.items(), *_labels.items()]


def action_label(code: str) -> Any:
    """The name given, or that of the verb, or the code itself."""
    if code in _labels:
        return _labels[code]
    return _VERBS.get(code.partition(".")[2].partition("_")[0], code)
