"""What programs may read and write of a register."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar


class ApiOptions:
    """The REST endpoint; mixed into ``Resource``. It is on unless switched off."""

    api: ClassVar[bool] = True
    api_hidden: ClassVar[Sequence[str]] = ()  # names of fields that programs don't get

    def extra_routes(self, router: Any) -> None:
        """Further addresses of this register, added to its ``ninja.Router`` (``/{key}/accept/``).

        Called once, when the addresses are built; import nothing of ninja before that.
        """
