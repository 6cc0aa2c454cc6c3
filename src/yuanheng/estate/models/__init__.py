from yuanheng.estate.models.area import AreaItem, AreaRule
from yuanheng.estate.models.reckoning import Reckoning
from yuanheng.estate.models.tax import TaxKind, TaxPaid
from yuanheng.estate.models.tenant import TenantMerge

__all__ = ["AreaItem", "AreaRule", "Reckoning", "TaxKind", "TaxPaid", "TenantMerge"]
