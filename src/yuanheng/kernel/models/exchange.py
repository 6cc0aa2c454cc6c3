from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock


class Decision(models.TextChoices):
    """What a person said about a row that is like one of the register."""

    SAME = "same", _("The same")
    NEW = "new", _("Another one, add it")
    SKIP = "skip", _("Leave it out")


class MatchDecision(models.Model):
    """Somebody decided whether a row of a file is a row of the register under another code.

    ``subject`` stands for the row's code, name and address, so that the same row of the next file
    asks no second time.
    """

    model = models.CharField(_("kind of record"), max_length=100)
    subject = models.CharField(_("row of the file"), max_length=40)
    label = models.CharField(_("name in the file"), max_length=300)
    answer = models.CharField(_("decision"), max_length=10, choices=Decision)
    target_pk = models.CharField(_("record number"), max_length=64, blank=True)
    score = models.FloatField(_("likeness"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("time"), default=clock.now)

    class Meta:
        verbose_name = _("decision on a likeness")
        verbose_name_plural = _("decisions on likenesses")
        ordering = ["-decided_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["model", "subject"], name="match_decided_once")
        ]

    def __str__(self) -> str:
        return f"{self.label} · {self.get_answer_display()}"
