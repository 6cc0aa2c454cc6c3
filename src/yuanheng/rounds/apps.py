from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoundsConfig(AppConfig):
    """The procedure of an evaluation: figures confirmed, publicity, objections, publication."""

    name = "yuanheng.rounds"
    label = "rounds"
    verbose_name = _("Evaluation rounds")
