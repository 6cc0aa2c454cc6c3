"""A problem found by somebody, put to the unit that should know: its answer, by a clock."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.consultation.actions import add_consultation, put_to_units, set_questions
from yuanheng.consultation.models import Consultation, Reply
from yuanheng.kernel.flow.findings import CaseOffer, Finding, offer_case
from yuanheng.kernel.policies import EDIT, can


@transaction.atomic
def ask_about(*, acting_user: Any, finding: Finding) -> Reply:
    """A consultation of one question to one unit; the unit's case. Raises Refused for who may not
    ask for the office, ValidationError without a unit."""
    if finding.org_unit_id is None:
        raise ValidationError(_("Choose the unit to which the question is put."))
    said = {"where": finding.found_at, "words": finding.words}
    whole = add_consultation(
        acting_user=acting_user,
        values={
            "title": finding.words[:150],
            "said_by": finding.found_by[:100],
            "deadline": finding.deadline,
            "background": _("%(where)s; found there: %(words)s") % said,
            "owner_id": finding.office_id,
        },
    )
    set_questions(
        acting_user=acting_user, consultation=whole,
        text=_("What is the matter with this, and what will your unit do by when? %(words)s")
        % said,
    )  # fmt: skip
    put_to_units(
        acting_user=acting_user, whole=whole, model=Reply, name="consultation",
        org_unit_ids=[finding.org_unit_id],
    )  # fmt: skip
    return whole.replies.get()


offer_case(
    CaseOffer(
        code="question",
        title=gettext_lazy("Question to the unit, to be answered"),
        may_open=lambda user: can(user, EDIT, Consultation),
        open_case=ask_about,
    )
)
