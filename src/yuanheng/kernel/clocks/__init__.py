"""Terms, working days, escalation: clocks that run on any row of any room.

term = Term("request.answer", _("Answer"), days=10, ladder=(Step(-3), ...))
clock = start_clock(acting_user=user, subject=row, term=term, responsible=row.org_unit_id)
"""

from yuanheng.kernel.clocks.actions import (
    ClockRefused,
    clocks_of,
    extend_clock,
    pause_clock,
    resume_clock,
    start_clock,
    stop_clock,
)
from yuanheng.kernel.clocks.terms import Step, Term
from yuanheng.kernel.clocks.tick import TickReport, on_tick, tick

__all__ = [
    "ClockRefused",
    "Step",
    "Term",
    "TickReport",
    "clocks_of",
    "extend_clock",
    "on_tick",
    "pause_clock",
    "resume_clock",
    "start_clock",
    "stop_clock",
    "tick",
]
