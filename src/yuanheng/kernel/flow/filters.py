"""Filters of a list of cases."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.kernel import clock
from yuanheng.kernel.directory import directory
from yuanheng.kernel.flow.assigning import assigned_to
from yuanheng.kernel.flow.declaration import Flow
from yuanheng.kernel.flow.inbox import my_turns
from yuanheng.kernel.resources.filters import Filter, Option


class StateFilter(Filter):
    """Cases in one state, or open, or closed."""

    def __init__(self, flow: type[Flow]) -> None:
        super().__init__("state", gettext_lazy("State"))
        self.flow = flow

    def options(self, user: Any, value: str) -> list[Option]:
        found = [Option(one.code, one.title) for one in self.flow.states]
        return [Option("_open", _("all open ones")), *found]

    def apply(self, queryset: models.QuerySet, value: str, user: Any) -> models.QuerySet:
        if value == "_open":
            return queryset.filter(closed_at__isnull=True)
        return queryset.filter(state=value)


class DueFilter(Filter):
    """Overdue, or due soon."""

    def __init__(self) -> None:
        super().__init__("due", gettext_lazy("Due"))

    def options(self, user: Any, value: str) -> list[Option]:
        return [
            Option("overdue", _("overdue")),
            Option("week", _("within a week")),
            Option("none", _("without a date")),
        ]

    def apply(self, queryset: models.QuerySet, value: str, user: Any) -> models.QuerySet:
        running = queryset.filter(closed_at__isnull=True)
        if value == "overdue":
            return running.filter(due_on__lt=clock.today(), suspended_at__isnull=True)
        if value == "week":
            return running.filter(due_on__lte=clock.today() + timedelta(days=7))
        return running.filter(due_on__isnull=True) if value == "none" else queryset.none()


class HandsFilter(Filter):
    """Mine to do, assigned to me, in my organisation's hands, or opened by me."""

    def __init__(self) -> None:
        super().__init__("hands", gettext_lazy("In hands of"))

    def options(self, user: Any, value: str) -> list[Option]:
        return [
            Option("todo", _("my turn")),
            Option("assigned", _("assigned to me")),
            Option("office", _("my organisation")),
            Option("opened", _("opened by me")),
        ]

    def apply(self, queryset: models.QuerySet, value: str, user: Any) -> models.QuerySet:
        if value == "todo":
            return queryset.filter(pk__in=my_turns(user).values("case"))
        if value == "assigned":
            return queryset.filter(assigned_to(user))
        if value == "office":
            posts = {org_unit_id for _role, org_unit_id in directory().posts(user)}
            return queryset.filter(org_unit__in=posts | {user.org_unit_id})
        return queryset.filter(opened_by=user) if value == "opened" else queryset.none()


class OpenedFilter(Filter):
    """Opened from a day on, or up to a day: by years and months that there are."""

    def __init__(self, name: str, label: Any, comparison: str) -> None:
        super().__init__(name, label)
        self.comparison = comparison

    def options(self, user: Any, value: str) -> list[Option]:
        """The last twelve months; any other day may stand in the address."""
        first = clock.today().replace(day=1)
        days = []
        for _month in range(12):
            days.append(first)
            first = (first - timedelta(days=1)).replace(day=1)
        if self.comparison == "lte":
            days = [clock.today(), *(day - timedelta(days=1) for day in days[:-1])]
        found = [day.isoformat() for day in days]
        if value and value not in found:
            found.insert(0, value[:10])
        return [Option(one, one) for one in found]

    def apply(self, queryset: models.QuerySet, value: str, user: Any) -> models.QuerySet:
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return queryset.none()
        day = min(max(day, date(1900, 1, 1)), date(2999, 12, 31))
        if self.comparison == "gte":
            begin = timezone.make_aware(datetime.combine(day, time.min))
            return queryset.filter(opened_at__gte=begin)
        end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
        return queryset.filter(opened_at__lt=end)
