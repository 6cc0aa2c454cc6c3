"""亩均评价 (per-mu evaluation): evaluated land area, evaluated tax, and room for growth, each with
the parts that it is made of."""

from yuanheng.calc.land.area import AreaItem, AreaPart, EvaluatedArea, evaluated_area
from yuanheng.calc.land.growth import Room, quantile, room_for_growth
from yuanheng.calc.land.tax import EvaluatedTax, TaxItem, TaxRule, evaluated_tax
from yuanheng.calc.land.tenants import Tenant, merge_tenants

__all__ = [
    "AreaItem",
    "AreaPart",
    "EvaluatedArea",
    "EvaluatedTax",
    "Room",
    "TaxItem",
    "TaxRule",
    "Tenant",
    "evaluated_area",
    "evaluated_tax",
    "merge_tenants",
    "quantile",
    "room_for_growth",
]
