"""What an objection says of single figures, as a form or a program sends it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from yuanheng.rounds.models import Sheet
from yuanheng.rounds.wording import typed_figure


def read_claims(sheet: Sheet, posted: Any) -> list[dict[str, Any]]:
    """What a form says of each figure: ``object_CODE``, ``claimed_CODE``, ``reason_CODE``.
    ValidationError, by field, for a claim without reason or one that can't be read."""
    return checked_claims(
        sheet,
        [
            {
                "field": field["code"],
                "claimed": posted.get(f"claimed_{field['code']}"),
                "reason": posted.get(f"reason_{field['code']}"),
            }
            for field in sheet.fields_given
            if not field.get("fixed") and posted.get(f"object_{field['code']}")
        ],
    )


def checked_claims(sheet: Sheet, claims: Any) -> list[dict[str, Any]]:
    """``field``, ``shown``, ``claimed`` and ``reason`` of each, with what the sheet shows.
    ValidationError, by field, for what isn't on the sheet, can't be read or has no reason."""
    fields = {one["code"]: one for one in sheet.fields_given if not one.get("fixed")}
    if not isinstance(claims, list) or not all(isinstance(one, dict) for one in claims):
        raise ValidationError({"claims": _("A list of figures, each with what it should be.")})
    found, errors = [], {}
    for one in claims:
        code = str(one.get("field") or "")
        try:
            if code not in fields:
                text = _("“%(found)s” isn't a figure of this sheet that can be objected to.")
                raise ValidationError(text % {"found": code[:40]})
            found.append(_claim(sheet, fields[code], one))
        except ValidationError as error:
            errors[code] = error.messages
    if errors:
        raise ValidationError(errors)
    return found


def _claim(sheet: Sheet, field: dict[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    claimed = typed_figure(sent.get("claimed"), field)
    reason = str(sent.get("reason") or "").strip()[:300]
    shown = sheet.figures.get(field["code"])
    if not reason:
        raise ValidationError(_("Say why this figure is wrong."))
    if claimed is not None and claimed == shown:
        raise ValidationError(_("This is the figure on the sheet."))
    return {"field": field["code"], "shown": shown, "claimed": claimed, "reason": reason}
