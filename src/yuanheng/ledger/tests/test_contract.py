"""The register of frozen figures keeps the contract of all registers."""

from __future__ import annotations

import pytest

from yuanheng.kernel.testing import ResourceContract
from yuanheng.ledger.models import SensitiveWord, Snapshot
from yuanheng.registry.tests.world import make_world


@pytest.fixture
def world(db):
    return make_world()


class TestSnapshots(ResourceContract):
    resource_name = "snapshot"

    def make(self, world, number):
        return Snapshot.objects.create(
            code=f"S{number}", title=f"数据{number}", subject_kind="enterprise", file_name="a.csv",
            sha256=f"{number:064}", byte_count=10, rows_usable=3, owner=world.city,
            uploaded_by=world.analyst, periods=["2024"],
            reading={"notes": [], "columns": [], "rejected": []},
        )  # fmt: skip


class TestSensitiveWords(ResourceContract):
    resource_name = "sensitiveword"
    editor, viewer = "root", "analyst"
    outsider = ""  # the list counts everywhere
    text_field = "word"
    valid = {"word": "增值税", "group": "tax", "valid_from": "2024-01-01"}
    change = {"word": "所得税"}
    invalid = {"word": "", "group": "weather", "valid_from": "2024-02-30"}

    def make(self, world, number):
        return SensitiveWord.objects.create(word=f"词{number}", group="tax")
