from django.db import models
from django.utils.translation import gettext_lazy as _


class OrgKind(models.TextChoices):
    """What an organisation is."""

    PROVINCE = "province", _("Province")
    CITY = "city", _("City")
    COUNTY = "county", _("County or district")
    BUREAU = "bureau", _("Bureau")
    COMMITTEE = "committee", _("Park committee")
    PLATFORM = "platform", _("Platform company")
    STREET = "street", _("Street or township")
    ENTERPRISE = "enterprise", _("Enterprise")


class Role(models.TextChoices):
    """What somebody may do in a place; what each may, say the policies (``authz.py``)."""

    ADMINISTRATOR = "administrator", _("Administrator")
    ANALYST = "analyst", _("Analyst")
    LEADER = "leader", _("Leader")
    BUREAU_OFFICER = "bureau_officer", _("Bureau officer")
    PARK_REPORTER = "park_reporter", _("Park reporter")
    PARK_APPROVER = "park_approver", _("Park approver")
    INVESTMENT_OFFICER = "investment_officer", _("Investment officer")
    SUPERVISION_OFFICER = "supervision_officer", _("Supervision officer")
    PLATFORM_COMPANY = "platform_company", _("Platform company")
    ENTERPRISE_USER = "enterprise_user", _("Enterprise user")
    AUDITOR = "auditor", _("Auditor")


# Whose people are staff, so that they read what is internal. A kind that isn't named is outside.
INSIDE = frozenset(
    {
        OrgKind.PROVINCE,
        OrgKind.CITY,
        OrgKind.COUNTY,
        OrgKind.BUREAU,
        OrgKind.COMMITTEE,
        OrgKind.PLATFORM,
        OrgKind.STREET,
    }
)

# Who gives a matter of their organisation to one of its people.
LEADING = (Role.LEADER,)
