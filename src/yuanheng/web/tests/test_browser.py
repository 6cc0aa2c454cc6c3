from __future__ import annotations

import pytest

from yuanheng.accounts.models import User
from yuanheng.registry.models import Enterprise, Park, Region
from yuanheng.registry.tests.world import credit_code

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
def signed(page, live_server):
    User.objects.create_superuser("admin", password="Right-2024-word")
    page.goto(f"{live_server.url}/sign-in/")
    page.fill("[name=username]", "admin")
    page.fill("[name=password]", "Right-2024-word")
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{live_server.url}/")
    return page


def test_sign_in_shows_the_overview_and_its_chart(parks, signed):
    assert signed.get_by_role("heading", name="概览").is_visible()
    signed.wait_for_selector(".yh-chart svg")


def test_a_filter_changes_the_rows_and_the_address_without_a_new_page(parks, signed, live_server):
    signed.goto(f"{live_server.url}/parks/")
    signed.evaluate("window.stillHere = true")
    signed.select_option("[name=rank]", "national")
    signed.wait_for_url("**/parks/?rank=national")
    signed.wait_for_function("document.querySelectorAll('#rows tbody tr').length === 1")
    assert "娄底经济技术开发区" in signed.inner_text("#rows")
    signed.click("#rows th a >> text=园区名称")
    signed.wait_for_url("**sort=name**")
    assert "rank=national" in signed.url
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


def test_a_phone_shows_the_navigation_on_demand_and_nothing_sticks_out(parks, signed, live_server):
    signed.set_viewport_size({"width": 390, "height": 844})
    for path in ("/", "/parks/", "/parks/P0/", "/enterprises/", "/imports/"):
        signed.goto(live_server.url + path)
        assert signed.evaluate("document.documentElement.scrollWidth") <= 390, path
    entry = signed.locator("#nav a", has_text="区域")
    assert not entry.is_visible()
    signed.click(".navbar-toggler")
    entry.wait_for(state="visible")


def test_pages_work_without_javascript(chromium, live_server, parks):
    User.objects.create_superuser("admin", password="Right-2024-word")
    context = chromium.new_context(
        java_script_enabled=False, viewport={"width": 390, "height": 800}
    )
    page = context.new_page()
    page.goto(f"{live_server.url}/sign-in/?next=/parks/")
    page.fill("[name=username]", "admin")
    page.fill("[name=password]", "Right-2024-word")
    page.get_by_role("button", name="登录").click()
    assert page.locator("#nav a", has_text="企业").first.is_visible()
    page.select_option("[name=rank]", "national")
    page.get_by_role("button", name="查询").click()
    assert "rank=national" in page.url
    assert page.locator("#rows tbody tr").count() == 1
    context.close()


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
            assert signed.evaluate("document.documentElement.dataset.bsTheme") == theme
            faults += _faults(signed)
    assert faults == []


def test_everything_is_reached_by_the_keyboard(parks, signed, live_server):
    signed.goto(f"{live_server.url}/parks/")
    press = signed.keyboard.press
    press("Tab")
    assert signed.evaluate("document.activeElement.className") == "yh-skip"
    press("Enter")
    assert signed.evaluate("document.activeElement.id") == "content"
    press("/")
    assert signed.evaluate("document.activeElement.id") == "q"
    press("Escape")
    press("?")
    assert signed.locator("#keys").is_visible()
    press("Escape")
    assert not signed.locator("#keys").is_visible()
    signed.locator("#rows tbody a").first.focus()
    press("ArrowDown")
    row = "document.activeElement.closest('tr').rowIndex"
    assert signed.evaluate(row) == 2
    press("Home")
    assert signed.evaluate(row) == 1
    menu = signed.locator("details.yh-menu", has_text="退出")
    menu.locator("summary").focus()
    press("Enter")
    assert menu.get_by_role("button", name="退出").is_visible()
    press("Escape")
    assert menu.get_attribute("open") is None
    press("g")
    press("h")
    signed.wait_for_url(f"{live_server.url}/")
