"""Where my work and the flows are found: in the navigation and on the home page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock, home, navigation
from yuanheng.kernel.flow import inbox, own_work
from yuanheng.kernel.flow.declaration import all_flows
from yuanheng.kernel.flow.views import others_in, work_rows

SHOWN = 5


def _home(user: Any) -> dict[str, Any] | None:
    """The numbers of the inbox, and what is due first."""
    if not (all_flows() or inbox.sources()):
        return None
    numbers = inbox.counts(user)
    if not any(numbers.values()):
        return None
    first = list(inbox.cases_in(user, inbox.TO_DO)[:SHOWN])
    left = SHOWN - len(first)
    others = others_in(user, inbox.TO_DO, numbers) if left else []
    return {
        "tabs": [(code, title, numbers[code]) for code, title in inbox.TABS.items()],
        "rows": work_rows(first),
        "others": [one for _title, items, _number in others for one in items][:left],
        "today": clock.today(),
    }


def install() -> None:
    """Called once, when the kernel starts."""
    navigation.add(
        navigation.NavItem(
            _("My work"),
            "my-work",
            "list-check",
            15,
            shown_to=lambda user: bool(all_flows() or inbox.sources()),
            count=inbox.badge,
            shortcut="w",
        ),
        navigation.NavItem(
            _("Flows"),
            "flow-list",
            "sitemap",
            75,
            navigation.TOOLS,
            shown_to=lambda user: bool(all_flows()),
        ),
    )
    own_work.install()
    home.add(home.HomePanel("kernel/flow/_home_work.html", _home, order=5))
