from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.models import FinalRow
from yuanheng.kernel.policies import ScopedQuerySet
from yuanheng.ledger.choices import EntrySource, Standing


class LedgerHead(models.Model):
    """The one row that says where the ledger ends.

    Who writes figures locks it first. So the numbers of observations rise with the time at which
    they became known, and what was believed at a moment is every row up to a number.
    """

    last_id = models.BigIntegerField(default=0)
    known_at = models.DateTimeField(null=True)
    # Which ledger this is: a copy of its rows beside the database names it (``mirror``).
    token = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta:
        verbose_name = _("end of the ledger")
        verbose_name_plural = _("end of the ledger")

    def __str__(self) -> str:
        return str(self.last_id)


class Entry(models.Model):
    """One writing of figures: by which way they came, who filled them in, who approved.

    Its observations have the numbers ``first_id`` to ``last_id`` without gaps. With no row (all of
    it was known already) ``last_id`` is that of the entry before and ``first_id`` one more.
    """

    id = models.AutoField(primary_key=True)
    title = models.CharField(_("title"), max_length=200)
    source = models.CharField(_("came by"), max_length=12, choices=EntrySource)
    source_name = models.CharField(_("file, form or document"), max_length=255, blank=True)
    source_key = models.CharField(_("its number or hash"), max_length=100, blank=True)
    known_at = models.DateTimeField(_("known since"), default=clock.now)
    filled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("filled in by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    standing = models.PositiveSmallIntegerField(
        _("stage of approval"), choices=Standing, default=Standing.REPORTED
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("approved by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    approved_at = models.DateTimeField(_("approved at"), null=True)
    reason = models.CharField(_("reason of the corrections"), max_length=300, blank=True)
    owner = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("office"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    territory = models.CharField(_("division code of its area"), max_length=9, blank=True)
    first_id = models.BigIntegerField(default=0, editable=False)
    last_id = models.BigIntegerField(default=0, editable=False)
    rows = models.PositiveIntegerField(_("figures written"), default=0)
    corrections = models.PositiveIntegerField(_("of these, corrections"), default=0)
    unchanged = models.PositiveIntegerField(_("known already"), default=0)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of figures")
        verbose_name_plural = _("Entries of figures")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["known_at", "id"], name="entry_known"),
            models.Index(fields=["last_id"], name="entry_last_id"),
            models.Index(fields=["source", "source_key"], name="entry_source"),
        ]

    def __str__(self) -> str:
        return self.title


class Endorsement(FinalRow):
    """Somebody raised the standing of an entry."""

    entry = models.ForeignKey(
        Entry, verbose_name=_("entry"), on_delete=models.PROTECT, related_name="endorsements"
    )
    standing = models.PositiveSmallIntegerField(_("stage of approval"), choices=Standing)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("time"), default=clock.now)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("endorsement")
        verbose_name_plural = _("endorsements")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.entry} · {self.get_standing_display()}"
