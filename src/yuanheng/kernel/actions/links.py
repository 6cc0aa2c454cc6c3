"""Ties between any two records."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from yuanheng.kernel import clock
from yuanheng.kernel.actions.core import action, record
from yuanheng.kernel.actions.rows import reason_given
from yuanheng.kernel.companions import require_companion
from yuanheng.kernel.models import Link, LinkKind
from yuanheng.kernel.plain_text import check_row
from yuanheng.kernel.policies import VIEW, require


def ends_at(row: models.Model) -> Q:
    """Links that begin or end at ``row``."""
    label, key = row._meta.label, str(row.pk)
    return Q(subject_model=label, subject_pk=key) | Q(other_model=label, other_pk=key)


@action("kernel.link_rows")
def link_rows(
    *, acting_user: Any, row: models.Model, other: models.Model, kind: str, remark: str = ""
) -> Link:
    """Tie ``row``, to which the person may add, to ``other``, which they see."""
    require_companion(acting_user, row)
    require(acting_user, VIEW, other)
    if (row._meta.label, row.pk) == (other._meta.label, other.pk):
        raise ValidationError({"other": _("A record can't be linked to itself.")})
    link = Link(
        kind=kind,
        remark=remark.strip(),
        subject_model=row._meta.label,
        subject_pk=str(row.pk),
        other_model=other._meta.label,
        other_pk=str(other.pk),
        made_by=acting_user,
    )
    check_row(link)
    link.full_clean()
    if _is_there(link):
        raise ValidationError({"other": _("The two are linked in this way already.")})
    link.save()
    record(row, after=_told(link))
    return link


@action("kernel.remove_link")
def remove_link(*, acting_user: Any, row: models.Model, link: Link, reason: str) -> Link:
    """Untie; ``row`` is either end."""
    require_companion(acting_user, row)
    link.archive_reason, link.archived_at = reason_given(reason), clock.now()
    link.save(update_fields=["archived_at", "archive_reason"])
    record(row, before=_told(link), reason=reason)
    return link


def _told(link: Link) -> dict[str, Any]:
    """Numbers only: who sees this row's history may not see the other row."""
    return {"link": link.kind, "other": f"{link.other_model}:{link.other_pk}"}


def _is_there(link: Link) -> bool:
    living = Link.objects.filter(kind=link.kind, archived_at__isnull=True)
    same = Q(
        subject_model=link.subject_model,
        subject_pk=link.subject_pk,
        other_model=link.other_model,
        other_pk=link.other_pk,
    )
    if link.kind == LinkKind.RELATES:  # it has no direction
        same |= Q(
            subject_model=link.other_model,
            subject_pk=link.other_pk,
            other_model=link.subject_model,
            other_pk=link.subject_pk,
        )
    return living.filter(same).exists()
