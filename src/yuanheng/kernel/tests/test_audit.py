"""The audit log can't be changed from the application, and shows it when somebody does anyway."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from yuanheng.kernel.actions import action, record, record_export, record_rows
from yuanheng.kernel.audit import install_guards, verify_log
from yuanheng.kernel.audit.canonical import canonical
from yuanheng.kernel.models import AuditEvent, AuditHead, LogIsFinal, Notice, RowChange
from yuanheng.kernel.origin import coming_from

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return get_user_model().objects.create(username="somebody")


@action("test.note")
def note(*, acting_user, text: str) -> AuditEvent:
    return record(label=text, after={"text": text, "share": 0.5, "large": 1e16})


@action("test.many")
def many(*, acting_user, count: int, values=None) -> AuditEvent:
    event = record(label="many")
    changes = ((n, {"name": "旧"}, values or {"name": f"新{n}"}) for n in range(count))
    record_rows(event, Notice, changes)
    return event


@action("test.outer")
def outer(*, acting_user) -> None:
    note(acting_user=acting_user, text="first")
    note(acting_user=acting_user, text="second")
    record(label="third")


@action("test.serious", reason_required=True)
def serious(*, acting_user, reason: str) -> None:
    record(reason=reason)


@action("test.rolled_back")
def rolled_back(*, acting_user) -> None:
    record(label="kept")
    try:
        with transaction.atomic():
            record(label="lost")
            raise ValueError
    except ValueError:
        pass


@pytest.fixture
def log(user):
    """Six rows in the log."""
    for number in range(1, 7):
        note(acting_user=user, text=f"第{number}条")
    return list(AuditEvent.objects.order_by("sequence"))


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_each_row_carries_the_hash_of_the_one_before(log):
    assert [row.sequence for row in log] == [1, 2, 3, 4, 5, 6]
    assert log[0].previous_hash == ""
    assert [row.previous_hash for row in log[1:]] == [row.hash for row in log[:-1]]
    head = AuditHead.objects.get()
    assert (head.sequence, head.hash) == (6, log[-1].hash)
    verdict = verify_log()
    assert verdict.holds
    assert (verdict.rows, verdict.hash) == (6, log[-1].hash)


def test_actions_inside_an_action_are_chained_in_their_order(user):
    outer(acting_user=user)
    rows = AuditEvent.objects.order_by("sequence").values_list("sequence", "subject_label")
    assert list(rows) == [(1, "first"), (2, "second"), (3, "third")]
    assert verify_log().holds


def test_a_row_says_from_where_it_came(user):
    with coming_from("192.0.2.7"):
        note(acting_user=user, text="a")
    note(acting_user=user, text="b")
    found = AuditEvent.objects.order_by("sequence").values_list("address", flat=True)
    assert list(found) == ["192.0.2.7", "command line"]


@pytest.mark.parametrize(
    "column", ["after", "reason", "subject_label", "action_code", "address", "at", "before"]
)
def test_a_changed_row_is_found(log, column):
    value = {"after": '{"text": "x"}', "before": '{"a": 1}', "at": "2020-01-01 00:00:00+00:00"}
    sql(f"UPDATE kernel_auditevent SET {column} = %s WHERE sequence = 3", value.get(column, "x"))
    problem = verify_log().problem
    assert (problem.kind, problem.sequence, problem.pk) == ("changed", 3, log[2].pk)
    assert "第2条" in problem.before
    assert "第4条" in problem.after


def test_a_deleted_row_is_found(log):
    sql("DELETE FROM kernel_auditevent WHERE sequence = 4")
    problem = verify_log().problem
    assert (problem.kind, problem.sequence) == ("missing", 4)
    assert "第3条" in problem.before
    assert "第5条" in problem.after


def test_a_log_whose_end_was_cut_off_is_found(log):
    sql("DELETE FROM kernel_auditevent WHERE sequence >= 5")
    problem = verify_log().problem
    assert (problem.kind, problem.sequence) == ("truncated", 5)


def test_two_rows_that_changed_places_are_found(log):
    sql("UPDATE kernel_auditevent SET sequence = -1 WHERE sequence = 2")
    sql("UPDATE kernel_auditevent SET sequence = 2 WHERE sequence = 4")
    sql("UPDATE kernel_auditevent SET sequence = 4 WHERE sequence = -1")
    problem = verify_log().problem
    assert (problem.kind, problem.sequence) == ("reordered", 2)


def test_a_row_put_in_by_hand_is_found(log, user):
    AuditEvent.objects.create(acting_user=user, action_code="forged")
    assert verify_log().problem.kind == "unchained"


def test_a_log_written_anew_differs_from_the_end_that_was_noted(log):
    noted = (4, log[3].hash)
    assert verify_log(noted).holds
    assert verify_log((4, "0" * 64)).problem.kind == "noted"
    assert verify_log((99, "0" * 64)).problem.kind == "truncated"


def test_the_entry_of_the_end_is_checked(log):
    AuditHead.objects.update(hash="0" * 64)
    assert verify_log().problem.kind == "head"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE kernel_rowchange SET after = '{}' WHERE subject_pk = '1'",
        "DELETE FROM kernel_rowchange WHERE subject_pk = '2'",
        "DELETE FROM kernel_rowchange",
    ],
)
def test_a_changed_row_of_a_bulk_write_is_found(user, statement):
    many(acting_user=user, count=5)
    note(acting_user=user, text="later")
    assert verify_log().holds
    sql(statement)
    problem = verify_log().problem
    assert (problem.kind, problem.sequence) == ("rows_changed", 1)


def test_rows_added_to_an_event_are_found(user):
    event = note(acting_user=user, text="a")
    RowChange.objects.create(event=event, subject_model="x", subject_pk="1")
    assert verify_log().problem.kind == "rows_changed"


def test_the_application_cannot_change_the_log(log):
    event = log[0]
    event.reason = "different"
    for change in (
        event.save,
        event.delete,
        lambda: AuditEvent.objects.update(reason="x"),
        lambda: AuditEvent.objects.filter(pk=event.pk).delete(),
        lambda: AuditEvent.objects.bulk_update([event], ["reason"]),
        RowChange.objects.all().delete,
    ):
        with pytest.raises(LogIsFinal, match="can't be changed or deleted, only added to"):
            change()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE kernel_auditevent SET reason = 'x'",
        "UPDATE kernel_auditevent SET hash = '', sequence = NULL",
        "DELETE FROM kernel_auditevent",
        "UPDATE kernel_rowchange SET subject_pk = '9'",
        "DELETE FROM kernel_rowchange",
    ],
)
def test_the_database_refuses_to_change_the_log(user, statement):
    install_guards(connection)
    many(acting_user=user, count=2)
    with (
        pytest.raises(DatabaseError, match="The audit log can only be added to"),
        transaction.atomic(),
    ):
        sql(statement)
    note(acting_user=user, text="goes on")
    assert verify_log().rows == 2


def test_an_audit_row_lost_in_a_savepoint_fails_the_action(user):
    with pytest.raises(RuntimeError, match="savepoint"):
        rolled_back(acting_user=user)
    assert not AuditEvent.objects.exists()


def test_a_reason_that_is_required_is_asked_for(user):
    for reason in ("", "   "):
        with pytest.raises(ValidationError, match="请填写原因"):
            serious(acting_user=user, reason=reason)
    serious(acting_user=user, reason="机构改革")
    assert AuditEvent.objects.get().reason == "机构改革"


def test_an_export_is_recorded(user):
    record_export(
        acting_user=user, resource=Notice, query="q=钢", rows=12, sha256="ab", format="xlsx"
    )
    event = AuditEvent.objects.get()
    assert event.action_code == "kernel.export_notice"
    assert event.after == {"query": "q=钢", "rows": 12, "sha256": "ab", "format": "xlsx"}


@pytest.mark.parametrize(
    ("one", "other"), [(1.0, 1), (1e16, 10**16), (-0.0, 0), ({"b": 1, "a": 2.0}, {"a": 2, "b": 1})]
)
def test_a_number_has_one_spelling(one, other):
    assert canonical(one) == canonical(other)


def test_an_action_takes_few_further_queries(user, django_assert_num_queries):
    note(acting_user=user, text="warm")
    # savepoint, the row itself, lock the end, chain the row, move the end, release
    with django_assert_num_queries(6):
        note(acting_user=user, text="a")
