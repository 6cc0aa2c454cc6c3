"""Tells the passport of a figure which forms ask for it, and which submission reported it."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from yuanheng.ledger.choices import EntrySource
from yuanheng.ledger.models import Form, FormItem, Submission
from yuanheng.ledger.uses import AskedFigure, Told, Use, tell_figure


def forms_that_ask(user: Any, asked: AskedFigure) -> Told:
    """The issued forms whose version in force holds the indicator."""
    items = FormItem.objects.filter(indicator=asked.indicator, version=F("form__version"))
    forms = Form.objects.visible_to(user).filter(pk__in=items.values("form"), state="issued")
    return Told(
        forms,
        ("title", "form_code", "code"),
        lambda title, form_code, code: Use(
            _("Asked by the form"), f"{title} ({form_code})", reverse("form-detail", args=[code])
        ),
    )


def submissions_of_rows(user: Any, asked: AskedFigure) -> Told | None:
    """The submissions that reported these very rows."""
    codes = {row.entry.source_key for row in asked.rows if row.entry.source == EntrySource.FORM}
    if not codes - {""}:
        return None
    return Told(
        Submission.objects.visible_to(user).filter(code__in=codes),
        ("title", "code"),
        lambda title, code: Use(_("Submission"), title, reverse("submission-detail", args=[code])),
    )


tell_figure(forms_that_ask)
tell_figure(submissions_of_rows)
