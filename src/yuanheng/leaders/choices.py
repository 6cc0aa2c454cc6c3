from django.db import models
from django.utils.translation import gettext_lazy as _


class LinkKind(models.TextChoices):
    """What a leader is linked to."""

    PARK = "park", _("Park")
    ENTERPRISE = "enterprise", _("Enterprise")
    PROJECT = "project", _("Project")
    CHAIN = "chain", _("Industry chain")
