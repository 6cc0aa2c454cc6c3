"""Internal notes are read by the staff of offices, never by an enterprise."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model

from yuanheng.kernel.actions.notes import archive_note, correct_note, write_note
from yuanheng.kernel.directory import directory
from yuanheng.kernel.models import AuditEvent, Note
from yuanheng.kernel.policies import Refused
from yuanheng.kernel.tests import flow_world
from yuanheng.kernel.tests.flow_world import at, opened

pytestmark = pytest.mark.django_db
SECRET = "该企业有失信记录"
OPEN = "已电话告知企业"


@pytest.fixture
def world():
    """An enterprise's user opened a request; the office wrote two notes beside it."""
    with at("2026-03-02 09:00"):
        found = flow_world.make_world()
        org_units, grants = (apps.get_model("accounts", one) for one in ("OrgUnit", "Grant"))
        firm = org_units.objects.create(
            code="firm", name="甲公司", kind="enterprise", parent=found.park
        )
        found.firm = get_user_model().objects.create(
            username="firm", full_name="企业员", org_unit=firm
        )
        for role in ("enterprise_user", "park_reporter", "administrator"):
            grants.objects.create(
                user=found.firm, org_unit=firm, role=role, valid_from="2020-01-01"
            )
        found.case = opened(found, by="firm", org_unit=found.park)
        found.secret = write(found, SECRET, is_internal=True)
        write(found, OPEN)
        yield found


def write(world, text, who="lead", **rest):
    user = getattr(world, who)
    return write_note(acting_user=user, row=world.case, kind="note", text=text, **rest)


def pages(world):
    """Everything of this case that its opener can ask for."""
    key = world.case.code
    return [
        f"/requests/{key}/",
        f"/requests/{key}/print/",
        f"/requests/{key}/history/",
        f"/requests/{key}/history/?rows=500",
        f"/requests/?q={SECRET}",
        f"/requests/export/?format=csv&q={SECRET}",
        f"/api/v1/requests/{key}/",
        f"/api/v1/requests/{key}/history/",
        f"/api/v1/requests/?q={SECRET}",
        f"/search/?q={SECRET}",
        "/audit-log/",
        "/api/v1/audit-log/",
    ]


def read(client, user, address):
    client.force_login(user)
    answer = client.get(address)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, content.decode("utf-8", "replace")


def test_staff_read_it_where_it_belongs(world, client):
    key = world.case.code
    for who in ("lead", "lead2", "reader"):
        code, page = read(client, getattr(world, who), f"/requests/{key}/")
        assert code == 200
        assert SECRET in page
        assert "内部" in page
        assert SECRET in read(client, getattr(world, who), f"/requests/{key}/print/")[1]
    assert "写内部记录" in read(client, world.lead, f"/requests/{key}/history/")[1]


def test_an_enterprise_reads_it_nowhere(world, client):
    seen = 0
    for address in pages(world):
        code, content = read(client, world.firm, address)
        found = content.replace(f'value="{SECRET}"', "").replace(f"“{SECRET}”", "")
        seen += code == 200
        if "q=" in address:  # what was asked for is said again, and no more
            assert "失信记录" not in found.replace(SECRET, ""), address
            assert "写内部记录" not in found, address
            assert world.case.number not in found, address
        else:
            assert SECRET not in content, address
            # The filter of the log's page offers every kind of action there is.
            content = content if address != "/audit-log/" else ""
            assert "internal_note" not in content, address
            assert "写内部记录" not in content, address
    assert seen >= 8
    assert OPEN in read(client, world.firm, f"/requests/{world.case.code}/")[1]
    assert OPEN in read(client, world.firm, f"/requests/{world.case.code}/history/")[1]


def test_an_enterprise_neither_writes_nor_changes_one(world, client):
    with pytest.raises(Refused):
        write(world, "x", who="firm", is_internal=True)
    with pytest.raises(Refused):
        correct_note(
            acting_user=world.firm, row=world.case, note=world.secret, kind="note", text="x"
        )
    with pytest.raises(Refused):
        archive_note(acting_user=world.firm, row=world.case, note=world.secret, reason="x")
    client.force_login(world.firm)
    base = f"/requests/{world.case.code}/notes/"
    for end in ("edit", "archive"):
        assert client.get(f"{base}{world.secret.pk}/{end}/").status_code == 404
    assert "内部" not in client.get(f"{base}new/").text
    sent = {"kind": "note", "text": "企业补充", "is_internal": "on"}
    assert client.post(f"{base}new/", sent).status_code == 302
    assert not Note.objects.get(text="企业补充").is_internal


def test_it_stays_internal_when_it_is_corrected_and_put_away(world, client):
    client.force_login(world.lead)
    base = f"/requests/{world.case.code}/notes/"
    sent = {"kind": "note", "text": SECRET + "（已核实）"}
    assert client.post(f"{base}{world.secret.pk}/edit/", sent).status_code == 302
    newer = Note.objects.get(replaces=world.secret)
    assert newer.is_internal
    assert client.post(f"{base}{newer.pk}/archive/", {"reason": "已过期"}).status_code == 302
    for address in pages(world)[:4]:
        assert "失信记录" not in read(client, world.firm, address)[1], address
        assert "已过期" not in read(client, world.firm, address)[1], address
    codes = set(AuditEvent.objects.values_list("action_code", flat=True))
    assert {f"kernel.{verb}_internal_note" for verb in ("write", "correct", "archive")} <= codes


def test_staff_tick_a_box(world, client):
    client.force_login(world.lead)
    page = client.get(f"/requests/{world.case.code}/").text
    assert "is_internal" in page
    sent = {"kind": "note", "text": "内部意见", "is_internal": "on"}
    client.post(f"/requests/{world.case.code}/notes/new/", sent)
    assert Note.objects.get(text="内部意见").is_internal


def test_who_is_inside(world):
    inside = directory().is_inside
    assert inside(world.lead)
    assert inside(world.root)
    assert not inside(world.firm)
    nobody = get_user_model().objects.create(username="nobody", org_unit=world.park)
    assert not inside(nobody)  # no grant: no staff
    told = AuditEvent.objects.visible_to(world.firm).values_list("action_code", flat=True)
    assert not [one for one in told if "internal" in one]
    assert Note.objects.visible_to(world.firm).count() == 1
    assert Note.objects.visible_to(world.lead).count() == 2
