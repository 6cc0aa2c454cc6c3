from django.db import models
from django.utils.translation import gettext_lazy as _


class SearchEntry(models.Model):
    """What the search knows of one row of a register. Made from the row, and again at will.

    Beside it the database keeps the pairs of characters in its own kind of text index
    (``kernel.search.databases``).
    """

    register = models.CharField(_("register"), max_length=60)
    row_id = models.BigIntegerField(_("record number"))
    code = models.CharField(_("code"), max_length=100)
    title = models.CharField(_("title"), max_length=300)
    context = models.CharField(_("where"), max_length=300, blank=True)
    initials = models.CharField(_("pinyin initials"), max_length=400, blank=True)
    text = models.TextField(_("text"))
    is_current = models.BooleanField(_("not archived"), default=True)

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        constraints = [
            models.UniqueConstraint(fields=["register", "row_id"], name="search_entry_row")
        ]
        indexes = [
            models.Index(fields=["code"], name="search_entry_code"),
            models.Index(fields=["title"], name="search_entry_title"),
        ]

    def __str__(self) -> str:
        return self.title
