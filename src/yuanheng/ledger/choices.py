from django.db import models
from django.utils.translation import gettext_lazy as _


class SubjectKind(models.TextChoices):
    """What is evaluated."""

    PARK = "park", _("Parks")
    ENTERPRISE = "enterprise", _("Enterprises")
    DEPARTMENT = "department", _("Departments")
    PROJECT = "project", _("Projects")
    BUILDING = "building", _("Buildings")
    PERSON = "person", _("Persons")


class DataGroup(models.TextChoices):
    """Data that not everybody may see; who may, says ``accounts`` by role."""

    TAX = "tax", _("Tax data")
    ENERGY = "energy", _("Energy data")
