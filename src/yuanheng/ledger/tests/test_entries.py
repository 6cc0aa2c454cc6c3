"""Figures are added, never changed; what was believed then can always be told."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from yuanheng.calc.periods import Period
from yuanheng.kernel import clock
from yuanheng.kernel.final_tables import guard_tables, unguard_tables
from yuanheng.kernel.models import RowIsFinal
from yuanheng.kernel.policies import Refused
from yuanheng.ledger.actions import endorse_entry
from yuanheng.ledger.choices import EntrySource, Standing
from yuanheng.ledger.models import Endorsement, Entry, LedgerHead, Observation, Subject
from yuanheng.ledger.queries.believed import believed, history, known_up_to

JULY = Period.parse("2024-07")


def values(subject_id, up_to=None):
    rows = believed([subject_id], JULY.start, JULY.start, up_to=up_to)
    return [row[5] for row in rows]


def test_an_entry_says_who_how_and_how_many(book):
    world = book.world
    entry = book.many(
        (world.zone, "firms", "2024-07", 71, {"place": "Sheet1!D7"}),
        (world.zone, "scale_firms", "2024-07", 49),
        by=world.reporter, source=EntrySource.WORKBOOK, source_name="七月.xlsx",
    )  # fmt: skip
    assert (entry.rows, entry.corrections, entry.unchanged) == (2, 0, 0)
    assert entry.filled_by == world.reporter
    assert entry.owner == world.committee
    assert LedgerHead.objects.get().last_id == entry.last_id == entry.first_id + 1
    first = Observation.objects.get(pk=entry.first_id)
    assert (first.value, first.place, first.period.label) == (71.0, "Sheet1!D7", "2024-07")
    event = book.events.get(action_code="ledger.write_figures")
    assert event.after["rows"] == 2
    assert event.acting_user == world.reporter


def test_what_is_known_already_is_not_written_again(book):
    book(book.world.zone, "firms", "2024-07", 71)
    again = book(book.world.zone, "firms", "2024-07", 71)
    assert (again.rows, again.unchanged) == (0, 1)
    assert Observation.objects.count() == 1


def test_what_did_we_believe_on_the_first_of_march(book):
    zone, root = book.world.zone, book.world.root
    march = timezone.make_aware(datetime(2024, 3, 1, 12))
    with clock.stopped_at(march - timedelta(days=20)):
        book(zone, "total_income", "2024-01", 2.0e9, by=root)
    with clock.stopped_at(march + timedelta(days=9)):
        book(zone, "total_income", "2024-01", 2.1e9, by=root, reason="漏报一家企业")
    subject = Subject.objects.get(code=zone.code)
    january = Period.parse("2024-01").start

    def then(moment):
        rows = believed([subject.pk], january, january, up_to=known_up_to(moment))
        return [row[5] for row in rows]

    assert then(None) == [2.1e9]
    assert then(march) == [2.0e9]
    assert then(march - timedelta(days=60)) == []
    key = (subject.pk, january, 1, book.ids["total_income"])
    rows = history(key, root)
    assert [(row.value, row.reason) for row in rows] == [(2.1e9, ""), (2.0e9, "")]
    assert rows[0].entry.reason == "漏报一家企业"
    assert rows[0].supersedes_id == rows[1].pk


def test_a_correction_needs_a_reason(book):
    zone = book.world.zone
    book(zone, "firms", "2024-07", 71)
    with pytest.raises(ValidationError, match="冷水江经济开发区 · 入园企业 · 2024-07"):
        book(zone, "firms", "2024-07", 70)
    entry = book.many((zone, "firms", "2024-07", 70, {"reason": "一家注销"}))
    assert entry.corrections == 1
    fed = book(zone, "firms", "2024-07", 69, source=EntrySource.FEED)  # a room counts anew
    assert fed.corrections == 1


def test_a_withdrawn_figure_is_missing_and_its_history_stays(book):
    zone = book.world.zone
    book(zone, "firms", "2024-07", 71)
    book(zone, "firms", "2024-07", None, reason="报错园区")
    subject = Subject.objects.get(code=zone.code)
    assert values(subject.pk) == []
    assert Observation.objects.count() == 2


@pytest.mark.parametrize(
    ("code", "period", "value", "says"),
    [
        ("tax_per_mu", "2024", 1e5, "入库税收 / 用地面积"),
        ("firms", "2099-01", 3, "2099-01"),
        ("firms", "2024-07", float("inf"), "入园企业 · 2024-07"),
        ("firms", "2024-07", float("nan"), "入园企业 · 2024-07"),
    ],
)
def test_what_no_figure_can_be_is_refused_in_words(book, code, period, value, says):
    with pytest.raises(ValidationError, match=says):
        book(book.world.zone, code, period, value)
    assert not Observation.objects.exists()
    assert not Entry.objects.exists()


def test_the_same_figure_twice_in_one_entry_is_refused(book):
    row = (book.world.zone, "firms", "2024-07", 71)
    with pytest.raises(ValidationError):
        book.many(row, row)


def test_a_park_outside_the_area_is_refused(book):
    world = book.world
    with pytest.raises(Refused, match="隆平高科技园"):
        book(world.elsewhere, "firms", "2024-07", 3, by=world.reporter)
    with pytest.raises(Refused):
        book(world.zone, "firms", "2024-07", 3, by=world.reader)


def test_standing_only_rises_and_each_step_is_a_row(book):
    world = book.world
    entry = book(world.zone, "firms", "2024-07", 71, by=world.reporter)
    with pytest.raises(Refused):
        endorse_entry(acting_user=world.reporter, entry=entry, standing=Standing.APPROVED)
    endorse_entry(acting_user=world.approver, entry=entry, standing=Standing.APPROVED)
    with pytest.raises(Refused):
        endorse_entry(acting_user=world.approver, entry=entry, standing=Standing.ACCEPTED)
    done = endorse_entry(acting_user=world.analyst, entry=entry, standing=Standing.ACCEPTED)
    assert (done.standing, done.approved_by) == (Standing.ACCEPTED, world.analyst)
    with pytest.raises(ValidationError):
        endorse_entry(acting_user=world.analyst, entry=entry, standing=Standing.APPROVED)
    assert list(Endorsement.objects.values_list("standing", "by__username")) == [
        (2, "approver"), (4, "analyst"),
    ]  # fmt: skip


def test_the_application_refuses_every_change(book):
    book(book.world.zone, "firms", "2024-07", 71)
    row = Observation.objects.get()
    row.value = 72
    for change in (
        row.save, row.delete, Observation.objects.all().delete,
        lambda: Observation.objects.update(value=1),
        lambda: Observation.objects.bulk_update([row], ["value"]),
    ):  # fmt: skip
        with pytest.raises(RowIsFinal):
            change()


@pytest.mark.parametrize("words", ["UPDATE ledger_observation SET value = 1",
                                   "DELETE FROM ledger_observation",
                                   "UPDATE ledger_endorsement SET standing = 4"])  # fmt: skip
def test_the_database_refuses_every_change(book, words):
    world = book.world
    entry = book(world.zone, "firms", "2024-07", 71)
    endorse_entry(acting_user=world.analyst, entry=entry, standing=Standing.ACCEPTED)
    guard_tables(connection)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            with pytest.raises(DatabaseError, match="can only be added"):
                cursor.execute(words)
            transaction.set_rollback(True)
    finally:
        unguard_tables(connection)
    assert Observation.objects.get().value == 71
