"""Generic screens: a ``Resource`` declares what a register shows, the kernel does the rest."""

from yuanheng.kernel.resources.base import (
    Resource,
    add_panel,
    all_resources,
    register,
    resource_for,
    resource_of,
)
from yuanheng.kernel.resources.filters import (
    ChoiceFilter,
    DayFilter,
    DayRangeFilter,
    Filter,
    FlagFilter,
    NumberRangeFilter,
    Option,
    RelationFilter,
)
from yuanheng.kernel.resources.formula_rules import FormulaRules
from yuanheng.kernel.resources.panels import (
    FieldsPanel,
    HistoryPanel,
    Panel,
    RelatedPanel,
    TemplatePanel,
)
from yuanheng.kernel.resources.rows import Button, Section
from yuanheng.kernel.tables import Badge, Column

__all__ = [
    "Badge",
    "Button",
    "ChoiceFilter",
    "Column",
    "DayFilter",
    "DayRangeFilter",
    "FieldsPanel",
    "Filter",
    "FlagFilter",
    "FormulaRules",
    "HistoryPanel",
    "NumberRangeFilter",
    "Option",
    "Panel",
    "RelatedPanel",
    "RelationFilter",
    "Resource",
    "Section",
    "TemplatePanel",
    "add_panel",
    "all_resources",
    "register",
    "resource_for",
    "resource_of",
]
