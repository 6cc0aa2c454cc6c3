"""What the history calls the writes of this room; its feeds are registered with it."""

from django.utils.translation import gettext_lazy as _

from yuanheng.estate import feeds  # noqa: F401  registers what the ledger asks
from yuanheng.kernel.actions.labels import name_action

name_action("estate.correct_area", _("Area corrected by a decision"))
name_action("estate.end_area", _("Area item ended by a correction"))
name_action("estate.reckon_year", _("Area and tax reckoned"))
