"""An action that needs attachments put in since the stage began."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from yuanheng.kernel.actions.attachments import attach_file
from yuanheng.kernel.flow import flow_for
from yuanheng.kernel.flow.checking import faults_in
from yuanheng.kernel.models import Attachment, AuditEvent
from yuanheng.kernel.tests import flow_world
from yuanheng.kernel.tests.example_room.models import EnterpriseRequest
from yuanheng.kernel.tests.flow_world import accepted, answered, at, do

pytestmark = pytest.mark.django_db
FLOW = flow_for(EnterpriseRequest)


@pytest.fixture
def world(monkeypatch, settings, tmp_path):
    """The example's flow, with its closing asking for one piece of evidence."""
    settings.ATTACHMENT_ROOT = tmp_path
    changed = [
        replace(one, evidence=1) if one.code == "close" else one for one in FLOW.all_actions
    ]
    monkeypatch.setitem(FLOW.__dict__, "all_actions", tuple(changed))
    monkeypatch.setitem(FLOW.__dict__, "actions_by_code", {one.code: one for one in changed})
    with at("2026-03-02 09:00"):
        yield flow_world.make_world()


def pdf(name="整改后照片.pdf", text=b"one"):
    return SimpleUploadedFile(name, b"%PDF-1.4 " + text, content_type="application/pdf")


def close(client, world, case, who="lead", **sent):
    client.force_login(getattr(world, who))
    address = f"/requests/{case.code}/do/close/"
    return client.post(address, {"reason": "已办结", "seen": case.move_count, **sent})


def test_without_evidence_the_action_is_refused_with_a_sentence(world, client):
    case = answered(world)
    with pytest.raises(ValidationError, match="至少附上 1 份"):
        do(world, case, "lead", "close", "已办结")
    refused = close(client, world, case)
    assert refused.status_code == 422
    assert "至少附上 1 份" in refused.text
    assert 'enctype="multipart/form-data"' in refused.text
    case.refresh_from_db()
    assert case.state == "answered"


def test_the_form_takes_the_file_in_the_same_step(world, client):
    case = answered(world)
    done = close(client, world, case, evidence=[pdf(), pdf("验收单.pdf", b"two")])
    assert done.status_code == 302, done.text
    case.refresh_from_db()
    assert case.state == "closed"
    assert Attachment.objects.of(case).count() == 2
    codes = AuditEvent.objects.filter(subject_pk=str(case.pk)).values_list(
        "action_code", flat=True
    )
    assert list(codes).count("kernel.attach_file") == 2
    assert case.moves.last().action == "close"


def test_a_file_that_cannot_be_kept_moves_nothing(world, client, settings):
    case = answered(world)
    macro = SimpleUploadedFile("照片.pdf", b"MZ not what it says")
    empty = SimpleUploadedFile("空.pdf", b"")
    settings.ATTACHMENT_LIMIT_MB = 0
    for sent in (pdf(), macro, empty):
        assert close(client, world, case, evidence=sent).status_code == 422
    settings.ATTACHMENT_LIMIT_MB = 20
    # The second file fails: the first isn't attached either.
    both = close(client, world, case, evidence=[pdf(), macro])
    assert both.status_code == 422
    many = close(client, world, case, evidence=[pdf(text=bytes([65 + n])) for n in range(11)])
    assert many.status_code == 422
    case.refresh_from_db()
    assert (case.state, Attachment.objects.count()) == ("answered", 0)


def test_what_was_attached_before_the_stage_is_no_evidence_of_it(world, client):
    case = accepted(world)
    attach_file(acting_user=world.lead, row=case, file_name="a.pdf", content=pdf().chunks())
    with at("2026-03-02 10:00"):
        case = do(world, case, "lead", "answer", answer="已修好")
        assert close(client, world, case).status_code == 422
    with at("2026-03-02 11:00"):
        later = pdf(text=b"later")
        attach_file(acting_user=world.lead, row=case, file_name="b.pdf", content=later.chunks())
        kept = Attachment.objects.of(case).get(file_name="b.pdf")
        assert "本环节已附材料" in client.get(f"/requests/{case.code}/do/close/").text
        kept.archived_at = kept.made_at
        kept.save()
        assert close(client, world, case).status_code == 422  # put away is not there
        kept.archived_at = None
        kept.save()
        assert close(client, world, case).status_code == 302


def test_files_are_refused_where_none_are_asked_and_by_who_may_not(world, client):
    case = answered(world)
    assert close(client, world, case, who="reader", evidence=pdf()).status_code == 403
    assert close(client, world, case, who="stranger", evidence=pdf()).status_code == 404
    assert Attachment.objects.count() == 0


def test_by_programs(world, client):
    case = answered(world)
    client.force_login(world.lead)
    address = f"/api/v1/requests/{case.code}/actions/"
    refused = client.post(address + "close/", {"reason": "好"}, content_type="application/json")
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["where"] == "evidence"
    asked = client.get(address).json()["actions"]
    fields = next(one for one in asked if one["action"] == "close")["fields"]
    assert {"name": "evidence", "required": True}.items() <= fields[-1].items()
    once = {"Idempotency-Key": "close-1"}
    for _time in (1, 2):
        sent = {"reason": "好", "evidence": [pdf()]}
        done = client.post(address + "close/", sent, headers=once)
        assert (done.status_code, done.json()["state"]) == (200, "closed"), done.text
    assert Attachment.objects.of(case).count() == 1
    other = client.post(
        address + "close/", {"reason": "好", "evidence": pdf("x.pdf", b"x")}, headers=once
    )
    assert other.status_code == 422


def test_programs_cannot_send_files_elsewhere(world, client):
    case = accepted(world)
    client.force_login(world.lead)
    address = f"/api/v1/requests/{case.code}/actions/answer/"
    for sent in ({"answer": "好", "evidence": pdf()}, {"answer": "好", "photo": pdf()}):
        assert client.post(address, sent).status_code == 422
    broken = client.post(address, b"--x\r\nbroken", content_type="multipart/form-data")
    assert broken.status_code == 400
    assert Attachment.objects.count() == 0


def test_a_quick_action_with_evidence_stops_the_start(world, monkeypatch):
    changed = [replace(one, quick=one.code == "close") for one in FLOW.all_actions]
    monkeypatch.setitem(FLOW.__dict__, "all_actions", tuple(changed))
    assert any("no form to take the file" in one for one in faults_in(FLOW))


def test_the_page_of_the_flow_says_it(world, client):
    client.force_login(world.lead)
    assert "至少附上 1 份" in client.get("/flows/request/").text
