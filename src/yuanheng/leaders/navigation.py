"""Names of the room's actions."""

from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.actions.labels import name_action

name_action("leaders.record_visit", _("Visit recorded"))
name_action("leaders.add_problems", _("Problems of a visit handed on"))
