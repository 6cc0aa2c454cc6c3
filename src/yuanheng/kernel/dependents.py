"""What stands on a row: living rows of other registers that point at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from yuanheng.kernel.choosing import label_of
from yuanheng.kernel.models import Archivable
from yuanheng.kernel.policies import VIEW, instances

SHOWN = 5


@dataclass(frozen=True)
class Dependents:
    """Rows of one kind: how many, and the first ones that the person may see."""

    kind: Any
    count: int
    rows: list[models.Model]

    def __str__(self) -> str:
        names = _(", ").join(label_of(row) for row in self.rows)
        more = self.count - len(self.rows)
        if not names:
            return _("%(kind)s: %(count)d") % {"kind": self.kind, "count": self.count}
        if more:
            return _("%(kind)s: %(names)s and %(more)d more") % {
                "kind": self.kind,
                "names": names,
                "more": more,
            }
        return _("%(kind)s: %(names)s") % {"kind": self.kind, "names": names}


def dependents_of(row: models.Model, user: Any) -> list[Dependents]:
    """Kinds of rows in use that point at ``row``; which are in use, says only what is archived."""
    found = []
    for relation in row._meta.related_objects:
        living = _living(relation, row)
        count = living.count() if living is not None else 0
        if count:
            shown = instances(user, VIEW, living)[:SHOWN]
            kind = relation.related_model._meta.verbose_name_plural
            found.append(Dependents(kind, count, list(shown)))
    return found


def _living(relation: Any, row: models.Model) -> models.QuerySet | None:
    """Rows that point at ``row`` and are in use; ``None`` if their kind knows no such thing."""
    if relation.on_delete is not models.PROTECT or relation.many_to_many:
        return None
    model = relation.related_model
    rows = model._default_manager.filter(**{relation.field.name: row.pk})
    return rows.filter(archived_at__isnull=True) if issubclass(model, Archivable) else None
