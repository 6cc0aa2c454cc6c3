"""Explain a figure, and flag it to be followed up. Each remark is a row that stays."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from yuanheng.calc.periods import Period
from yuanheng.kernel.actions import action, record
from yuanheng.kernel.plain_text import refuse_unkept
from yuanheng.kernel.policies import EDIT, Refused, require
from yuanheng.ledger.models import FigureRemark, Indicator, Subject
from yuanheng.ledger.queries.believed import latest

_LONGEST = 500


@action("ledger.remark_figure")
def remark_figure(
    *,
    acting_user: Any,
    subject_id: int,
    indicator_id: int,
    period: Period,
    comment: str = "",
    follow_up: bool = False,
    value: float | None = None,
) -> FigureRemark:
    """Note a remark on a figure, and put its flag up or down.

    ``value`` (kept measure) is what the remark speaks of; without one, what the ledger holds now.
    Raises ``Refused`` for a subject outside the person's area, ``ValidationError`` for a remark
    that says nothing new.
    """
    subject = Subject.objects.visible_to(acting_user).filter(pk=subject_id).first()
    if subject is None:
        raise Refused(_("This figure lies outside your area."))
    require(acting_user, EDIT, subject)
    indicator = Indicator.objects.visible_to(acting_user).filter(pk=indicator_id).first()
    if indicator is None:
        raise ValidationError(_("There is no indicator with the number %(id)s.") % {
            "id": indicator_id
        })  # fmt: skip
    said = comment.strip()
    refuse_unkept(said)
    if len(said) > _LONGEST:
        raise ValidationError({"comment": _("At most %(most)s characters.") % {"most": _LONGEST}})
    key = (subject_id, period.start, period.kind, indicator_id)
    if not said and _is_flagged(key) == follow_up:
        raise ValidationError({"comment": _("Write a remark, or change the flag.")})
    if value is None:
        value = latest([key]).get(key, (0, None))[1]
    row = FigureRemark.objects.create(
        subject=subject,
        indicator=indicator,
        period_start=period.start,
        period_kind=period.kind,
        value=value,
        follow_up=follow_up,
        comment=said,
        by=acting_user,
    )
    record(row, after={"comment": said, "follow_up": follow_up, "value": value})
    return row


def _is_flagged(key: tuple[int, int, int, int]) -> bool:
    subject, start, kind, indicator = key
    rows = FigureRemark.objects.filter(
        subject_id=subject, period_start=start, period_kind=kind, indicator_id=indicator
    )
    return bool(rows.order_by("pk").values_list("follow_up", flat=True).last())
