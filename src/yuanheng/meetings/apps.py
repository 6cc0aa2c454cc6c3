from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    """Meetings from the agenda to the tasks of their minutes."""

    name = "yuanheng.meetings"
    label = "meetings"
    verbose_name = _("Meetings")
