"""Tells the passport of a figure which targets it counts for."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yuanheng.ledger.models import Observation
from yuanheng.ledger.queries.targets import targets_of_figure
from yuanheng.ledger.uses import Use, tell_figure


def _targets(user: Any, row: Observation) -> list[Use]:
    found = targets_of_figure(user, row.subject_id, row.indicator, row.period.year)
    return [Use(_("Target"), str(one), reverse("target-detail", args=[one.code])) for one in found]


tell_figure(_targets)
