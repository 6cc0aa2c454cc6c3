from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yuanheng.accounts.api import Dated
from yuanheng.ledger.choices import DataGroup


class SensitiveWord(Dated):
    """A word that marks columns of figures as tax or energy data, from a day to a day.

    Columns whose name contains it are masked from people whose role may not see the group.
    """

    word = models.CharField(
        _("word in the column's name"),
        max_length=30,
        help_text=_(
            "Columns of figures whose name contains the word are masked from people who may not "
            "see the group."
        ),
    )
    group = models.CharField(_("data group"), max_length=20, choices=DataGroup)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("sensitive word")
        verbose_name_plural = _("Sensitive columns")
        ordering = ["group", "word", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="sensitive_word_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return f"{self.word} · {self.get_group_display()}"
