"""A meeting from the units asked to the tasks of its minutes, through the pages people use."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from yuanheng.documents.models import Document, Proposal
from yuanheng.kernel.jobs.worker import work_off
from yuanheng.kernel.models import Notice
from yuanheng.kernel.policies import Refused
from yuanheng.meetings.actions import add_minutes, ask_units, sign_in
from yuanheng.meetings.models import AskedUnit, Meeting, SignIn
from yuanheng.supervision.models import Source, Task
from yuanheng.supervision.tests.conftest import at

pytestmark = pytest.mark.django_db
PAGE = "/meetings/M2026-001/"
MINUTES = """园区推进会会议纪要
会议要求，由市住建局牵头，市发改委配合，12月底前建成标准厂房20万平方米。
市发改委负责，11月15日前完成项目审批流程清理。
"""


def minutes(text=MINUTES):
    return {"minutes": SimpleUploadedFile("纪要.txt", text.encode())}


def asked(world, **more):
    ask_units(
        acting_user=world.supervisor, meeting=world.meeting,
        org_unit_ids=[world.works.pk, world.plan.pk], who="主要负责同志",
    )  # fmt: skip
    ask_units(
        acting_user=world.supervisor, meeting=world.meeting, org_unit_ids=[world.county.pk],
        venue="冷水江分会场",
    )  # fmt: skip


def test_the_day_and_hour_are_chosen_and_not_typed_in_a_form_to_be_guessed(world, enter):
    client = enter("supervisor")
    form = client.get(f"{PAGE}edit/").text
    shown = re.search(r'<input type="datetime-local" name="held_at" value="([^"]+)"', form)[1]
    assert shown.endswith("T15:00")
    sent = {"title": "园区推进会", "held_at": "2026-03-06T09:30", "place": "二楼会议室"}
    assert client.post("/meetings/new/", sent).status_code == 302
    made = Meeting.objects.latest("pk")
    assert timezone.localtime(made.held_at).isoformat()[:16] == "2026-03-06T09:30"


def test_units_are_asked_told_and_sign_in_on_the_day(world, enter):
    client = enter("supervisor")
    sent = {"units": [world.works.pk], "venue": "", "who": "局长"}
    assert client.post(f"{PAGE}ask/", sent).status_code == 302
    branch = {"units": [world.county.pk], "venue": "冷水江分会场"}
    assert client.post(f"{PAGE}ask/", branch).status_code == 302
    assert client.post(f"{PAGE}ask/", {"units": [], "venue": ""}).status_code == 422
    assert client.post(f"{PAGE}ask/", {**branch, "venue": "月球"}).status_code == 422
    assert Notice.objects.filter(recipient=world.works_officer, code="meetings.asked").exists()
    client = enter("works_officer")
    assert "园区推进会" in client.get("/meetings/mine/").text
    assert f'href="{PAGE}sign-in/"' in client.get(PAGE).text
    form = client.get(f"{PAGE}sign-in/").text
    assert "市住建局" in form
    assert "冷水江市" not in form.split("<form")[-1]  # another unit can't be chosen
    done = client.post(
        f"{PAGE}sign-in/", {"unit": world.works.pk, "name": "赵工", "title": "科长"}
    )
    assert done.status_code == 302, done.text
    again = client.post(f"{PAGE}sign-in/", {"unit": world.works.pk, "name": "赵工"})
    assert "已经签到" in again.text
    other = client.post(f"{PAGE}sign-in/", {"unit": world.county.pk, "name": "赵工"})
    assert other.status_code == 422
    with pytest.raises(Refused):
        sign_in(acting_user=world.works_officer, meeting=world.meeting,
                org_unit_id=world.county.pk, name="赵工")  # fmt: skip
    page = enter("supervisor").get(PAGE).text
    assert "应到 2 个单位，已签到 1 个。" in page
    assert page.index("主会场") < page.index("赵工") < page.index("冷水江分会场")
    # The organisers write down who came to the branch.
    sent = {"unit": world.county.pk, "name": "李主任"}
    assert enter("supervisor").post(f"{PAGE}sign-in/", sent).status_code == 302
    with at("2026-03-03"):
        late = enter("works_officer").post(
            f"{PAGE}sign-in/", {"unit": world.works.pk, "name": "钱工"}
        )
        assert "会议当天签到" in late.text
    assert SignIn.objects.count() == 2


@pytest.mark.parametrize("who", ["auditor", "works_officer", "reader", "county_analyst"])
def test_who_may_not_change_a_meeting(world, enter, who):
    asked(world)
    client = enter(who)
    for page in ("ask", "minutes", "edit", "archive"):
        assert client.get(f"{PAGE}{page}/").status_code == 403, page
    with pytest.raises(Refused):
        ask_units(acting_user=getattr(world, who), meeting=world.meeting,
                  org_unit_ids=[world.works.pk])  # fmt: skip
    with pytest.raises(Refused):
        add_minutes(acting_user=getattr(world, who), meeting=world.meeting, file_name="a.txt",
                    data=b"x")  # fmt: skip


def test_who_is_not_asked_does_not_find_it(world, enter):
    for who in ("works_officer", "reporter", "stranger", "nobody"):
        for page in (PAGE, f"{PAGE}sign-in/", f"{PAGE}ask/"):
            assert enter(who).get(page).status_code == 404, (who, page)
    asked(world)
    assert enter("works_officer").get(PAGE).status_code == 200
    assert enter("county_analyst").get(PAGE).status_code == 200
    assert enter("reporter").get(PAGE).status_code == 404
    assert enter("auditor").get(f"{PAGE}sign-in/").status_code == 403
    assert enter("reporter").get("/meetings/mine/").status_code == 200


def test_minutes_are_read_and_what_is_accepted_becomes_tasks_of_the_meeting(world, enter):
    asked(world)
    client = enter("supervisor")
    assert client.post(f"{PAGE}minutes/", {}).status_code == 422
    sent = client.post(f"{PAGE}minutes/", minutes())
    document = Document.objects.get()
    assert (sent.status_code, sent.url) == (302, f"/documents/{document.code}/")
    work_off()
    meeting, source = Meeting.objects.get(), Source.objects.get()
    assert (source.kind, source.said_by, source.link) == ("meeting", "张市长", PAGE)
    assert meeting.source_code == source.code
    rows = Proposal.objects.filter(kind="directive")
    assert rows.count() >= 2
    for one in rows:
        client.post(f"/documents/{document.code}/{one.number}/accept/")
    done = client.post(f"/documents/{document.code}/hand-on/", {"what": "tasks", "kind": "other"})
    assert done.status_code == 302, done.text
    assert Source.objects.count() == 1
    tasks = list(Task.objects.order_by("paragraph"))
    assert {one.source_id for one in tasks} == {source.pk}
    assert tasks[0].lead == world.works
    page = client.get(PAGE).text
    assert f'href="/sources/{source.code}/"' in page
    # The same minutes again are the same document, and no second source.
    client.post(f"{PAGE}minutes/", minutes())
    assert (Document.objects.count(), Source.objects.count()) == (1, 1)


def test_pages_ask_twelve_queries_at_most_however_many_come(world, enter):
    asked(world)
    pages = [PAGE, "/meetings/", "/meetings/mine/", f"{PAGE}sign-in/", f"{PAGE}ask/"]

    def counted(client, address):
        client.get(address)
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    own = {"supervisor": pages, "works_officer": pages[:4]}
    few = {(who, one): counted(enter(who), one) for who in own for one in own[who]}
    for unit in AskedUnit.objects.all():
        for name in ("甲", "乙", "丙"):
            SignIn.objects.create(asked=unit, name=name, made_by=world.supervisor)
    many = {(who, one): counted(enter(who), one) for who in own for one in own[who]}
    assert {key: n for key, n in many.items() if n > min(few[key], 12)} == {}
