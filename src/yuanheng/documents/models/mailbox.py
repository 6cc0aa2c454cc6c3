from django.db import models
from django.utils.translation import gettext_lazy as _


class Mailbox(models.Model):
    """The mailbox that the server's operator has named, and what has been fetched from it.

    ``seen`` are the server's own keys of the mails that are still there. ``late`` are those that
    could not be fetched: how often each was tried, and when it is tried again.
    """

    name = models.CharField(_("mailbox"), max_length=300, unique=True)
    seen = models.JSONField(default=list)
    late = models.JSONField(default=dict)
    trouble = models.CharField(_("trouble"), max_length=300, blank=True)
    looked_at = models.DateTimeField(_("looked at"), null=True)
    watched = models.ForeignKey(
        "documents.WatchedFolder", verbose_name=_("watched folder"), null=True,
        on_delete=models.PROTECT, related_name="mailboxes",
    )  # fmt: skip

    class Meta:
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
