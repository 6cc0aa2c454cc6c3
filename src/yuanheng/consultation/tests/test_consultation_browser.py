"""As a new user would: ten questions pasted and put to units, answered, compared, opened, and a
task made of an answer; in a real browser, on a telephone too."""

from __future__ import annotations

import pytest

from yuanheng.consultation.models import Answer, Reply
from yuanheng.consultation.splitting import chinese_number
from yuanheng.ledger.actions import load_catalogue
from yuanheng.supervision.models import Task
from yuanheng.supervision.tests.conftest import make_offices_world

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
WORD = "Right-2024-word"
TEN = [
    "凝聚发展共识", "更新发展理念", "提升承载能力", "形成产业特色", "促进产城融合", "提高竞争力",
    "营造良好环境", "改革体制机制", "优化考核导向", "明确目标定位",
]  # fmt: skip


@pytest.fixture
def world(settings, tmp_path):
    settings.ATTACHMENT_ROOT = tmp_path / "files"
    made = make_offices_world()
    load_catalogue(acting_user=made.root)
    for name in ("supervisor", "works_officer", "plan_officer"):
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


def test_from_the_pasted_list_to_the_task(page, live_server, world, fits):
    # The office pastes ten questions and puts them to all bureaus.
    sign_in(page, live_server, "supervisor", "/consultations/new/")
    page.fill("[name=title]", "十道思考题")
    page.fill("[name=said_by]", "王书记")
    page.get_by_role("button", name="保存").click()
    page.wait_for_url("**/consultations/W*/")
    base = page.url.removeprefix(live_server.url)
    page.get_by_role("link", name="粘贴题目").click()
    page.fill("[name=text]", "请思考：" + "".join(
        f"\n{chinese_number(at)}、怎样{words}？" for at, words in enumerate(TEN, 1)))  # fmt: skip
    page.get_by_role("button", name="拆分并保存").click()
    expect(page.locator("ol.yh-asked li")).to_have_count(10)
    page.get_by_role("link", name="发给单位").click()
    page.get_by_label("部门（2）").check()
    page.get_by_role("button", name="下发并通知").click()
    expect(page.get_by_text("2 个单位中已有 0 个答复")).to_be_visible()
    # A bureau finds it in its work, writes on a telephone, keeps, attaches, hands in.
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, live_server, "works_officer", "/work/")
    page.get_by_role("link", name="十道思考题").first.click()
    page.get_by_role("link", name="填写答复").click()
    for at in range(1, 10):
        page.fill(f"[name=words_{at}]", f"第{at}题：盘活存量用地{at}百亩。其余略")
    page.set_input_files("[name=files_3]", {"name": "台账.pdf", "mimeType": "application/pdf",
                                            "buffer": b"%PDF-1.4 x"})  # fmt: skip
    page.get_by_role("button", name="暂存").click()
    expect(page.get_by_text("已经暂存，尚未提交")).to_be_visible()
    fits(page, 390)
    expect(page.get_by_role("link", name="台账.pdf")).to_be_visible()
    page.fill("[name=words_10]", "三年内前移五位")
    page.locator("form button[value=hand_in]").click()
    expect(page.get_by_text("答复已提交")).to_be_visible()
    assert Reply.objects.get(unit=world.works).state == "answered"
    # The other bureau sees nothing of it before the office opens the answers.
    sign_in(page, live_server, "plan_officer", f"{base}compare/")
    expect(page.get_by_text("尚未公开答复")).to_be_visible()
    expect(page.get_by_text("盘活存量用地")).to_have_count(0)
    # The office compares, makes a task by one press, opens.
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, live_server, "supervisor", f"{base}compare/")
    page.get_by_role("navigation", name="问题").get_by_role("link", name="3", exact=True).click()
    expect(page.get_by_text("第3题：盘活存量用地3百亩")).to_be_visible()
    page.get_by_role("button", name="转为任务").click()
    expect(page.get_by_text("已转为督办任务（草稿）")).to_be_visible()
    task = Task.objects.get()
    assert task.title == "第3题：盘活存量用地3百亩"
    page.get_by_role("link", name=task.number).click()
    page.get_by_role("link", name="十道思考题").first.click()  # its source
    main = page.locator("main")
    main.get_by_role("link", name="文件", exact=True).click()  # where that comes from
    page.wait_for_url(f"**{base}")
    page.get_by_role("link", name="对照答复").click()
    page.get_by_role("button", name="向各单位公开").click()
    expect(page.get_by_text("可以互看")).to_be_visible()
    sign_in(page, live_server, "plan_officer", f"{base}compare/")
    expect(page.get_by_text("第1题：盘活存量用地1百亩")).to_be_visible()
    assert Answer.objects.exclude(task_link="").get().mark == "adopt"
