"""Entries of the navigation, and what the history calls the writes of this room."""

from django.utils.translation import gettext_lazy as _

from yuanheng.appraisal import feeds  # noqa: F401  registers what the ledger asks
from yuanheng.kernel.actions.labels import name_action
from yuanheng.kernel.navigation import SUPERVISION, NavItem, add

add(NavItem(_("1+N appraisal"), "appraisals", "trophy", 56, group=SUPERVISION))
name_action("appraisal.reckon_units", _("Figures of the units put together"))
