import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.models.setting import OfficeSetting


class NamedSetting(OfficeSetting):
    """A setting that has a name, and a token for its address."""

    token = models.UUIDField(_("token"), default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name
