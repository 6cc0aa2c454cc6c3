from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yuanheng.evaluation.choices import SchemeNature
from yuanheng.kernel import clock
from yuanheng.kernel.policies import ScopedQuerySet
from yuanheng.ledger.api import SubjectKind


class Scheme(models.Model):
    """One evaluation method, whatever versions its text has had."""

    code = models.CharField(_("scheme code"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    nature = models.CharField(_("kind of scheme"), max_length=20, choices=SchemeNature)
    subject_kind = models.CharField(_("subject"), max_length=20, choices=SubjectKind)
    place = models.CharField(_("place"), max_length=100, blank=True)
    owner = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("office"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects: Any = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("scheme")
        verbose_name_plural = _("Schemes")
        ordering = ["subject_kind", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The title in the language of the page, where there is one."""
        english = (get_language() or "").startswith("en")
        return (self.title_en or self.title) if english else self.title


class SchemeVersion(models.Model):
    """One text of a scheme. It never changes; the same content is never stored twice."""

    scheme = models.ForeignKey(
        Scheme, verbose_name=_("scheme"), on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField(_("version"))
    text = models.TextField(_("text"))
    hash = models.CharField(_("hash of the content"), max_length=64)
    period = models.CharField(_("period"), max_length=20)
    note = models.CharField(_("what changed"), max_length=200, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("added by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(_("added at"), default=clock.now)

    objects: Any = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("scheme version")
        verbose_name_plural = _("scheme versions")
        ordering = ["scheme", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "number"], name="scheme_version_number"),
            models.UniqueConstraint(fields=["scheme", "hash"], name="scheme_version_content"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} · {self.number}"

    @property
    def short_hash(self) -> str:
        return self.hash[:12]
