from __future__ import annotations

import re

import pytest
from django.conf import settings

from yuanheng.accounts.models import User
from yuanheng.registry.models import Enterprise, Park, Region
from yuanheng.registry.tests.world import credit_code

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def parks():
    region = Region.objects.create(code="43", name="湖南省", kind="province")
    parks = [
        Park.objects.create(code=f"P{at}", name=name, rank=rank, region=region)
        for at, (name, rank) in enumerate(
            [("冷水江经济开发区", "provincial"), ("娄底经济技术开发区", "national")]
        )
    ]
    Enterprise.objects.create(
        credit_code=credit_code(1), name="钢铁公司", park=parks[0], region=region
    )
    return parks


@pytest.fixture
def admin(transactional_db):
    return User.objects.create_superuser("admin", password="Right-2024-word")


@pytest.fixture
def signed(page, live_server, admin, client):
    """A page of somebody who has signed in."""
    client.force_login(admin, backend="yuanheng.accounts.backends.PeopleBackend")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    return page


def test_sign_in_shows_the_overview_and_its_chart(parks, page, live_server, admin):
    page.goto(f"{live_server.url}/sign-in/")
    page.fill("[name=username]", "admin")
    page.fill("[name=password]", "Right-2024-word")
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{live_server.url}/")
    expect(page.get_by_role("heading", name="概览")).to_be_visible()
    page.wait_for_selector(".yh-chart svg")


def test_a_filter_changes_the_rows_and_the_address_without_a_new_page(parks, signed, live_server):
    signed.goto(f"{live_server.url}/parks/")
    signed.evaluate("window.stillHere = true")
    signed.select_option("[name=rank]", "national")
    signed.wait_for_url("**/parks/?rank=national")
    rows = signed.locator("#rows tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("娄底经济技术开发区")
    signed.click("#rows th a >> text=园区名称")
    expect(signed).to_have_url(re.compile("(?=.*sort=name)(?=.*rank=national)"))
    assert signed.evaluate("window.stillHere") is True
    signed.fill("#q", "没有")
    signed.wait_for_selector("text=没有符合条件的记录")
    signed.go_back()
    signed.wait_for_selector("#rows tbody tr")


def test_a_table_is_uploaded_looked_at_and_imported(parks, signed, live_server, tmp_path):
    table = tmp_path / "企业.csv"
    table.write_text(
        f"统一社会信用代码,企业名称,所属园区\n{credit_code(5)},新材料公司,P0\n123,坏行,P0\n",
        "utf-8",
    )
    signed.goto(f"{live_server.url}/imports/new/enterprises/")
    signed.set_input_files("[name=table]", str(table))
    signed.get_by_role("button", name="上传并预览").click()
    signed.wait_for_selector("text=不能使用的数据")
    signed.check("[name=leave_out_faulty]")
    signed.get_by_role("button", name="确认导入").click()
    signed.wait_for_selector("text=导入完成：新增 1 条")
    assert Enterprise.objects.filter(name="新材料公司").exists()


def test_a_phone_shows_the_navigation_on_demand_and_nothing_sticks_out(
    parks, signed, live_server, fits
):
    signed.set_viewport_size({"width": 390, "height": 844})
    for path in ("/", "/parks/", "/parks/P0/", "/enterprises/", "/imports/"):
        signed.goto(live_server.url + path)
        fits(signed, 390)
    entry = signed.locator("#nav a", has_text="区域")
    expect(entry).to_be_hidden()
    signed.click(".navbar-toggler")
    expect(signed.locator("#nav a", has_text="数据导入")).to_be_visible()
    expect(entry).to_be_hidden()
    signed.locator("#nav summary", has_text="名录").click()
    expect(entry).to_be_visible()
    signed.goto(live_server.url + "/imports/")  # it stays as one left it
    signed.click(".navbar-toggler")
    expect(entry).to_be_visible()


def test_pages_work_without_javascript(open_page, live_server, parks, admin):
    page = open_page(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page.goto(f"{live_server.url}/sign-in/?next=/parks/")
    page.fill("[name=username]", "admin")
    page.fill("[name=password]", "Right-2024-word")
    page.get_by_role("button", name="登录").click()
    expect(page.locator("#nav a", has_text="企业").first).to_be_visible()
    page.select_option("[name=rank]", "national")
    page.get_by_role("button", name="查询").click()
    expect(page).to_have_url(re.compile("rank=national"))
    expect(page.locator("#rows tbody tr")).to_have_count(1)


def _faults(page) -> list[str]:
    """What axe finds wrong with the page as it stands."""
    found = pytest.importorskip("axe_playwright_python.sync_playwright").Axe().run(page)
    return [
        f"{page.url}: {one['id']}: {node['html'][:150]}"
        for one in found.response["violations"]
        for node in one["nodes"][:3]
    ]


def test_pages_can_be_read_by_everybody_in_light_and_dark(parks, signed, live_server):
    # The page of samples shows both; the others share its pieces.
    paths = {
        "light": ("/style/", "/", "/parks/", "/parks/P0/edit/", "/notices/settings/"),
        "dark": ("/", "/parks/P0/"),
    }
    faults = []
    for theme in paths:
        signed.context.add_cookies(
            [{"name": "yuanheng_theme", "value": theme, "url": live_server.url}]
        )
        for path in paths[theme]:
            signed.goto(live_server.url + path)
            expect(signed.locator("html")).to_have_attribute("data-bs-theme", theme)
            faults += _faults(signed)
    assert faults == []


def test_everything_is_reached_by_the_keyboard(parks, signed, live_server):
    signed.goto(f"{live_server.url}/parks/")
    press = signed.keyboard.press
    press("Tab")
    expect(signed.locator(".yh-skip")).to_be_focused()
    press("Enter")
    expect(signed.locator("#content")).to_be_focused()
    press("/")
    expect(signed.locator("#q")).to_be_focused()
    press("Escape")
    expect(signed.locator("#q")).not_to_be_focused()
    press("?")
    expect(signed.locator("#keys")).to_be_visible()
    press("Escape")
    expect(signed.locator("#keys")).to_be_hidden()
    first, second = (signed.locator("#rows tbody tr").nth(at).locator("a").first for at in (0, 1))
    first.focus()
    press("ArrowDown")
    expect(second).to_be_focused()
    press("Home")
    expect(first).to_be_focused()
    menu = signed.locator("details.yh-menu", has_text="退出")
    menu.locator("summary").focus()
    press("Enter")
    expect(menu.get_by_role("button", name="退出")).to_be_visible()
    press("Escape")
    expect(menu).not_to_have_attribute("open", re.compile(""))
    signed.keyboard.type("gh")  # in one go: the second letter counts only soon after the first
    signed.wait_for_url(f"{live_server.url}/")
