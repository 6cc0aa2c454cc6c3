import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.policies import ScopedQuerySet


class Reckoned(models.Model):
    """Figures of one bearer and year as a room put them together at a moment, and the entry that
    brought them into the ledger.

    Rows are added, never changed; of those of a bearer and year the last is current
    (``is_current``, kept for lists and held to one by each model's constraint).
    """

    token = models.UUIDField(_("token"), default=uuid.uuid4, unique=True, editable=False)
    year = models.PositiveSmallIntegerField(_("year"))
    entry = models.ForeignKey(
        "ledger.Entry",
        verbose_name=_("entry"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reckoned_at = models.DateTimeField(_("reckoned at"), default=clock.now)
    is_current = models.BooleanField(_("current"), default=True)

    objects: Any = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True
