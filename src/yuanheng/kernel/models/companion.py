from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.policies import ScopedQuerySet


class CompanionQuerySet(ScopedQuerySet):
    def of(self, row: models.Model) -> CompanionQuerySet:
        """What belongs to one row; the caller has seen to it that the person sees that row."""
        return self.filter(subject_model=row._meta.label, subject_pk=str(row.pk))

    def pks_of(self, model: type[models.Model]) -> models.QuerySet:
        """Primary keys of the rows of ``model`` that have one, as that model writes them."""
        key: Any = model._meta.pk
        while key.remote_field:  # a case type's key is that of its case
            key = key.target_field
        number = isinstance(key, models.IntegerField)
        kind = models.BigIntegerField() if number else models.CharField(max_length=64)
        mine = self.filter(subject_model=model._meta.label)
        return mine.values_list(Cast("subject_pk", output_field=kind), flat=True)


class Companion(models.Model):
    """Something that stands beside a row of any register: a note, a file, a tag.

    Whoever may see the row sees it; whoever may change the row may add to it.
    """

    subject_model = models.CharField(_("kind of record"), max_length=100, editable=False)
    subject_pk = models.CharField(_("record number"), max_length=64, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    made_at = models.DateTimeField(_("time"), default=clock.now, editable=False)

    objects: Any = CompanionQuerySet.as_manager()

    class Meta:
        abstract = True
