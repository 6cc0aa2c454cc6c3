"""A document put on the desk: kept by its content, read by a worker."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yuanheng.accounts.models import OrgUnit
from yuanheng.documents.authz import READERS
from yuanheng.documents.jobs import ask_to_read
from yuanheng.documents.models import Document
from yuanheng.kernel import clock
from yuanheng.kernel.actions import action, record
from yuanheng.kernel.actions.attachments import store_content
from yuanheng.kernel.directory import directory
from yuanheng.kernel.policies import Refused


def desk_of(user: Any) -> int:
    """The organisation on whose desk the person puts documents. Refused without one."""
    held = [org for role, org in directory().posts(user) if role in READERS]
    if user.org_unit_id and (user.org_unit_id in held or user.is_superuser):
        return int(user.org_unit_id)
    if held:
        return min(held)
    if user.is_superuser:
        top = OrgUnit.objects.without_tree_fields().filter(parent=None, archived_at=None)
        first = top.order_by("code").values_list("pk", flat=True).first()
        if first:
            return int(first)
    raise Refused(_("Only who works with documents in this office may put them on the desk."))


@action("documents.add")
def add_document(
    *, acting_user: Any, file_name: str, content: Iterable[bytes], limit_mb: int
) -> tuple[Document, bool]:
    """Put a file on the desk and have a worker read it. The same bytes again are
    noticed: the row that is there already, and False. ValidationError for an empty or too large
    file."""
    owner = desk_of(acting_user)
    name = PurePath(file_name.replace("\\", "/")).name.strip()[-200:]
    kept = store_content(content, check=lambda path: None, limit_mb=limit_mb)
    there = Document.objects.filter(owner=owner, content=kept, archived_at=None).first()
    if there is not None:
        record(there, after={"met_again": name})
        return there, False
    row = Document(file_name=name, content=kept, owner_id=owner, added_by=acting_user)
    _save_numbered(row)
    record(row, after={"file": name, "sha256": kept.sha256})
    ask_to_read(acting_user=acting_user, document=row)
    return row, True


def _save_numbered(row: Document) -> None:
    """With the next code of the year; whoever comes second takes the one after."""
    for attempt in range(5):
        row.code = _next_code()
        row.clean_fields()
        try:
            with transaction.atomic():
                row.save()
            return
        except IntegrityError:
            if attempt == 4:
                raise


def _next_code() -> str:
    begin = f"D{clock.today().year}-"
    last = Document.objects.filter(code__startswith=begin).order_by("-pk").first()
    return f"{begin}{int(last.code[len(begin) :]) + 1 if last else 1:04d}"
