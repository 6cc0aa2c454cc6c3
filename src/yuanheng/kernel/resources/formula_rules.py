"""The pages of a formula that offices set for themselves, whatever it is for."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from yuanheng.kernel.navigation import SETTINGS
from yuanheng.kernel.policies import EDIT
from yuanheng.kernel.resources.base import Resource
from yuanheng.kernel.resources.panels import FieldsPanel, HistoryPanel
from yuanheng.kernel.tables import Column


class FormulaRules(Resource):
    """For a model that is a ``FormulaSetting``; a subclass adds name, path, model, order and what
    counts while nothing is set."""

    icon, lookup, nav_group, nav_action = "adjustments", "pk", SETTINGS, EDIT
    columns = [
        Column("formula", link=True),
        Column("org_unit__name"),
        Column("valid_from", kind="day"),
        Column("valid_until", kind="day", phone=False),
        Column("clause", phone=False),
    ]
    search = ["formula", "clause"]
    related = ["org_unit"]
    ordering = ["-valid_from", "pk"]
    form_fields = ["formula", "org_unit", "clause", "valid_from", "valid_until"]
    panels = [
        FieldsPanel(
            gettext_lazy("Particulars"),
            ["formula", "org_unit__name", "clause", Column("valid_from", kind="day"),
             Column("valid_until", kind="day")],
        ),
        HistoryPanel(gettext_lazy("History")),
    ]  # fmt: skip

    def subtitle(self, row: Any) -> Any:
        return row.clause
