from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.policies import ScopedQuerySet


class PublishedFigure(models.Model):
    """One real figure that a place published, word for word, with the document it stands in."""

    place = models.CharField(_("place"), max_length=60)
    subject = models.CharField(_("of what"), max_length=60)
    document = models.CharField(_("document"), max_length=200)
    outlet = models.CharField(_("published in"), max_length=100, blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    date_reason = models.CharField(_("where the date comes from"), max_length=300, blank=True)
    indicator = models.CharField(_("indicator"), max_length=100)
    period = models.CharField(_("period"), max_length=40)
    value = models.CharField(_("value"), max_length=40)
    measure = models.CharField(_("unit"), max_length=20, blank=True)
    growth_percent = models.CharField(_("on the year before (%)"), max_length=20, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    position = models.PositiveIntegerField(_("order"), default=0)

    objects: Any = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("published figure")
        verbose_name_plural = _("Published examples")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "document", "subject", "indicator", "period"],
                name="published_figure_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} · {self.indicator} · {self.period}"
