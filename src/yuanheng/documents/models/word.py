from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.documents.choices import WordKind
from yuanheng.kernel import clock
from yuanheng.kernel.models import Archivable
from yuanheng.kernel.policies import ScopedQuerySet


class OwnWord(Archivable):
    """What an office's documents call an indicator, a unit or a park; read so from now on."""

    kind = models.CharField(_("stands for"), max_length=10, choices=WordKind)
    word = models.CharField(_("word in documents"), max_length=100)
    meaning = models.CharField(_("meaning"), max_length=100, help_text=_("Name or code."))
    owner = models.ForeignKey(
        "accounts.OrgUnit", verbose_name=_("office"), on_delete=models.PROTECT, related_name="+",
        editable=False,
    )  # fmt: skip
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("added by"), on_delete=models.PROTECT,
        related_name="+", editable=False,
    )  # fmt: skip
    made_at = models.DateTimeField(_("added at"), default=clock.now, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("own word")
        verbose_name_plural = _("Own words")
        ordering = ["kind", "word", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "kind", "word"],
                condition=models.Q(archived_at__isnull=True),
                name="own_word_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.word} → {self.meaning}"
