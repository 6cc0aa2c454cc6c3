"""Flows: a case moves by actions, never by setting a state.

A room declares a subclass of ``Case``, a ``Flow`` and a ``CaseResource``; see
``docs/methods/flows.md`` and the example beside the tests.
"""

from yuanheng.kernel.flow.behaviour import Behaviour, Step
from yuanheng.kernel.flow.co_units import co_units
from yuanheng.kernel.flow.declaration import (
    OPEN,
    Action,
    Flow,
    Guard,
    Opening,
    State,
    all_flows,
    flow,
    flow_for,
    flow_of,
)
from yuanheng.kernel.flow.engine import perform
from yuanheng.kernel.flow.errors import FaultyFlow, NotNow, Outdated
from yuanheng.kernel.flow.extensions import extending
from yuanheng.kernel.flow.generic import (
    closing,
    handing_over,
    reopening,
    sending_back,
    suspending,
    withdrawing,
)
from yuanheng.kernel.flow.opening import open_case
from yuanheng.kernel.flow.parties import co_unit, in_charge, leading, opener, superior
from yuanheng.kernel.flow.possible import possibilities
from yuanheng.kernel.flow.resource import CaseResource
from yuanheng.kernel.models import Case

__all__ = [
    "OPEN",
    "Action",
    "Behaviour",
    "Case",
    "CaseResource",
    "FaultyFlow",
    "Flow",
    "Guard",
    "NotNow",
    "Opening",
    "Outdated",
    "State",
    "Step",
    "all_flows",
    "closing",
    "co_unit",
    "co_units",
    "extending",
    "flow",
    "flow_for",
    "flow_of",
    "handing_over",
    "in_charge",
    "leading",
    "open_case",
    "opener",
    "perform",
    "possibilities",
    "reopening",
    "sending_back",
    "superior",
    "suspending",
    "withdrawing",
]
