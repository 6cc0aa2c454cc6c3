"""Tags on a record."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from yuanheng.kernel.actions.core import action, record
from yuanheng.kernel.companions import require_companion
from yuanheng.kernel.models import Tag, TagUse
from yuanheng.kernel.policies import VIEW, Refused, instances


@action("kernel.set_tags")
def set_tags(*, acting_user: Any, row: models.Model, tags: Collection[Tag]) -> list[Tag]:
    """Put exactly ``tags`` on ``row``, among those the person sees; others stay as they are."""
    require_companion(acting_user, row)
    visible = {tag.pk: tag for tag in instances(acting_user, VIEW, Tag)}
    wanted = {tag.pk for tag in tags}
    if not wanted <= set(visible):
        raise Refused(_("You may not use this tag."))
    # The row is locked so that two people don't put the same tag on it at one time.
    type(row)._base_manager.select_for_update().filter(pk=row.pk).first()
    uses = TagUse.objects.of(row).filter(tag__in=list(visible))
    held = {use.tag_id for use in uses}
    uses.exclude(tag__in=wanted).delete()
    TagUse.objects.bulk_create(
        TagUse(
            subject_model=row._meta.label,
            subject_pk=str(row.pk),
            tag=visible[pk],
            made_by=acting_user,
        )
        for pk in sorted(wanted - held)
    )
    record(row, before={"tags": sorted(held)}, after={"tags": sorted(wanted)})
    return [visible[pk] for pk in wanted]
