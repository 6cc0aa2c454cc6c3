from django.db import models
from django.utils.translation import gettext_lazy as _


class OrgKind(models.TextChoices):
    """What an organisation is."""

    PROVINCE = "province", _("Province")
    CITY = "city", _("City")
    COUNTY = "county", _("County or district")
    BUREAU = "bureau", _("Bureau")
    COMMITTEE = "committee", _("Park committee")
    ENTERPRISE = "enterprise", _("Enterprise")


class Role(models.TextChoices):
    """What somebody may do in a place."""

    ADMINISTRATOR = "administrator", _("Administrator")
    ANALYST = "analyst", _("Analyst")
    READER = "reader", _("Reader (leader)")
    PARK_REPORTER = "park_reporter", _("Park reporter")
