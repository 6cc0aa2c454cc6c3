"""The ordered list in the navigation; names of the room's actions."""

from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.actions.labels import name_action
from yuanheng.kernel.navigation import SUPERVISION, NavItem, add
from yuanheng.kernel.policies import VIEW, can
from yuanheng.publicworks.models import PublicProject

add(
    NavItem(
        _("Public projects"),
        "publicproject-ordered",
        "building-community",
        59,
        group=SUPERVISION,
        shown_to=lambda user: can(user, VIEW, PublicProject),
    )
)
name_action("publicworks.report", _("Progress of a project reported"))
