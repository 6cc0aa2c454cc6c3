"""Jobs: done once, in somebody's name, after a restart too."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from yuanheng.kernel import clock
from yuanheng.kernel.jobs import JobFailed, JobResult, Lane, cancel, enqueue, job
from yuanheng.kernel.jobs import kinds as job_kinds
from yuanheng.kernel.jobs.kinds import JobStopped, RunningJob, file_of, progress_of
from yuanheng.kernel.jobs.worker import claim, run, tidy, work_off, work_once
from yuanheng.kernel.models import AuditEvent, Job, Notice

SEEN: list[object] = []


@job("test.count", title="数一数")
def count(running: RunningJob, *, upto: int) -> JobResult:
    for at in range(upto):
        running.progress(at, upto, "数着")
    running.progress(upto, upto, "数完")
    running.confirm()
    path = running.file("数.csv")
    path.write_text(str(upto), "utf-8")
    SEEN.append((running.acting_user.username, upto))
    return JobResult(f"数到了 {upto}", "/", "数.csv")


@job("test.fail", title="失败")
def fail(running: RunningJob, *, how: str) -> JobResult:
    if how == "said":
        raise JobFailed("缺一份文件")
    raise ZeroDivisionError("secret detail")


@job("test.quick", title="快", lane=Lane.QUICK)
@job("test.heavy", title="重", lane=Lane.HEAVY)
def note(running: RunningJob, *, name: str) -> JobResult:
    SEEN.append(name)
    return JobResult(name)


@pytest.fixture
def people(db, django_user_model, settings, tmp_path):
    settings.UPLOAD_ROOT = tmp_path
    SEEN.clear()
    make = django_user_model.objects.create
    return make(username="ann"), make(username="bob"), make(username="root", is_superuser=True)


def test_a_job_is_done_in_the_name_of_who_asked(people):
    ann, *_rest = people
    row = enqueue("test.count", acting_user=ann, upto=3)
    assert (row.stage, row.title) == ("queued", "数一数")
    assert work_off() == 1
    row.refresh_from_db()
    assert (row.stage, row.message, SEEN) == ("done", "数到了 3", [("ann", 3)])
    assert progress_of(row)["percent"] == 100
    assert AuditEvent.objects.get().action_code == "kernel.enqueue_job"
    with pytest.raises(LookupError):
        enqueue("test.unknown", acting_user=ann)


def test_two_workers_never_take_one_job(people):
    enqueue("test.count", acting_user=people[0], upto=1)
    first, second = claim("one"), claim("two")
    assert first is not None
    assert second is None


def test_what_takes_minutes_does_not_hold_up_what_takes_seconds(people):
    for code, name in (("heavy", "重一"), ("heavy", "重二"), ("quick", "快一"), ("quick", "快二")):
        enqueue(f"test.{code}", acting_user=people[0], name=name)
    assert claim("busy", Lane.HEAVY).arguments == {"name": "重一"}
    assert work_once(lane=Lane.USUAL)  # no lane waits behind a heavy one
    assert work_once(lane=Lane.QUICK)
    assert not work_once(lane=Lane.QUICK)
    assert not work_once(lane=Lane.USUAL)
    assert SEEN == ["快一", "快二"]
    assert work_once(lane=Lane.HEAVY)
    enqueue("test.heavy", acting_user=people[0], name="重三")
    enqueue("test.count", acting_user=people[0], upto=1)
    enqueue("test.quick", acting_user=people[0], name="快三")
    SEEN.clear()
    assert work_off() == 3
    assert SEEN == ["快三", ("ann", 1), "重三"]


def test_a_job_whose_worker_died_is_taken_up_again(people):
    enqueue("test.count", acting_user=people[0], upto=2)
    dead = claim("dead")
    assert not work_once("alive")
    with clock.stopped_at(clock.now() + timedelta(minutes=3)):
        assert work_once("alive")
    again = Job.objects.get()
    assert (again.stage, again.attempts) == ("done", 2)
    # The dead one wakes up: it can write no more.
    with pytest.raises(JobStopped):
        RunningJob(dead, people[0]).confirm()
    run(dead)
    assert Job.objects.get().stage == "done"
    assert Job.objects.get().message == "数到了 2"


def test_a_job_that_kills_its_workers_is_given_up(people):
    enqueue("test.count", acting_user=people[0], upto=2)
    now = clock.now()
    for minutes in range(0, 16, 4):
        with clock.stopped_at(now + timedelta(minutes=minutes)):
            row = claim("dies")
    with clock.stopped_at(now + timedelta(minutes=16)):
        run(row)
    row.refresh_from_db()
    assert (row.stage, SEEN) == ("failed", [])
    assert "任务中断 3 次，已放弃" in row.message


@pytest.mark.parametrize(("how", "sentence"), [("said", "缺一份文件"), ("crash", "系统出错")])
def test_a_failure_says_why_and_nothing_secret(people, how, sentence):
    row = enqueue("test.fail", acting_user=people[0], how=how)
    work_off()
    row.refresh_from_db()
    assert row.stage == "failed"
    assert sentence in row.message
    assert "secret" not in row.message


def test_who_can_no_longer_sign_in_has_no_job_done(people):
    ann, *_rest = people
    row = enqueue("test.count", acting_user=ann, upto=1)
    ann.is_active = False
    ann.save()
    work_off()
    row.refresh_from_db()
    assert "已停用" in row.message
    assert not SEEN


def test_a_job_can_be_cancelled(people):
    waiting = enqueue("test.count", acting_user=people[0], upto=1)
    cancel(acting_user=people[0], job=waiting)
    assert waiting.stage == "cancelled"
    assert work_off() == 0
    running = enqueue("test.count", acting_user=people[0], upto=1)
    row = claim("one")
    cancel(acting_user=people[0], job=running)
    run(row)
    row.refresh_from_db()
    assert (row.stage, SEEN) == ("cancelled", [])
    with pytest.raises(JobFailed, match="已经结束"):
        cancel(acting_user=people[0], job=row)


def test_a_long_job_sends_a_notice(people, django_capture_on_commit_callbacks):
    row = enqueue("test.count", acting_user=people[0], upto=1)
    Job.objects.filter(pk=row.pk).update(requested_at=clock.now() - timedelta(minutes=1))
    with django_capture_on_commit_callbacks(execute=True):
        work_off()
    notice = Notice.objects.get()
    assert (notice.recipient, notice.text) == (people[0], "数一数：数到了 1")
    assert notice.link == reverse("job-detail", args=[row.token])


def test_the_pages(people, client):
    ann, bob, root = people
    row = enqueue("test.count", acting_user=ann, upto=1)
    client.force_login(ann, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("job-detail", args=[row.token])
    waiting = client.get(address)
    assert "任务正在排队" in waiting.text
    assert 'http-equiv="refresh"' in waiting.text
    assert "every 1s" in waiting.text
    part = client.get(address, headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert client.get(address + "file/").status_code == 404
    work_off()
    assert client.get(address, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    done = client.get(address)
    assert "数到了 1" in done.text
    assert "http-equiv" not in done.text.replace("meta charset", "")
    assert b"".join(client.get(address + "file/").streaming_content) == b"1"
    assert "数一数" in client.get(reverse("job-list")).text
    client.force_login(bob, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address).status_code == 404
    assert client.post(address + "cancel/").status_code == 404
    assert "还没有任务" in client.get(reverse("job-list")).text
    client.force_login(root, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address).status_code == 200


def test_files_go_after_a_week(people):
    row = enqueue("test.count", acting_user=people[0], upto=1)
    work_off()
    row.refresh_from_db()
    assert file_of(row).is_file()
    with clock.stopped_at(clock.now() + timedelta(days=8)):
        assert tidy() == 1
    row = Job.objects.get()
    assert row.file_name == ""
    assert not list(job_kinds.job_folder().glob(f"{row.token}*"))
