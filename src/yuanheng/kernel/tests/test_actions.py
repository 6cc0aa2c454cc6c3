from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model

from yuanheng.kernel import clock
from yuanheng.kernel.actions import action, record
from yuanheng.kernel.models import AuditEvent, Upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return get_user_model().objects.create(username="somebody")


def _upload(user, name: str) -> Upload:
    return Upload.objects.create(
        importer_code="x", file_name=name, sha256="0", byte_count=1, uploaded_by=user
    )


@action("test.good")
def good(*, acting_user, name: str) -> Upload:
    row = _upload(acting_user, name)
    record(row, after={"name": name}, reason="because")
    return row


@action("test.silent")
def silent(*, acting_user) -> None:
    _upload(acting_user, "unseen")


@action("test.outer")
def outer(*, acting_user) -> None:
    good(acting_user=acting_user, name="one")
    good(acting_user=acting_user, name="two")


@action("test.broken")
def broken(*, acting_user) -> None:
    good(acting_user=acting_user, name="lost")
    raise ValueError("no")


def test_an_action_leaves_who_what_when_and_why(user):
    with clock.stopped_at(datetime(2024, 7, 1, tzinfo=UTC)) as moment:
        row = good(acting_user=user, name="a")
    event = AuditEvent.objects.get()
    assert (event.acting_user, event.action_code, event.at) == (user, "test.good", moment)
    assert (event.subject_model, event.subject_pk) == ("kernel.Upload", str(row.pk))
    assert (event.after, event.reason) == ({"name": "a"}, "because")


def test_an_action_without_an_audit_row_writes_nothing(user):
    with pytest.raises(RuntimeError, match=r"test\.silent left no audit row"):
        silent(acting_user=user)
    assert not Upload.objects.exists()


def test_actions_inside_an_action_share_its_correlation(user):
    outer(acting_user=user)
    assert AuditEvent.objects.count() == 2
    assert AuditEvent.objects.values("correlation").distinct().count() == 1


def test_a_failing_action_takes_back_what_it_called(user):
    with pytest.raises(ValueError, match="no"):
        broken(acting_user=user)
    assert not Upload.objects.exists()
    assert not AuditEvent.objects.exists()


def test_an_action_wants_keywords_and_a_person(user):
    with pytest.raises(TypeError, match="acting_user"):
        good(name="a")
    with pytest.raises(TypeError, match="keyword"):
        good(user, name="a")


def test_record_is_only_for_actions(user):
    with pytest.raises(RuntimeError, match="inside an action"):
        record()
