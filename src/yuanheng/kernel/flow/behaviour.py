"""What an action does beside moving the case: a hook with three questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django import forms

from yuanheng.kernel.flow.declaration import Action, Flow
from yuanheng.kernel.flow.parties import Turn
from yuanheng.kernel.models import Case


@dataclass
class Step:
    """One action while it runs: what a behaviour or an effect may read and set."""

    flow: Flow
    action: Action
    case: Any
    user: Any
    acting_for: int | None
    at: datetime
    today: date
    values: Mapping[str, Any] = field(default_factory=dict)  # cleaned
    reason: str = ""
    marked: tuple[str, ...] = ()
    about: int | None = None  # the organisation concerned
    person: int | None = None  # the person concerned
    tells_next: bool = True  # whether those whose turn it is are told
    changes: dict[str, list[Any]] = field(default_factory=dict)
    outcome: str = "met"  # of the clocks that this action stops


class Behaviour:
    """Subclasses override what they need."""

    def inputs(self, flow: Flow, case: Case, user: Any) -> dict[str, forms.Field]:
        """What the form asks beside fields of the case."""
        return {}

    def offered(self, flow: Flow, case: Case) -> bool:
        """Whether this case knows the action at all; a flow may serve cases of two purposes."""
        return True

    def why_not(self, flow: Flow, case: Case, user: Any) -> str:
        """A sentence if the action can't be done now for another reason than state and person."""
        return ""

    def turns(self, flow: Flow, case: Case, turns: list[Turn]) -> list[Turn]:
        """Of those who may, who is expected to act now."""
        return turns

    def apply(self, step: Step) -> None:
        """Do it, after the case's fields have been written."""
