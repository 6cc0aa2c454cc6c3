from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yuanheng.accounts.api import Dated
from yuanheng.leaders.choices import LinkKind
from yuanheng.leaders.models.leader import Leader
from yuanheng.registry.models.bearer import OfParkOrEnterprise

_FIELD = {
    LinkKind.PARK: ("park",),
    LinkKind.ENTERPRISE: ("enterprise",),
    LinkKind.PROJECT: ("project", "name"),  # of the list, or one that no list holds
    LinkKind.CHAIN: ("name",),
}


class LeaderLink(Dated, OfParkOrEnterprise):
    """A leader linked to a park, an enterprise, a project or a chain (挂钩包联), from a day to a
    day, with the duties that go with it. It is ended, never erased."""

    code = models.CharField(_("link code"), max_length=40, unique=True, editable=False)
    leader = models.ForeignKey(
        Leader, verbose_name=_("linked leader"), on_delete=models.PROTECT, related_name="links"
    )
    kind = models.CharField(_("linked to"), max_length=12, choices=LinkKind, default=LinkKind.PARK)
    project = models.ForeignKey(
        "publicworks.PublicProject", verbose_name=_("public project"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    name = models.CharField(
        _("chain, or other project"), max_length=100, blank=True,
        help_text=_("As documents call it; a chain as the register of enterprises calls it."),
    )  # fmt: skip
    duties = models.TextField(_("duties"), max_length=1000, blank=True)
    source = models.CharField(_("document"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("link of a leader")
        verbose_name_plural = _("links of leaders")
        ordering = ["leader", "-valid_from", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="leader_link_ends_after_it_begins",
                violation_error_message=_("A link can't end before it begins."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.leader} — {self.target}"

    @property
    def target(self) -> str:
        """What the leader is linked to, by its name."""
        fields = _FIELD[LinkKind(self.kind)]
        return next((str(one) for name in fields if (one := getattr(self, name))), "")

    @property
    def target_href(self) -> str:
        """Its page in the register; of a chain the page of the link, which names its enterprises.
        A project of no list has none."""
        if self.park is not None:
            return reverse("park-detail", args=[self.park.code])
        if self.enterprise is not None:
            return reverse("enterprise-detail", args=[self.enterprise.credit_code])
        if self.project is not None:
            return reverse("publicproject-detail", args=[self.project.code])
        if self.kind == LinkKind.CHAIN:
            return reverse("leaderlink-detail", args=[self.code])
        return ""

    def clean(self) -> None:
        """Exactly the thing that its kind names."""
        super().clean()
        if self.kind not in LinkKind.values:
            return
        wanted = _FIELD[LinkKind(self.kind)]
        wrong: dict[str, Any] = {}
        given = [
            name for name in ("park", "enterprise", "project", "name")
            if getattr(self, name if name == "name" else f"{name}_id")
        ]  # fmt: skip
        if not set(given) & set(wanted):
            wrong[wanted[0]] = _("Say what the leader is linked to.")
        for name in set(given) - set(wanted):
            wrong[name] = _("Leave this empty: “linked to” names another kind.")
        if {"project", "name"} <= set(given):
            wrong["name"] = _("Leave this empty: the project is chosen above.")
        if wrong:
            raise ValidationError(wrong)
