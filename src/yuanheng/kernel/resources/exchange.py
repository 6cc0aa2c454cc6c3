"""How a register's rows come in and go out as tables."""

from __future__ import annotations

from typing import ClassVar


class ExchangeOptions:
    """Import and export; mixed into ``Resource``."""

    importer_code: ClassVar[str] = ""
