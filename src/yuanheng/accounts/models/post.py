from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.policies import ScopedQuerySet


class DatedQuerySet(ScopedQuerySet):
    """Rows that count from a day to a day."""

    def in_force(self) -> "DatedQuerySet":
        """Those that count today."""
        return self.in_force_on(clock.today())

    def in_force_on(self, day: Any) -> "DatedQuerySet":
        return self.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=day), valid_from__lte=day
        )

    def not_over(self) -> "DatedQuerySet":
        """Those that count today or will."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=clock.today()))


class Dated(models.Model):
    """From a day to a day, both inclusive; ended, never erased."""

    valid_from = models.DateField(_("from"), default=clock.today)
    valid_until = models.DateField(_("until (inclusive)"), null=True, blank=True)

    objects: Any = DatedQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_in_force(self) -> bool:
        today = clock.today()
        return self.valid_from <= today and (self.valid_until is None or self.valid_until >= today)


class Post(Dated):
    """What somebody is in an organisation: their title. What they may do there, say the grants
    that name the post."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.PROTECT,
        related_name="posts",
    )
    org_unit = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="posts",
    )
    title = models.CharField(_("title of the post"), max_length=50)

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["-valid_from", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="post_ends_after_it_begins",
                violation_error_message=_("A post can't end before it begins."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.org_unit}{self.title}"
