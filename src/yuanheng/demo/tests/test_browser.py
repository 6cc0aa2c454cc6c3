from __future__ import annotations

import shutil

import pytest
from django.conf import settings

from yuanheng.accounts.models import User
from yuanheng.demo.loading import load_demo

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def signed(page, live_server, tmp_path):
    report = load_demo(tmp_path, enterprises=500)
    assert User.objects.filter(username="leader").exists()
    page.goto(f"{live_server.url}/sign-in/")
    page.fill("[name=username]", "leader")
    page.fill("[name=password]", report.passwords["leader"])
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{live_server.url}/")
    yield page
    for name in ("runs", "store", "work"):
        shutil.rmtree(settings.HOME / name, ignore_errors=True)


def test_from_home_to_a_subjects_explanation_wide_and_on_a_phone(signed, live_server, fits):
    for width in (1440, 390):
        signed.set_viewport_size({"width": width, "height": 900})
        signed.goto(live_server.url)
        signed.get_by_role("link", name="“五好”园区年度评价（示例）").first.click()
        signed.wait_for_selector(".yh-chart svg")
        fits(signed, width)
        signed.get_by_role("link", name="省级园区").click()
        signed.click("#rows >> text=沅棠高新技术产业开发区")
        signed.wait_for_selector("h1 >> text=沅棠高新技术产业开发区")
        signed.click("summary >> text=土地建成率")
        expect(signed.locator("code", has_text="园区指标!G48").first).to_be_visible()
        fits(signed, width)
