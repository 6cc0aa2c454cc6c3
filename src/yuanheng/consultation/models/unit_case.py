from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.models import Case


class UnitCase(Case):
    """What one unit is asked: its own case with its own clock.

    ``unit`` answers and ``office`` asked, whoever has the case in hands now.
    """

    unit = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("unit"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    office = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("asking office"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    given_on = models.DateField(_("handed in on"), null=True, editable=False)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("handed in by"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if self.office_id is None and self.whole is not None:  # who asks keeps it
            self.office_id = self.whole.owner_id
