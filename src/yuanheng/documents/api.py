"""The door of the desk: a document put on it and read at once, by other rooms."""

from __future__ import annotations

from typing import Any

from yuanheng.documents.actions import add_document
from yuanheng.documents.models import Document
from yuanheng.documents.reading import read_document

__all__ = ["has_documents", "put_on_desk"]
_LIMIT_MB = 50


def has_documents() -> bool:
    """Whether anything has ever been put on a desk."""
    return Document.objects.exists()


def put_on_desk(*, acting_user: Any, file_name: str, data: bytes) -> str:
    """Keep and read a file; its code. The same bytes again are the same document."""
    row, is_new = add_document(
        acting_user=acting_user, file_name=file_name, content=[data], limit_mb=_LIMIT_MB,
        reads=False,
    )  # fmt: skip
    if is_new:
        read_document(acting_user=acting_user, document=row)
    return row.code
