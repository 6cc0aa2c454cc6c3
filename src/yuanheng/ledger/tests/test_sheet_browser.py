"""The grid in a real browser: keys, a block from Excel, every change kept, also without a line."""

from __future__ import annotations

import pytest

from yuanheng.kernel import clock
from yuanheng.ledger.actions import load_catalogue
from yuanheng.ledger.actions.drafts import Draft, save_drafts
from yuanheng.ledger.models import DraftFigure, Submission
from yuanheng.ledger.tests.reporting import grants_since, issue_form
from yuanheng.registry.tests.world import make_world

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
PASTE = """([element, text]) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  element.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""  # noqa: E501


@pytest.fixture
def world():
    made = make_world()
    load_catalogue(acting_user=made.root)
    grants_since(made)
    return made


@pytest.fixture
def submission(world):
    form = issue_form(world)
    assert form.issued_at <= clock.now()
    return Submission.objects.get()


def signed_in(world, submission, page, live_server):
    world.reporter.set_password("Right-2024-word")
    world.reporter.save()
    page.goto(f"{live_server.url}/sign-in/?next=/submissions/{submission.code}/")
    page.fill("[name=username]", "reporter")
    page.fill("[name=password]", "Right-2024-word")
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"**/submissions/{submission.code}/")
    return page


@pytest.fixture
def sheet(world, submission, page, live_server):
    return signed_in(world, submission, page, live_server)


def cell(page, code):
    return page.locator(f'[data-cell="LSJ|{code}"] input[name^="v-"]')


def state(page):
    return page.locator("[data-state]")


def kept(code):
    return DraftFigure.objects.get(indicator__code=code).text


def test_keys_paste_and_every_change_is_kept(sheet, submission):
    first = cell(sheet, "firms")
    first.focus()
    first.fill("71")
    sheet.keyboard.press("Enter")
    expect(cell(sheet, "scale_firms")).to_be_focused()
    expect(state(sheet)).to_have_text("已保存")
    expect(sheet.locator("[data-progress]")).to_have_text("已完成 1/4")
    assert kept("firms") == "71"
    # A block from a spreadsheet: three lines from this cell on, one of them beyond the sheet.
    cell(sheet, "scale_firms").evaluate(
        "(element, text) => (" + PASTE + ")([element, text])", "49\t5\r\n1,234.5\r\n２３.4\r\n"
    )
    expect(sheet.locator("[data-progress]")).to_have_text("已完成 4/4")
    expect(state(sheet)).to_have_text("已保存")
    expect(sheet.locator("[data-pasted]")).to_contain_text("已粘贴 3 个数")
    assert (kept("scale_firms"), kept("revenue"), kept("rd_spend")) == ("49", "1,234.5", "２３.4")
    expect(sheet.locator("[data-report]")).to_be_visible()  # nothing stands in the way any more
    computed = sheet.locator('[data-computed="LSJ|rd_intensity"] [data-text]')
    expect(computed).to_have_text("1.90")
    sheet.keyboard.press("ArrowUp")
    expect(first).to_be_focused()
    first.fill("七十来家")
    sheet.keyboard.press("ArrowDown")
    expect(sheet.locator('[data-cell="LSJ|firms"] [data-note]')).to_contain_text("七十来家")


def test_without_a_connection_nothing_is_lost_even_over_a_reload(
    world, submission, open_page, live_server
):
    # A page of its own: a lost connection is an error in the console.
    sheet = signed_in(world, submission, open_page(), live_server)
    context = sheet.context
    context.set_offline(True)
    cell(sheet, "firms").fill("71")
    sheet.keyboard.press("Enter")
    sheet.keyboard.type("49")
    sheet.keyboard.press("Enter")
    expect(state(sheet)).to_have_text("离线，2 项待传（已存在本机）")
    assert kept("firms") == ""
    context.set_offline(False)
    expect(state(sheet)).to_have_text("已保存", timeout=15000)
    assert (kept("firms"), kept("scale_firms")) == ("71", "49")
    # The line is gone again, and the page is closed: what waited is typed in and sent next time.
    context.route("**/api/v1/**", lambda route: route.abort())
    cell(sheet, "firms").fill("70")
    sheet.keyboard.press("Enter")
    expect(state(sheet)).to_have_text("离线，1 项待传（已存在本机）")
    sheet.reload()
    expect(cell(sheet, "firms")).to_have_value("70")
    expect(state(sheet)).to_have_text("离线，1 项待传（已存在本机）")
    assert kept("firms") == "71"
    context.unroute("**/api/v1/**")
    expect(state(sheet)).to_have_text("已保存", timeout=15000)
    assert kept("firms") == "70"


def test_two_reporters_see_each_other_and_choose(world, sheet, submission):
    save_drafts(
        acting_user=world.chief, submission=submission, drafts=[Draft("LSJ", "firms", text="72")]
    )
    cell(sheet, "firms").fill("71")
    sheet.keyboard.press("Enter")
    expect(state(sheet)).to_have_text("1 项已被他人修改，请选择")
    assert kept("firms") == "72"
    sheet.get_by_role("button", name="用我的：71").click()
    expect(state(sheet)).to_have_text("已保存")
    assert kept("firms") == "71"


def test_the_sheet_fits_a_phone(sheet, submission, fits):
    sheet.set_viewport_size({"width": 390, "height": 844})
    sheet.reload()
    fits(sheet, 390)
    cell(sheet, "firms").fill("71")
    cell(sheet, "scale_firms").click()
    expect(state(sheet)).to_have_text("已保存")
