"""Everything that happens with time: what the tick calls beside the clocks.

One list, so that nobody has to look for it. Each line is quick, can be repeated, and has
transactions of its own.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.clocks import on_tick
from yuanheng.kernel.clocks.calendar import is_working_day
from yuanheng.kernel.flow.inbox import OVERDUE, TO_DO, counts
from yuanheng.kernel.notices import DigestLine, add_digest_line, deliver_due, send_digests
from yuanheng.kernel.once import forget_old_tickets

# The lead of the in-process tick lasts 150 seconds, and clocks wait for the next one: what can't
# be sent in this time is sent a minute later.
SENDING_SECONDS = 20


def install() -> None:
    """Called once, when the kernel starts."""
    add_digest_line("my-work", _my_work)
    on_tick("digest", _digests)  # first: what it says leaves in the same tick
    on_tick("notices", _notices)
    on_tick("forms", _old_forms)
    on_tick("programs", _old_calls)


def _notices(now: datetime) -> dict[str, int]:
    # Not at ``now``: what this tick has just put down is due a moment later.
    report = deliver_due(seconds=SENDING_SECONDS)
    found = {"sent": report.sent, "failed": report.failed, "dead": report.dead}
    return {name: number for name, number in found.items() if number}


def _digests(now: datetime) -> int:
    return send_digests(now, is_working_day=is_working_day)


def _old_forms(now: datetime) -> int:
    return forget_old_tickets()


def _old_calls(now: datetime) -> int:
    # The door of programs is only opened where it is asked for.
    from yuanheng.kernel.rest.once import forget_old_calls

    return forget_old_calls()


def _my_work(user: Any, today: date) -> list[DigestLine]:
    numbers = counts(user)
    return [
        DigestLine(_("To do"), numbers[TO_DO]),
        DigestLine(_("Overdue"), numbers[OVERDUE]),
    ]
