"""Who may see and register sources of tasks, and set how tasks are scored."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from yuanheng.accounts.api import STAFF, Place, PlacePolicy, Role
from yuanheng.kernel.dated import SettingPolicy
from yuanheng.kernel.policies import ARCHIVE, EDIT, EXPORT, IMPORT, VIEW, policy
from yuanheng.supervision.models import ScoreRule, Source, Task

SUPERVISORS = frozenset(
    {
        Role.SUPERVISION_OFFICER,
        Role.ANALYST,
        Role.ADMINISTRATOR,
        Role.LEADER,
        Role.BUREAU_OFFICER,
        Role.PARK_APPROVER,
    }
)


@policy(Source)
class SourcePolicy(PlacePolicy):
    """The office's own people; and whoever has a task of it sees what that comes from."""

    org_unit_path = "owner"
    roles = {VIEW: STAFF, EDIT: SUPERVISORS, ARCHIVE: SUPERVISORS, IMPORT: frozenset()}

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        place: Place = self.place(user, action)
        mine = self.place_filter(place) if place else Q(pk__in=())
        if action in (VIEW, EXPORT):
            tasks = Task.objects.visible_to(user).order_by().values("source")
            mine = mine | Q(pk__in=tasks) if mine else mine
        return queryset.filter(mine)

    def refusal(self, action: str) -> str:
        if action in (VIEW, EXPORT):
            return super().refusal(action)
        return _("Only who supervises tasks registers their sources.")


policy(ScoreRule)(SettingPolicy)
