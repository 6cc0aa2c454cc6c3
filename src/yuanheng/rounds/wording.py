"""Figures of a sheet as people type and read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from yuanheng.calc.faults import Fault
from yuanheng.kernel import figures
from yuanheng.tabular.numbers import parse_boolean, parse_number


def typed_figure(text: Any, field: Mapping[str, Any], name: str = "") -> Any:
    """What somebody typed for a field, in the field's unit. ValidationError (under ``name``) for
    what can't be read."""
    if isinstance(text, bool | int | float):
        return text
    written = str(text or "").strip()
    if not written:
        return None
    if field["kind"] == "text":
        return written[:200]
    is_flag = field["kind"] == "boolean"
    found = parse_boolean(written) if is_flag else parse_number(written, field["unit"])
    if isinstance(found, Fault) or found.value is None:
        message = _("“%(found)s” is no figure for %(name)s.") % {
            "found": written[:40],
            "name": field["name"],
        }
        raise ValidationError({name: message} if name else message)
    return bool(found.value) if is_flag else float(found.value)


def shown_figure(value: Any, field: Mapping[str, Any]) -> str:
    """A figure of a sheet in words: ``1,234.5``, ``是``, a dash for what isn't known."""
    if value is None or value == "":
        return figures.MISSING
    if isinstance(value, bool) or field["kind"] == "boolean":
        return str(_("Yes") if value else _("No"))
    return figures.exact(value) if isinstance(value, int | float) else str(value)
