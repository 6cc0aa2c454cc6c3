from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.models import Archivable
from yuanheng.kernel.policies import ScopedQuerySet


class Leader(Archivable):
    """A leading post of an office: a person, or the post whoever holds it (``name`` empty).

    ``user`` is the account of who holds it now, if they have one.
    """

    code = models.CharField(_("leader code"), max_length=40, unique=True, editable=False)
    title = models.CharField(_("leading post"), max_length=60, help_text=_("Such as 副市长."))
    name = models.CharField(
        _("name of the leader"),
        max_length=50,
        blank=True,
        help_text=_("Empty: the post itself is linked, whoever holds it."),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Of who holds the post; an administrator chooses it."),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    owner = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("office"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("leader of an office")
        verbose_name_plural = _("Leaders and their links")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.title} {self.name}".strip()
