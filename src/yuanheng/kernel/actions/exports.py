"""Every export leaves a trace: who took what."""

from __future__ import annotations

from typing import Any

from django.db import models

from yuanheng.kernel.actions.core import action, record
from yuanheng.kernel.models import AuditEvent


@action("kernel.record_export")
def record_export(
    *,
    acting_user: Any,
    resource: Any,
    query: str,
    rows: int,
    sha256: str,
    format: str,
    subject: models.Model | None = None,
) -> AuditEvent:
    """The audit row of a file that leaves the house: filter, number of rows, hash of the bytes.

    ``resource`` is the register (or the model) whose rows are in the file; ``subject`` the record
    to which they belong, if it is one record's. The action is ``<app>.export_<model>``.
    """
    meta = getattr(resource, "model", resource)._meta
    return record(
        subject,
        code=f"{meta.app_label}.export_{meta.model_name}",
        label="" if subject is not None else str(meta.verbose_name_plural),
        after={"query": query, "rows": rows, "sha256": sha256, "format": format},
        at_the_end=True,
    )
