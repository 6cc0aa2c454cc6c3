from __future__ import annotations

from copy import deepcopy

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from yuanheng.documents.models import Document
from yuanheng.documents.tests.texts import SPEECH
from yuanheng.kernel.jobs.worker import work_off
from yuanheng.ledger.actions import load_catalogue
from yuanheng.supervision.tests.conftest import at, make_offices_world
from yuanheng.supervision.tests.walking import TODAY


def make_desk_world():
    made = make_offices_world()
    load_catalogue(acting_user=made.root)
    return made


@pytest.fixture(scope="module")
def kept_world(kept_rows):
    with kept_rows():
        return make_desk_world()


@pytest.fixture
def world(db, kept_world, settings, tmp_path):
    settings.ATTACHMENT_ROOT = tmp_path / "files"
    settings.UPLOAD_ROOT = tmp_path / "uploads"
    with at(TODAY):
        yield deepcopy(kept_world)


@pytest.fixture
def drop(enter):
    """``drop("讲话.txt", bytes)`` puts a file on the desk as the analyst and has it read."""

    def do(name="讲话.txt", data=None, by="analyst", read=True):
        data = SPEECH.encode() if data is None else data
        answer = enter(by).post("/documents/drop/", {"files": [SimpleUploadedFile(name, data)]})
        if read:
            work_off()
        return answer

    return do


@pytest.fixture
def speech(drop):
    """The invented speech, read."""
    drop()
    return Document.objects.get()
