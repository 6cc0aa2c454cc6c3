from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yuanheng.accounts.choices import OrgKind, Role
from yuanheng.accounts.models.post import Dated


class Grant(Dated):
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
    post = models.ForeignKey(
        "accounts.Post",
        verbose_name=_("post"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="grants",
        help_text=_("The post with which the role goes, if it goes with one."),
    )
    deputising_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("deputising for"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="deputies",
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)

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

    def clean(self) -> None:
        if not (self.org_unit_id and self.user_id):
            return
        for_enterprise = self.org_unit.kind == OrgKind.ENTERPRISE
        if self.role == Role.ENTERPRISE_USER and not for_enterprise:
            raise ValidationError(
                {
                    "org_unit": _(
                        "An enterprise user belongs to an organisation of kind enterprise."
                    )
                }
            )
        if for_enterprise and self.role and self.role != Role.ENTERPRISE_USER:
            raise ValidationError(
                {"role": _("In an enterprise there is only the role of enterprise user.")}
            )
        if self.post and self.post.user_id != self.user_id:
            raise ValidationError({"post": _("This post is held by somebody else.")})
