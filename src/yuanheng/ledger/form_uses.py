"""Tells the passport of a figure, and the page of an indicator, which forms ask for it."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from yuanheng.ledger.choices import EntrySource
from yuanheng.ledger.models import Form, FormItem, Indicator, Observation, Submission
from yuanheng.ledger.uses import Use, tell_figure, tell_indicator


def forms_that_ask(user: Any, indicator: Indicator) -> list[Use]:
    """The issued forms whose version in force holds the indicator."""
    items = FormItem.objects.filter(indicator=indicator, version=F("form__version"))
    forms = Form.objects.visible_to(user).filter(pk__in=items.values("form"), state="issued")
    return [
        Use(_("Asked by the form"), f"{one.title} ({one.form_code})", _form_url(one))
        for one in forms.order_by("issued_at")
    ]


def submission_of_row(user: Any, row: Observation) -> list[Use]:
    """The submission that reported this very row."""
    entry = row.entry
    if entry.source != EntrySource.FORM or not entry.source_key:
        return []
    found = Submission.objects.visible_to(user).filter(code=entry.source_key).first()
    if found is None:
        return []
    return [Use(_("Submission"), found.title, reverse("submission-detail", args=[found.code]))]


def _form_url(form: Form) -> str:
    return reverse("form-detail", args=[form.code])


tell_indicator(forms_that_ask)
tell_figure(submission_of_row)
