"""Names of the room's actions and notices."""

from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.actions.labels import name_action
from yuanheng.kernel.notices import add_kind

add_kind("meetings", _("Meetings to which my unit is asked"))
name_action("meetings.ask_units", _("Units asked"))
name_action("meetings.sign_in", _("Signed in"))
name_action("meetings.add_minutes", _("Minutes put on the desk"))
