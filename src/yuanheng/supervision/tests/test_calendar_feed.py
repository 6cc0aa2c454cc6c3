"""The feed as a calendar program takes it: RFC 5545 line by line, and what changes with a task."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from yuanheng.supervision.models import CalendarKey
from yuanheng.supervision.tests.conftest import at

pytestmark = pytest.mark.django_db
LONG = (
    "推动园区工业投资增长不低于百分之十，三月底前建成标准厂房“二期”,扩建;三期\\并网🏭🌱"
    + "，落实到人" * 8
)


@pytest.fixture
def address(enter):
    page = enter("works_officer").post("/tasks/calendar/", follow=True).text
    return re.search(r'value="http://testserver(/calendar/[^"]+)"', page)[1]


def taken(address, **headers):
    """The feed of anybody who has the address; checked as a strict reader would."""
    answer = Client().get(address, headers=headers)
    if answer.status_code != 200:
        return answer
    data = answer.content
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(len(line) for line in data.split(b"\r\n")) <= 75  # octets, without the break
    for line in data.split(b"\r\n"):
        line.decode()  # never cut inside a character
    answer.events = events_in(data.decode())
    return answer


def events_in(text):
    """Property → value of each event; parameters stay with the name. Each exactly once."""
    found, inside = [], None
    lines = re.sub("\r\n[ \t]", "", text).split("\r\n")[:-1]
    assert lines[:3] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Yuanheng//Supervision//ZH"]
    for line in lines[1:-1]:
        name, colon, value = line.partition(":")
        assert colon, line
        assert re.fullmatch(r"[A-Z-]+(;[A-Z-]+=[A-Z-]+)?", name), line
        if line == "BEGIN:VEVENT":
            inside = {}
        elif line == "END:VEVENT":
            needed = {"UID", "DTSTAMP", "DTSTART;VALUE=DATE", "SUMMARY", "SEQUENCE", "STATUS"}
            assert needed <= set(inside)
            found.append(inside)
            inside = None
        elif inside is not None:
            assert name not in inside, line
            inside[name] = value
        else:
            assert name != "METHOD"  # a published event would need an organiser
    return found


def plain(value):
    """RFC 5545, 3.3.11, read; a mark before any other character is an error."""
    assert not re.search(r"(?<!\\)(?:\\\\)*[,;]", value), value
    return re.sub(r"\\(.)", lambda one: {"n": "\n", "N": "\n"}.get(one[1], one[1]), value)


def test_a_strict_reader_takes_it(walk, address):
    task = walk.to("working", title=LONG)
    answer = taken(address)
    (event,) = answer.events
    assert plain(event["SUMMARY"]) == LONG
    assert event["UID"] == f"{task.code}@testserver"
    assert re.fullmatch(r"\d{8}T\d{6}Z", event["DTSTAMP"])
    assert (event["DTSTART;VALUE=DATE"], event["DTEND;VALUE=DATE"]) == ("20260331", "20260401")
    assert (event["STATUS"], event["TRANSP"]) == ("CONFIRMED", "TRANSPARENT")
    assert event["URL"] == f"http://testserver/tasks/{task.code}/"
    assert plain(event["DESCRIPTION"]) == "市住建局 · 进度 0%"
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"


def test_what_has_not_changed_is_not_sent_again(walk, address):
    task = walk.to("working")
    first = taken(address)
    assert first["Cache-Control"] == "private, no-cache"
    with at("2026-03-03"):  # time alone changes nothing in it
        again = taken(address, if_none_match=first["ETag"])
        assert (again.status_code, again.content) == (304, b"")
        walk.do(task, "works_officer", "report", "主体封顶", progress=60)
        changed = taken(address, if_none_match=first["ETag"])
    assert changed.status_code == 200
    assert "60%" in changed.events[0]["DESCRIPTION"]
    assert int(changed.events[0]["SEQUENCE"]) > int(first.events[0]["SEQUENCE"])


def test_a_new_date_an_end_and_a_withdrawal_reach_the_calendar(walk, address):
    done, off = walk.to("working", title="建成厂房"), walk.to("working", title="修好道路")
    before = {one["UID"]: one for one in taken(address).events}
    walk.do(done, "works_officer", "ask_extension", "雨季", wanted_on="2026-04-10")
    walk.do(done, "supervisor", "grant_extension")
    moved = {one["UID"]: one for one in taken(address).events}[f"{done.code}@testserver"]
    assert moved["DTSTART;VALUE=DATE"] == "20260410"
    assert int(moved["SEQUENCE"]) > int(before[moved["UID"]]["SEQUENCE"])
    walk.to("closed", title="通水通电")
    walk.do(off, "supervisor", "withdraw", "并入另一项任务")
    after = {plain(one["SUMMARY"]): one for one in taken(address).events}
    assert set(after) == {"建成厂房", "【已撤销】修好道路", "【已销号】通水通电"}
    gone = after["【已撤销】修好道路"]
    assert gone["STATUS"] == "CANCELLED"
    assert int(gone["SEQUENCE"]) > int(before[gone["UID"]]["SEQUENCE"])
    assert after["【已销号】通水通电"]["STATUS"] == "CONFIRMED"
    with at("2026-06-30"):  # what ended long ago is left out
        assert [plain(one["SUMMARY"]) for one in taken(address).events] == ["建成厂房"]


def test_a_draft_of_the_office_is_tentative(walk, enter):
    walk.register(title="还没有下达")
    page = enter("supervisor").post("/tasks/calendar/", follow=True).text
    own = re.search(r'value="http://testserver(/calendar/[^"]+)"', page)[1]
    assert [one["STATUS"] for one in taken(own).events] == ["TENTATIVE"]


def test_an_address_that_is_withdrawn_says_so(walk, world, enter, address):
    walk.to("working")
    client = enter("works_officer")
    assert "撤销订阅地址" in client.get("/tasks/calendar/").text
    assert client.post("/tasks/calendar/", {"withdraw": "1"}).status_code == 302
    assert not CalendarKey.objects.exists()
    assert "撤销订阅地址" not in client.get("/tasks/calendar/").text
    twice = client.post("/tasks/calendar/", {"withdraw": "1"}, follow=True).text
    assert "没有可以撤销的地址" in twice
    answer = taken(address)
    assert answer.status_code == 404
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "这个日历订阅地址已经打不开" in answer.content.decode()
    never = Client().get("/calendar/no-such-key.ics")
    assert (never.status_code, never.content) == (404, answer.content)  # nothing can be guessed


def test_nobody_withdraws_the_address_of_another(world, enter, address):
    assert "/sign-in/" in Client().post("/tasks/calendar/", {"withdraw": "1"}).url
    enter("plan_officer").post("/tasks/calendar/", {"withdraw": "1"})
    assert taken(address).status_code == 200


def test_the_calendar_of_who_has_left_opens_nothing(walk, world, address):
    walk.to("working")
    world.works_officer.is_active = False
    world.works_officer.save()
    assert taken(address).status_code == 404
