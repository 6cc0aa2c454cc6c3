"""The door of the desk: a document put on it by other rooms."""

from __future__ import annotations

from typing import Any

from yuanheng.documents.actions import add_document
from yuanheng.documents.models import Document

__all__ = ["has_documents", "put_on_desk"]
_LIMIT_MB = 50


def has_documents() -> bool:
    """Whether anything has ever been put on a desk."""
    return Document.objects.exists()


def put_on_desk(*, acting_user: Any, file_name: str, data: bytes, source_link: str = "") -> str:
    """Keep a file and have it read by a worker; its code. The same bytes again are the same
    document.

    ``source_link`` is the page of a source of tasks that is there already: what is accepted in the
    document goes under it, unless the document has one of its own."""
    row, _is_new = add_document(
        acting_user=acting_user, file_name=file_name, content=[data], limit_mb=_LIMIT_MB
    )
    if source_link and not row.source_link:
        row.source_link = source_link
        row.save(update_fields=["source_link"])
    return row.code
