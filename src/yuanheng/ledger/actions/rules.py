"""Load the sample rules of checks."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from yuanheng.kernel.actions import action, record, record_rows
from yuanheng.kernel.policies import EDIT, require
from yuanheng.kernel.search.index import index_rows
from yuanheng.ledger.models import CheckRule
from yuanheng.ledger.rules import rule_faults
from yuanheng.ledger.shipped import shipped_rules


@action("ledger.load_check_rules")
def load_check_rules(*, acting_user: Any) -> int:
    """Add the shipped rules that aren't there yet and whose indicators the catalogue has; how many
    were new. What an office has changed is left as it is."""
    require(acting_user, EDIT, CheckRule)
    known = set(CheckRule.objects.values_list("code", flat=True))
    rows = [CheckRule(**one) for one in shipped_rules() if one["code"] not in known]
    rows = CheckRule.objects.bulk_create(one for one in rows if not rule_faults(one))
    index_rows(CheckRule, [one.pk for one in rows])
    event = record(label=_("Shipped rules of checks"), after={"added": len(rows)})
    record_rows(event, CheckRule, ((one.pk, None, None) for one in rows))
    return len(rows)
