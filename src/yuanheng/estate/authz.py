"""Who keeps area and tax of enterprises, and who reads them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from yuanheng.accounts.api import OFFICE, STAFF, PlacePolicy, Role
from yuanheng.estate.models import AreaItem, AreaRule, Reckoning, TaxKind, TaxPaid, TenantMerge
from yuanheng.kernel.dated import SettingPolicy
from yuanheng.kernel.policies import ADMINISTER, ARCHIVE, EDIT, IMPORT, VIEW, policy

_KEEPERS = OFFICE | {Role.PARK_REPORTER}
# What each firm pays is not for everybody: those before whom tax data is not masked.
_TAX_READERS = OFFICE | {
    Role.LEADER, Role.AUDITOR, Role.PARK_REPORTER, Role.PARK_APPROVER, Role.ENTERPRISE_USER,
}  # fmt: skip


class _OfEnterprise(PlacePolicy):
    """By the enterprise's territory, or by the committee of its park; an enterprise its own."""

    code_path = "enterprise__region__code"
    org_unit_path = "enterprise__park__committee"
    credit_code_path = "enterprise__credit_code"


@policy(AreaItem)
class AreaItemPolicy(_OfEnterprise):
    """Kept by the office and the park's reporter; officers of a bureau look over their area."""

    looks_farther = True
    roles = {
        VIEW: STAFF | {Role.ENTERPRISE_USER}, EDIT: _KEEPERS, IMPORT: _KEEPERS, ARCHIVE: OFFICE,
        ADMINISTER: frozenset({Role.ADMINISTRATOR}),
    }  # fmt: skip

    def refusal(self, action: str) -> str:
        if action in (EDIT, IMPORT, ARCHIVE):
            return _("Area items are kept by the office and by the park's reporter.")
        return super().refusal(action)


@policy(TaxPaid)
class TaxPaidPolicy(_OfEnterprise):
    """Kept by the office; read by those before whom tax data is not masked."""

    roles = {
        VIEW: _TAX_READERS, EDIT: OFFICE, IMPORT: OFFICE, ARCHIVE: OFFICE,
        ADMINISTER: frozenset({Role.ADMINISTRATOR}),
    }  # fmt: skip


@policy(TenantMerge)
class TenantMergePolicy(PlacePolicy):
    """By where the tenant lies; kept by the office."""

    code_path = "tenant__region__code"
    org_unit_path = "tenant__park__committee"
    credit_code_path = "tenant__credit_code"
    looks_farther = True
    roles = {
        VIEW: STAFF | {Role.ENTERPRISE_USER}, EDIT: OFFICE, IMPORT: OFFICE, ARCHIVE: OFFICE,
        ADMINISTER: frozenset({Role.ADMINISTRATOR}),
    }  # fmt: skip


@policy(Reckoning)
class ReckoningPolicy(_OfEnterprise):
    """Read as tax is; the office has them reckoned."""

    roles = {VIEW: _TAX_READERS, EDIT: OFFICE, IMPORT: frozenset(), ARCHIVE: frozenset()}

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        if action == EDIT:  # a row stays as it was reckoned
            return queryset.none()
        return super().instances(user, action, queryset)


policy(TaxKind)(SettingPolicy)
policy(AreaRule)(SettingPolicy)
