from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yuanheng.accounts.choices import Role
from yuanheng.kernel import clock
from yuanheng.kernel.policies import ScopedQuerySet


class GrantQuerySet(ScopedQuerySet):
    def in_force(self) -> "GrantQuerySet":
        """Those that count today."""
        today = clock.today()
        return self.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=today), valid_from__lte=today
        )


class Grant(models.Model):
    """One person's role in one organisation and everything under it, from a day to a day.

    Deputising and a change of post are grants with dates; a grant is ended, not edited.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.PROTECT,
        related_name="grants",
    )
    org_unit = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="grants",
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    valid_from = models.DateField(_("from"), default=clock.today)
    valid_until = models.DateField(_("until (inclusive)"), null=True, blank=True)

    objects: Any = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        ordering = ["-valid_from", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="grant_ends_after_it_begins",
                violation_error_message=_("A grant can't end before it begins."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.org_unit}"

    @property
    def is_in_force(self) -> bool:
        today = clock.today()
        return self.valid_from <= today and (self.valid_until is None or self.valid_until >= today)
