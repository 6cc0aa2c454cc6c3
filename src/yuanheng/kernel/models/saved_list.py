from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.policies import ScopedQuerySet


class SavedList(models.Model):
    """A list as somebody likes to see it: conditions, order and columns, as one query string.

    Shared with an organisation, its people find it too. A person's own columns for a register
    lie in the one without a name.
    """

    register = models.CharField(_("register"), max_length=60)
    name = models.CharField(_("name of the view"), max_length=40, blank=True)
    query = models.TextField(_("conditions"), blank=True, max_length=4000)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("saved by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    org_unit = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("shared with"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    saved_at = models.DateTimeField(_("saved at"), default=clock.now)

    objects: Any = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["register", "org_unit"], name="saved_list_shared")]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "register", "name"],
                name="saved_list_once",
                violation_error_message=_("You have a view of this name already."),
            ),
            models.CheckConstraint(
                condition=~Q(name="") | Q(org_unit__isnull=True),
                name="saved_list_shared_has_name",
            ),
        ]

    def __str__(self) -> str:
        return self.name
