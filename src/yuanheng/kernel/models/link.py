from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.models.archive import Archivable
from yuanheng.kernel.models.companion import Companion


class LinkKind(models.TextChoices):
    """How one record stands to another, read from the record that the link was made on."""

    RELATES = "relates", _("relates to")
    DEPENDS = "depends", _("depends on")
    CAUSED = "caused", _("was caused by")
    REPLACES = "replaces", _("replaces")
    PART = "part", _("is part of")


# The same, read from the other end.
FROM_THE_OTHER_END = {
    LinkKind.RELATES: _("relates to"),
    LinkKind.DEPENDS: _("is needed by"),
    LinkKind.CAUSED: _("led to"),
    LinkKind.REPLACES: _("was replaced by"),
    LinkKind.PART: _("contains"),
}


class Link(Companion, Archivable):
    """One record's tie to another of any register. It is shown on both, to those who see both."""

    kind = models.CharField(
        _("how it is linked"), max_length=20, choices=LinkKind, default=LinkKind.RELATES
    )
    other_model = models.CharField(_("kind of the other record"), max_length=100, editable=False)
    other_pk = models.CharField(_("number of the other record"), max_length=64, editable=False)
    remark = models.CharField(_("remark"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ["-made_at", "-pk"]
        indexes = [
            models.Index(fields=["subject_model", "subject_pk"], name="link_subject"),
            models.Index(fields=["other_model", "other_pk"], name="link_other"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())
