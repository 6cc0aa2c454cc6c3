"""Who sees clocks and slips, and who sets calendars, terms and lights."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from yuanheng.kernel.dated import SettingPolicy
from yuanheng.kernel.directory import directory
from yuanheng.kernel.models import CalendarDay, CalendarYear, Clock, LightRule, Slip, TermRule
from yuanheng.kernel.policies import EXPORT, VIEW, Policy, policy

_LOOKING = (VIEW, EXPORT)


class _Running(Policy):
    """Those of the responsible organisation and above it look on; the program alone writes."""

    holder_path = "holder"

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        if action not in _LOOKING:
            return queryset.none()
        if user.is_superuser:
            return queryset
        mine = directory().mine(user, None, "responsible") | Q(**{self.holder_path: user})
        return queryset.filter(mine)

    def anywhere(self, user: Any, action: str) -> bool:
        return action in _LOOKING


@policy(Clock)
class ClockPolicy(_Running):
    """A clock is moved by the actions of the room it belongs to, never by hand."""


@policy(Slip)
class SlipPolicy(_Running):
    """A slip is given by the time alone."""

    holder_path = "clock__holder"


class _National(Policy):
    """Everybody may look; it counts for everybody, so the administrators at the top change it."""

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        return queryset if self.anywhere(user, action) else queryset.none()

    def anywhere(self, user: Any, action: str) -> bool:
        return action in _LOOKING or directory().administers(user, None)

    def refusal(self, action: str) -> str:
        return _("This counts for every organisation: only an administrator at the top sets it.")


policy(CalendarDay)(_National)
policy(CalendarYear)(_National)


policy(TermRule)(SettingPolicy)
policy(LightRule)(SettingPolicy)
