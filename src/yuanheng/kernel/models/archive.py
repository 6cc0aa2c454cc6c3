from django.db import models
from django.utils.translation import gettext_lazy as _


class Archivable(models.Model):
    """A row that is put away with a reason instead of being deleted."""

    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True, editable=False)
    archive_reason = models.CharField(
        _("reason for archiving"), max_length=200, blank=True, editable=False
    )

    class Meta:
        abstract = True

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None
