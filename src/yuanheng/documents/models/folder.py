from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yuanheng.documents.choices import Noticed
from yuanheng.kernel import clock
from yuanheng.kernel.models import Archivable
from yuanheng.kernel.policies import ScopedQuerySet


class WatchedFolder(Archivable):
    """A folder of the server that is looked into at every tick: a shared folder, or one into which
    the mail server puts what is sent to an address.

    It lies under ``INBOX_ROOT``, so that no setting on a page can name any other place of the
    server. What lies in it is put on the desk in the name of ``receiver``, who set it up.
    """

    name = models.CharField(_("name"), max_length=100)
    folder = models.CharField(
        _("folder"),
        max_length=200,
        help_text=_("Below the server's inbox, such as “mail” or “scans/a”; made if missing."),
    )
    is_active = models.BooleanField(_("is watched"), default=True)
    trouble = models.CharField(_("trouble"), max_length=300, blank=True, editable=False)
    owner = models.ForeignKey(
        "accounts.OrgUnit", verbose_name=_("office"), on_delete=models.PROTECT, related_name="+",
        editable=False,
    )  # fmt: skip
    receiver = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("received in the name of"),
        on_delete=models.PROTECT, related_name="+", editable=False,
    )  # fmt: skip
    made_at = models.DateTimeField(_("added at"), default=clock.now, editable=False)

    objects: Any = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("watched folder")
        verbose_name_plural = _("Watched folders")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["folder"],
                condition=models.Q(archived_at__isnull=True),
                name="folder_watched_once",
                violation_error_message=_("This folder is watched already."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A plain path below the inbox; a wish to leave it is refused."""
        path = PurePosixPath(self.folder.strip().replace("\\", "/"))
        parts = [part for part in path.parts if part != "."]
        if not parts or path.is_absolute() or ".." in parts or ":" in self.folder:
            raise ValidationError(
                {"folder": _t("Write a folder below the inbox, without “..” and no “/” first.")}
            )
        self.folder = "/".join(parts)


class NoticedFile(models.Model):
    """One file of a watched folder as it was met: by name, size and time of change, each once."""

    folder = models.ForeignKey(
        WatchedFolder, verbose_name=_("watched folder"), on_delete=models.PROTECT,
        related_name="noticed",
    )  # fmt: skip
    file_name = models.CharField(_("file name"), max_length=255)
    byte_count = models.BigIntegerField(_("size in bytes"))
    changed_ns = models.BigIntegerField(_("changed at"))
    outcome = models.CharField(_("what became of it"), max_length=10, choices=Noticed)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    document = models.ForeignKey(
        "documents.Document", verbose_name=_("desk document"), null=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    attached = models.PositiveSmallIntegerField(_("attachments"), default=0)
    noticed_at = models.DateTimeField(_("noticed at"), default=clock.now)

    class Meta:
        verbose_name = _("noticed file")
        verbose_name_plural = _("noticed files")
        ordering = ["-noticed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["folder", "file_name", "byte_count", "changed_ns"],
                name="file_noticed_once",
            )
        ]

    def __str__(self) -> str:
        return self.file_name
