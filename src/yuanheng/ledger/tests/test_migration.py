"""What waited in the ledger's own drafts waits in the list of uploads."""

from __future__ import annotations

import uuid
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.utils import timezone

from yuanheng.kernel.models import Upload
from yuanheng.ledger.models import Snapshot
from yuanheng.registry.tests.world import make_world

carry = import_module("yuanheng.ledger.migrations.0003_uploads_of_the_kernel")


@pytest.fixture
def world(db):
    return make_world()


def draft(user, **more):
    values = {
        "token": uuid.uuid4(), "title": "上报数据", "layout_code": "per_mu-1",
        "file_name": "上报.xlsx", "sha256": "0" * 64, "byte_count": 9, "stage": "previewed",
        "reading": {"rows_usable": 3, "rows_rejected": 1, "notes": [{"zh": "注", "en": "note"}]},
        "snapshot": None, "uploaded_by_id": user.pk, "uploaded_at": timezone.now(),
    }  # fmt: skip
    return SimpleNamespace(**(values | more))


def test_drafts_become_uploads_with_their_token_and_their_snapshot(world):
    frozen = Snapshot.objects.create(
        code="abc", title="数据", subject_kind="enterprise", file_name="a.csv", sha256="1" * 64,
        byte_count=1, rows_usable=3, uploaded_by=world.analyst,
    )  # fmt: skip
    rows = [draft(world.analyst), draft(world.analyst, stage="committed", snapshot=frozen)]
    manager = SimpleNamespace(
        select_related=lambda *_: SimpleNamespace(
            order_by=lambda *_: SimpleNamespace(iterator=lambda: iter(rows))
        )
    )
    old = SimpleNamespace(objects=manager)

    def get_model(app, name):
        return old if name == "FigureDraft" else apps.get_model(app, name)

    carry.carry_over(SimpleNamespace(get_model=get_model), None)
    waiting, done = (Upload.objects.get(token=row.token) for row in rows)
    assert waiting.options == {"layout": "per_mu-1", "title": "上报数据"}
    assert (waiting.stage, waiting.summary["counts"]["faulty"]) == ("previewed", 1)
    assert waiting.summary["notes"] == ["注"]
    assert (done.stage, done.committed_by) == ("committed", world.analyst)
    assert done.summary["made"]["snapshot"] == frozen.code


def test_the_page_of_a_carried_over_upload_opens(world, client):
    row = draft(world.analyst)
    row.reading |= {
        "sheet": "", "columns": [], "absent": [], "header_rows": [1], "periods": ["2024"],
        "first": {"headers": [], "rows": []},
    }  # fmt: skip
    carry._upload(Upload, row).save()
    client.force_login(world.analyst, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/imports/{row.token}/")
    assert page.status_code == 200
    assert "2024" in page.text
