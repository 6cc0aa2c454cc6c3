"""A thousand rows at once: asked together, and still each row's own rights, rules and audit."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yuanheng.kernel.audit.verify import verify_log
from yuanheng.kernel.models import AuditEvent, SearchEntry
from yuanheng.kernel.together import together
from yuanheng.registry.models import Enterprise
from yuanheng.registry.tests.world import credit_code

pytestmark = pytest.mark.django_db
BULK = "/api/v1/enterprises/bulk/"


@pytest.fixture
def send(client):
    def do(user, rows):
        client.force_login(user)
        return client.post(BULK, json.dumps({"rows": rows}), content_type="application/json")

    return do


def firms(first: int, count: int, **values):
    return [
        {"credit_code": credit_code(n), "name": f"企业{n}", "region": "431381", "park": "LSJ"}
        | values
        for n in range(first, first + count)
    ]


def test_the_queries_grow_by_little_with_each_row(world, send):
    def asked(rows):
        with CaptureQueriesContext(connection) as queries:
            assert send(world.analyst, rows).status_code == 200
        own = [q for q in queries.captured_queries if "SAVEPOINT" not in q["sql"]]
        return len(own)

    few, many = asked(firms(100, 5)), asked(firms(200, 25))
    assert (many - few) / 20 <= 3  # made: unique, constraints, the row itself
    few, many = asked(firms(100, 5, name="新")), asked(firms(200, 25, name="新"))
    assert (many - few) / 20 <= 1.5  # changed: the row itself


def test_every_row_has_its_audit_row_and_its_place_in_the_search(world, send):
    assert send(world.analyst, firms(100, 30)).status_code == 200
    assert send(world.analyst, firms(100, 30, name="澜屏改名")).status_code == 200
    made = AuditEvent.objects.filter(action_code="registry.create_enterprise")
    changed = AuditEvent.objects.filter(action_code="registry.update_enterprise")
    assert (made.count(), changed.count()) == (30, 30)
    assert {one.after["name"] for one in changed} == {"澜屏改名"}
    assert {one.before["name"] for one in changed} == {f"企业{n}" for n in range(100, 130)}
    assert changed.values("subject_pk").distinct().count() == 30
    assert verify_log().holds
    found = SearchEntry.objects.filter(register="enterprise", title="澜屏改名")
    assert found.count() == 30
    assert together() is None


def test_rights_hold_for_every_row(world, send):
    assert send(world.reader, firms(100, 2)).status_code in (403, 422)
    assert not Enterprise.objects.filter(credit_code=credit_code(100)).exists()
    away = firms(100, 3)
    assert send(world.analyst, away).status_code == 200
    # What lies outside is no row of theirs: its key is taken, and that is said.
    refused = send(world.stranger, firms(101, 1, region="430102", park=None))
    assert refused.status_code == 422
    assert Enterprise.objects.get(credit_code=credit_code(101)).name == "企业101"


def test_a_row_that_would_leave_the_area_is_named(world, send, monkeypatch):
    assert send(world.analyst, firms(100, 3)).status_code == 200
    pks = set(Enterprise.objects.values_list("pk", flat=True))
    from yuanheng.kernel.together import Together

    keep = Enterprise.objects.get(credit_code=credit_code(101)).pk
    real = Together.outside
    monkeypatch.setattr(
        Together,
        "outside",
        lambda self, user, action: real(self, user, action) | {("registry.Enterprise", keep)},
    )
    refused = send(world.analyst, firms(100, 3, name="改"))
    assert refused.status_code == 422
    (error,) = refused.json()["errors"]
    assert (error["where"], error["found"]) == ("rows[1]", credit_code(101))
    assert set(Enterprise.objects.values_list("pk", flat=True)) == pks
    assert not Enterprise.objects.filter(name="改").exists()


def test_the_area_is_asked_of_the_rows_as_they_were_written(world):
    """Without the form, whose choices lie inside: what the write alone finds."""
    from yuanheng.kernel.actions import create_row
    from yuanheng.kernel.policies import EDIT
    from yuanheng.kernel.together import writing_together
    from yuanheng.registry.models import Region

    far = Region.objects.get(code="430102")
    with writing_together() as batch:
        row = create_row(
            acting_user=world.analyst,
            model=Enterprise,
            values={"credit_code": credit_code(7, "430102"), "name": "外地", "region": far},
        )
        assert batch.outside(world.analyst, EDIT) == {("registry.Enterprise", row.pk)}


def test_all_faults_of_all_rows_are_said_at_once(world, send):
    rows = firms(100, 5)
    rows[0] |= {"region": "430102", "name": ""}
    rows[1] |= {"credit_code": "not a code"}
    rows[3] |= {"park": "LPG"}
    refused = send(world.analyst, rows)
    assert refused.status_code == 422
    places = {one["where"] for one in refused.json()["errors"]}
    assert {
        "rows[0].region",
        "rows[0].name",
        "rows[1].credit_code",
        "rows[3].park",
    } <= places
    assert not any(place.startswith(("rows[2]", "rows[4]")) for place in places)
    assert not AuditEvent.objects.filter(action_code="registry.create_enterprise").exists()


def test_a_key_that_lies_outside_ones_area_is_a_fault_of_its_row(world, send):
    taken = Enterprise.objects.exclude(pk__in=Enterprise.objects.visible_to(world.analyst)).first()
    if taken is None:
        pytest.skip("the world has no enterprise outside the analyst's area")
    rows = firms(100, 2)
    rows[1]["credit_code"] = taken.credit_code
    refused = send(world.analyst, rows)
    assert refused.status_code == 422
    assert [one["where"] for one in refused.json()["errors"]] == ["rows[1].credit_code"]
