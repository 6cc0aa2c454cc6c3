"""The registers of the desk keep what every register promises."""

from __future__ import annotations

from yuanheng.documents.models import Document, OwnWord
from yuanheng.kernel.models import StoredFile
from yuanheng.kernel.testing import ResourceContract


class TestDocuments(ResourceContract):
    resource_name = "document"
    editor, viewer, outsider = "analyst", "auditor", "stranger"
    change = {"title": "关于园区工作的通知"}
    invalid = {"published_on": "前天"}
    text_field = "title"

    def make(self, world, number):
        kept = StoredFile.objects.create(sha256=f"{number:064d}", byte_count=1)
        return Document.objects.create(
            code=f"D2026-{number:04d}", file_name=f"{number}.txt", content=kept, stage="read",
            text="正文", title=f"通知{number}", owner=world.city, added_by=world.analyst,
        )  # fmt: skip


class TestOwnWords(ResourceContract):
    resource_name = "ownword"
    editor, viewer, outsider = "analyst", "auditor", "stranger"
    valid = {"kind": "unit", "word": "市建设局", "meaning": "市住建局"}
    change = {"meaning": "市住房城乡建设局"}
    invalid = {"kind": "thing", "word": "", "meaning": ""}
    text_field = "meaning"

    def make(self, world, number):
        return OwnWord.objects.create(
            kind="indicator", word=f"总营收{number}", meaning="营业收入", owner=world.city,
            made_by=world.analyst,
        )  # fmt: skip
