"""Rules of lights as an office has set them."""

from __future__ import annotations

from datetime import date
from typing import Any

from yuanheng.kernel.models import LightRule


def frozen_light(code: str, org_unit_id: int | None, on: date) -> dict[str, Any]:
    """What a running clock keeps of the rule of lights that was in force when it started."""
    return {"code": code}


def check_light_rule(rule: LightRule) -> None:
    """ValidationError for a rule that can't be used."""
