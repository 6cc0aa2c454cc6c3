from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.models import Archivable
from yuanheng.kernel.policies import ScopedQuerySet
from yuanheng.supervision.choices import SourceKind


class Source(Archivable):
    """A meeting, a speech, a leader's note …: what several tasks come from."""

    code = models.CharField(_("source code"), max_length=40, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=SourceKind)
    title = models.CharField(_("name of the source"), max_length=200)
    said_by = models.CharField(
        _("said or decided by"), max_length=100, blank=True, help_text=_("A leader, a meeting.")
    )
    held_on = models.DateField(_("date"), default=clock.today)
    document_number = models.CharField(_("document number"), max_length=60, blank=True)
    link = models.CharField(_("page of the document"), max_length=300, blank=True, editable=False)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    owner = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("office"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("source of tasks")
        verbose_name_plural = _("Sources of tasks")
        ordering = ["-held_on", "-pk"]
        indexes = [models.Index(fields=["owner", "held_on"], name="source_of_owner")]

    def __str__(self) -> str:
        return self.title
