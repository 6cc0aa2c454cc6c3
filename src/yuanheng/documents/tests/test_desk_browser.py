"""As a new user would: a document dropped on the desk, its figures in the ledger, its tasks issued
and one walked to its closing; in a real browser."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from yuanheng.documents.models import Document
from yuanheng.documents.tests.conftest import make_desk_world
from yuanheng.documents.tests.texts import SPEECH
from yuanheng.kernel.jobs.worker import work_off
from yuanheng.ledger.models import Entry, Observation
from yuanheng.supervision.models import Source, Task

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
WORD = "Right-2024-word"


@pytest.fixture
def world(settings, tmp_path):
    settings.ATTACHMENT_ROOT = tmp_path / "files"
    settings.UPLOAD_ROOT = tmp_path / "uploads"
    made = make_desk_world()
    for name in ("analyst", "supervisor", "works_officer", "plan_officer"):
        user = getattr(made, name)
        user.set_password(WORD)
        user.save()
    return made


def sign_in(page, live_server, name, path="/"):
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/sign-in/?next={path}")
    page.fill("[name=username]", name)
    page.fill("[name=password]", WORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"**{path}")


def dropped(page, live_server, name, text):
    """Dropped as the analyst, and read."""
    page.goto(f"{live_server.url}/documents/drop/")
    page.set_input_files("[name=files]", {"name": name, "mimeType": "text/plain",
                                          "buffer": text.encode()})  # fmt: skip
    page.get_by_role("button", name="放上阅办台").click()
    page.wait_for_url("**/documents/D*/")
    work_off()
    return Document.objects.order_by("-pk").first()


def act(page, live_server, task, action, **fields):
    """One action of a task by its form."""
    page.goto(f"{live_server.url}/tasks/{task.code}/do/{action}/")
    for name, value in fields.items():
        if name == "evidence":
            page.set_input_files("[name=evidence]", value)
        else:
            page.fill(f"[name={name}]", str(value))
    page.locator("main form button.btn-primary").click()
    page.wait_for_url(f"**/tasks/{task.code}/")


def test_from_the_dropped_speech_to_the_closed_task(world, page, live_server, fits):
    sign_in(page, live_server, "analyst", "/documents/")
    text = SPEECH.replace("3月底前", "2099年3月底前").replace("3月20日前", "2099年3月20日前")
    document = dropped(page, live_server, "讲话.txt", text)
    page.goto(f"{live_server.url}/documents/{document.code}/")
    fits(page, 1280)
    cards = page.locator("[data-card]")
    total = cards.count()
    assert total >= 5
    # The keys: what has all it needs is accepted, the rest rejected.
    for _turn in range(total):
        left = document.proposals.filter(decision="open").order_by("start", "number")
        row = left.first()
        if row is None:
            break
        card = page.locator(f"#p{row.number}")
        card.focus()
        is_task = row.kind == "directive" and bool(row.values["lead"])
        is_figure = row.kind == "fact" and all(
            row.values[one] for one in ("subject", "indicator", "period", "fits")
        )
        page.evaluate(f"location.hash = '#p{row.number}'")
        page.reload()
        with page.expect_navigation():
            page.keyboard.press("a" if is_task or is_figure else "r")
    page.goto(f"{live_server.url}/documents/{document.code}/hand-on/")
    page.get_by_role("button", name="入账").click()
    page.wait_for_url(f"**/documents/{document.code}/")
    entry = Entry.objects.get(source="document")
    assert Observation.objects.filter(entry=entry, place__startswith="第 3 段").count() >= 2
    page.goto(f"{live_server.url}/documents/{document.code}/hand-on/")
    page.get_by_role("button", name="登记为任务草案").click()
    page.wait_for_url(f"**/documents/{document.code}/")
    page.goto(f"{live_server.url}{Source.objects.get().link}")
    task = Task.objects.get(title__contains="建成标准厂房")
    assert task.lead == world.works
    page.goto(f"{live_server.url}/tasks/{task.code}/do/submit/")
    page.fill("[name=result]", "竣工验收 20 万平方米")
    page.locator("main form button.btn-primary").click()
    page.wait_for_url(f"**/tasks/{task.code}/")
    sign_in(page, live_server, "supervisor", f"/tasks/{task.code}/")
    act(page, live_server, task, "check")
    act(page, live_server, task, "issue")
    sign_in(page, live_server, "plan_officer", "/work/")
    expect(page.get_by_role("link", name=task.title).first).to_be_visible()
    act(page, live_server, task, "give_word", reason="前期手续已配合办结")
    sign_in(page, live_server, "works_officer", "/work/")
    act(page, live_server, task, "sign")
    act(page, live_server, task, "report", progress=60, reason="主体封顶")
    proof = {"name": "验收单.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 done"}
    act(page, live_server, task, "finish", reason="已竣工验收", evidence=proof)
    sign_in(page, live_server, "supervisor", "/tasks/board/")
    act(page, live_server, task, "close", quality=95, reason="现场核实")
    expect(page.locator("h1")).to_contain_text("已销号")
    assert float(Task.objects.get(pk=task.pk).score) == 95
    for address in (f"/tasks/{task.code}/", "/tasks/board/", f"/documents/{document.code}/"):
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(f"{live_server.url}{address}")
        fits(page, 390)


def test_the_seeds_are_read_on_the_desk(world, page, live_server):
    shared = os.environ.get("YUANHENG_SHARED")
    seeds = sorted(Path(shared, "seeds").glob("*.txt")) if shared else []
    if not seeds:
        pytest.skip("YUANHENG_SHARED names no folder with seeds")
    sign_in(page, live_server, "analyst", "/documents/")
    read = 0
    for path in seeds:
        document = dropped(page, live_server, path.name, path.read_text("utf-8"))
        assert document.stage == "read", path.name
        page.goto(f"{live_server.url}/documents/{document.code}/")
        # A speech of mere exhortation has nothing to take over, and the page says so.
        nothing = page.get_by_text("这份文件没有读出数据和要求")
        expect(page.locator("[data-card]").first.or_(nothing)).to_be_visible()
        read += page.locator("[data-card]").count() > 0
    assert read >= 4
