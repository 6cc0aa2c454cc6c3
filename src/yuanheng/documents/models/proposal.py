from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.documents.choices import Decision, ProposalKind
from yuanheng.documents.models.document import Document
from yuanheng.kernel.policies import ScopedQuerySet


class Proposal(models.Model):
    """Something found in a document: ``read`` is as it was read and stays, ``values`` what a
    person would enter: the same, until somebody mends it."""

    document = models.ForeignKey(
        Document, verbose_name=_("document"), on_delete=models.CASCADE, related_name="proposals"
    )
    number = models.PositiveIntegerField(_("number in the document"))
    kind = models.CharField(_("kind"), max_length=10, choices=ProposalKind)
    start = models.PositiveIntegerField(_("from character"))
    stop = models.PositiveIntegerField(_("to character"))
    paragraph = models.PositiveIntegerField(_("paragraph"), default=1)
    read: Any = models.JSONField(_("as read"), default=dict)
    values: Any = models.JSONField(_("as to be entered"), default=dict)
    decision = models.CharField(
        _("decision"), max_length=10, choices=Decision, default=Decision.OPEN
    )
    is_mended = models.BooleanField(_("mended"), default=False)
    part_of = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.CASCADE,
        related_name="parts",
        verbose_name=_("part of the requirement"),
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("decided by"), null=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    decided_at = models.DateTimeField(_("decided at"), null=True)
    link = models.CharField(_("where it went"), max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["document", "start", "number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="proposal_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.document} · {self.number}"
