"""Entries of the left navigation that belong to no single register.

A room's own register adds its entry itself; an entry whose page isn't there isn't shown, so the
rooms of the evaluation get theirs as soon as they are installed.
"""

from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.navigation import EVALUATION, TOOLS, NavItem, add

add(
    NavItem(_("Overview"), "home", "home", 10, shortcut="h"),
    NavItem(_("Evaluations"), "run-list", "chart-bar", 50, EVALUATION, shortcut="e"),
    NavItem(_("Schemes"), "scheme-list", "adjustments", 60, EVALUATION, shortcut="s"),
    NavItem(_("Data import"), "upload-list", "database-import", 70, TOOLS, shortcut="i"),
    NavItem(_("Jobs"), "job-list", "list-check", 71, TOOLS),
)
