from typing import Any

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.policies import ScopedQuerySet


class PeopleManager(UserManager.from_queryset(ScopedQuerySet)):  # type: ignore[misc]
    """Django's own, by area."""


class User(AbstractUser):
    """One person who signs in. What they may do lies in their grants."""

    audit_hidden = ("password", "last_login")

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    full_name = models.CharField(_("full name"), max_length=50, blank=True)
    org_unit = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="users",
    )
    phone = models.CharField(_("telephone"), max_length=30, blank=True)

    objects: Any = PeopleManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["username"]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        super().refresh_from_db(*args, **kwargs)
        for name in ("_scope", "_sight", "_posts"):
            self.__dict__.pop(name, None)
