"""Why an action on a case can't be done."""

from __future__ import annotations

from yuanheng.kernel.policies import Refused


class NotNow(Refused):
    """The person might, but the case isn't where the action begins, or something is missing."""


class Outdated(NotNow):
    """Somebody else was faster; the sentence says who did what when."""


class FaultyFlow(Exception):  # noqa: N818  named for what it says
    """A declaration that can't work. ``faults`` are all of them, one sentence each."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("Flows that can't work:\n" + "\n".join(f"- {one}" for one in faults))
