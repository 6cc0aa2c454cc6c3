"""The ledger's own entries in the navigation, and names of its actions."""

from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.actions.labels import name_action
from yuanheng.kernel.navigation import NavItem, add
from yuanheng.kernel.policies import VIEW, can
from yuanheng.ledger.models import PublishedFigure

add(
    NavItem(
        _("Published examples"),
        "published-figures",
        "file-text",
        65,
        shown_to=lambda user: can(user, VIEW, PublishedFigure),
    )
)
name_action("ledger.freeze_snapshot", _("Frozen"))
name_action("ledger.met_snapshot_again", _("The same table was given again"))
