"""The ledger's own entries in the navigation, and names of its actions."""

from django.utils.translation import gettext_lazy as _

from yuanheng.accounts.api import Role, place_of
from yuanheng.kernel.actions.labels import name_action
from yuanheng.kernel.clocks import on_tick
from yuanheng.kernel.navigation import EVALUATION, FIGURES, NavItem, add
from yuanheng.kernel.policies import VIEW, can
from yuanheng.ledger import form_uses, freeze_uses, jobs, own_work  # noqa: F401  tell passports, workers, the inbox
from yuanheng.ledger.actions.forms import open_due_periods
from yuanheng.ledger.models import Observation, PublishedFigure, Target

add(
    NavItem(
        _("Published examples"),
        "published-figures",
        "file-text",
        65,
        EVALUATION,
        shown_to=lambda user: can(user, VIEW, PublishedFigure),
        is_for_staff=True,
    )
)
add(
    NavItem(
        _("City totals"),
        "city-totals",
        "sitemap",
        42,
        FIGURES,
        shown_to=lambda user: can(user, VIEW, Observation),
        is_for_staff=True,
    )
)
add(
    NavItem(
        _("Figures to fill in"),
        "own-sheets",
        "list-check",
        41,
        FIGURES,
        shown_to=lambda user: bool(place_of(user, frozenset({Role.ENTERPRISE_USER}))),
    )
)
add(
    NavItem(
        _("Data quality"),
        "quality",
        "checkbox",
        45,
        FIGURES,
        shown_to=lambda user: can(user, VIEW, Observation),
        is_for_staff=True,
    )
)
add(
    NavItem(
        _("Targets"),
        "target-tree",
        "target-arrow",
        41,
        FIGURES,
        shown_to=lambda user: can(user, VIEW, Target),
    )
)
name_action("ledger.add_target", _("Target set"))
name_action("ledger.revise_target", _("Target changed"))
name_action("ledger.change_aim", _("Aim changed"))
name_action("ledger.write_figures", _("Figures entered"))
name_action("ledger.endorse_entry", _("Entry approved"))
name_action("ledger.define_indicator", _("Defined anew"))
name_action("ledger.load_catalogue", _("Catalogue loaded"))
name_action("ledger.save_drafts", _("Drafts kept"))
name_action("ledger.report_submission", _("Figures reported"))
name_action("ledger.endorse_submission", _("Figures approved"))
name_action("ledger.open_form_period", _("Period asked for"))
name_action("ledger.close_form_period", _("Period closed"))
name_action("ledger.reopen_form_period", _("Period opened again"))
name_action("ledger.freeze_form_period", _("Frozen"))
name_action("ledger.freeze_figures", _("Frozen"))
name_action("ledger.make_frozen_table", _("Table made"))
name_action("ledger.freeze_snapshot", _("Frozen"))
name_action("ledger.met_snapshot_again", _("The same table was given again"))
on_tick("reporting forms", open_due_periods)
name_action("ledger.load_check_rules", _("Sample rules loaded"))
name_action("ledger.remark_figure", _("Remark on a figure"))
