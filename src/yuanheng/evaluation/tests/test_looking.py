"""What takes seconds on many subjects is found by a job, once, and shown where it was asked."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from yuanheng.accounts.tests.world import make_user
from yuanheng.evaluation.looking import LOOK, keep_text, kept_text
from yuanheng.evaluation.tests.conftest import SCHEME
from yuanheng.evaluation.tests.test_depth import address
from yuanheng.kernel import clock
from yuanheng.kernel.jobs.worker import work_off
from yuanheng.kernel.models import Job

OTHER = SCHEME.replace("weight: 60", "weight: 30").replace("weight: 40", "weight: 70")


@pytest.fixture(autouse=True)
def large(monkeypatch, tmp_path):
    """Every run counts as a large one."""
    monkeypatch.setattr("yuanheng.evaluation.looking.FEW", 1)
    monkeypatch.setattr(settings, "UPLOAD_ROOT", tmp_path)


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def job_of(response):
    assert response.status_code == 302, words(response)[:300]
    token = response.url.rstrip("/").rpartition("/")[2]
    return Job.objects.get(token=token)


def through_the_job(client, response):
    """The page to which the job leads back when it is done."""
    row = job_of(response)
    assert work_off() == 1
    row.refresh_from_db()
    assert row.stage == "done", row.message
    assert row.link.replace("&", "&amp;") in client.get(response.url).content.decode()
    return client.get(row.link)


def test_the_shortest_way_up_is_found_once_for_the_same_question(published, sign_in):
    client = sign_in(published.world.analyst)
    asked = address(published, 5, "way-up/?goal=rank&to=2")
    first = client.get(asked)
    row = job_of(first)
    assert row.code == LOOK
    assert job_of(client.get(asked)).pk == row.pk  # asked again while it is under way
    page = through_the_job(client, first)
    assert page.status_code == 200
    assert "第 2 位" in words(page)
    assert Job.objects.filter(code=LOOK).count() == 1
    assert client.get(asked).status_code == 200
    assert job_of(client.get(asked.replace("to=2", "to=3"))).pk != row.pk


def test_a_question_that_cannot_be_answered_is_answered_with_the_fault(published, sign_in):
    client = sign_in(published.world.analyst)
    page = through_the_job(client, client.get(address(published, 5, "way-up/?goal=rank&to=99")))
    assert page.status_code == 422
    assert "99" in words(page)


def test_two_schemes_on_the_same_figures(evaluated, sign_in):
    client = sign_in(evaluated.world.analyst)
    version = evaluated.run.scheme_version_id
    asked = f"/schemes/against/?one={version}&other={version}&snapshot={evaluated.snapshot.code}"
    page = through_the_job(client, client.get(asked))
    assert page.status_code == 200, words(page)[:600]
    assert "两边都排名的" in words(page)


def test_a_trial_leads_back_to_the_draft_with_its_result(evaluated, sign_in):
    client = sign_in(evaluated.world.analyst)
    asked = {
        "do": "try", "text": OTHER, "snapshot": evaluated.snapshot.code, "period": "2024",
        "against": evaluated.run.code,
    }  # fmt: skip
    page = through_the_job(client, client.post("/schemes/lab/", asked))
    assert "两边都参加排名的 11 家中" in words(page)
    assert "重算 100 次" in words(page)
    assert "id: per_mu" in page.content.decode()


def test_who_may_not_look_gets_nothing_by_the_kept_finding(published, sign_in, evaluated):
    client = sign_in(published.world.analyst)
    asked = address(published, 5, "way-up/?goal=rank&to=2")
    through_the_job(client, client.get(asked))
    stranger = make_user("elsewhere", "analyst", published.world.other_city)
    before = Job.objects.count()
    assert sign_in(stranger).get(asked).status_code == 404
    assert Job.objects.count() == before


def test_old_findings_are_forgotten(published, sign_in):
    client = sign_in(published.world.analyst)
    asked = address(published, 5, "way-up/?goal=rank&to=2")
    through_the_job(client, client.get(asked))
    folder = Path(settings.UPLOAD_ROOT) / "looks"
    assert len(list(folder.iterdir())) == 1
    with clock.stopped_at(clock.now() + timedelta(days=8)):
        keep_text("新的一份")
    assert [path.suffix for path in folder.iterdir()] == [".yaml"]
    assert job_of(client.get(asked)).stage == "queued"


def test_the_own_past_is_found_by_a_job_and_other_ways_at_once(published, sign_in):
    client = sign_in(published.world.analyst)
    asked = address(published, 5, "diagnosis/?against=previous")
    page = through_the_job(client, client.get(asked))
    assert "2023" in words(page)
    assert client.get(address(published, 5, "diagnosis/?against=mean")).status_code == 200


@pytest.mark.parametrize("name", ["../../secret", "a" * 64, ""])
def test_no_other_file_is_read_as_a_draft(name):
    with pytest.raises(LookupError):
        kept_text(name)
