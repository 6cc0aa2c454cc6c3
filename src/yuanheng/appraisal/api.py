"""The door of the appraisal: links and entries, and the units' figures put together."""

from __future__ import annotations

from yuanheng.appraisal.actions import NobodyToAppraise, reckon_units
from yuanheng.appraisal.models import ListedMatter, ParkLink, UnitReckoning

__all__ = ["ListedMatter", "NobodyToAppraise", "ParkLink", "UnitReckoning", "reckon_units"]
