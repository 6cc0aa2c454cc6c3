from __future__ import annotations

import io
import re

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from yuanheng.accounts.models import User
from yuanheng.kernel.resources import all_resources

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return User.objects.create_superuser("admin", password="Right-2024-word")


@pytest.fixture
def signed(client, admin):
    client.force_login(admin, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_signing_in_leads_to_where_one_wanted_to_go(client, admin):
    first = client.get(reverse("park-list"))
    page = client.get(first.url)
    assert "登录" in page.text
    values = {"username": "admin", "password": "Right-2024-word", "next": reverse("park-list")}
    assert client.post(reverse("sign-in"), values).url == reverse("park-list")
    assert client.get(reverse("home")).status_code == 200
    assert client.post(reverse("sign-out")).url == reverse("sign-in")
    assert client.get(reverse("home")).status_code == 302


def test_a_wrong_password_is_told_and_too_many_lock(client, admin):
    values = {"username": "admin", "password": "wrong"}
    answer = client.post(reverse("sign-in"), values)
    assert "用户名或密码错误" in answer.text
    for _attempt in range(6):
        answer = client.post(reverse("sign-in"), values)
    assert answer.status_code == 429
    assert "密码错误次数过多" in answer.text
    right = client.post(reverse("sign-in"), values | {"password": "Right-2024-word"})
    assert right.status_code == 429


def test_signing_in_leads_nowhere_outside(client, admin):
    values = {"username": "admin", "password": "Right-2024-word", "next": "https://evil.example/"}
    assert client.post(reverse("sign-in"), values).url == reverse("home")


def test_an_ended_session_sends_a_fragment_to_the_sign_in(client):
    answer = client.get(reverse("park-list"), headers={"HX-Request": "true"}, follow=True)
    assert answer.headers["HX-Redirect"] == reverse("sign-in")


def test_chinese_is_the_language_whatever_the_browser_says_until_one_switches(signed):
    browser = {"Accept-Language": "en-GB,en"}
    page = signed.get(reverse("home"), headers=browser)
    assert '<html lang="zh-hans"' in page.text
    assert "概览" in page.text
    answer = signed.post(reverse("set_language"), {"language": "en", "next": reverse("park-list")})
    assert answer.url == reverse("park-list")
    page = signed.get(reverse("park-list"))
    assert '<html lang="en"' in page.text
    assert "Nothing here yet" in page.text
    signed.post(reverse("set_language"), {"language": "zh-hans", "next": "/"})
    assert "暂无数据" in signed.get(reverse("park-list")).text


def test_a_visitor_may_switch_the_language_too(client):
    client.post(reverse("set_language"), {"language": "en", "next": reverse("sign-in")})
    assert "User name or password" not in client.get(reverse("sign-in")).text
    assert "Sign in" in client.get(reverse("sign-in")).text


def test_a_password_is_changed(signed, admin):
    values = {
        "old_password": "Right-2024-word",
        "new_password1": "Other-2025-word",
        "new_password2": "Other-2025-word",
    }
    assert "密码已修改。" in signed.post(reverse("change-password"), values, follow=True).text
    admin.refresh_from_db()
    assert admin.check_password("Other-2025-word")


def test_who_has_no_role_is_told_whom_to_ask(client):
    user = User.objects.create(username="new")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("home"))
    assert page.status_code == 200
    assert "请联系管理员授权" in page.text


def test_pages_may_load_from_this_host_only(signed):
    policy = signed.get(reverse("home")).headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "script-src 'self';" in policy + ";"
    assert "http" not in policy


def test_health_needs_no_sign_in(client):
    answer = client.get(reverse("health"))
    assert answer.json()["ok"] is True


def test_an_unknown_address_is_a_page(client, signed):
    answer = signed.get("/nothing/")
    assert answer.status_code == 404
    assert "页面不存在" in answer.text


def test_a_stale_form_is_explained(admin):
    client = Client(enforce_csrf_checks=True)
    answer = client.post(reverse("sign-in"), {"username": "a", "password": "b"})
    assert answer.status_code == 403
    assert "表单已过期" in answer.text


def test_a_failure_is_a_page_without_details(signed, monkeypatch):
    def fail(user):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("yuanheng.web.views.panels_for", fail)
    signed.raise_request_exception = False
    answer = signed.get(reverse("home"))
    assert answer.status_code == 500
    assert "系统故障" in answer.text
    assert "secret detail" not in answer.text


def test_an_upload_above_the_limit_is_told_before_it_is_read(signed, settings):
    settings.UPLOAD_LIMIT_MB = 1
    big = io.BytesIO(b"x" * (1024 * 1024 + 1000))
    big.name = "big.csv"
    answer = signed.post(reverse("upload-create", args=["parks"]), {"table": big})
    assert answer.status_code == 413
    assert "提交的内容超过 1 MB" in answer.text


def test_pages_work_without_a_script(signed):
    page = signed.get(reverse("park-list")).text
    assert '<form id="filters"' in page
    assert 'method="get"' in page
    assert "noscript.css" in page
    home = signed.get(reverse("home")).text
    assert reverse("set_language") in home


_OWN = {"region-list", "park-list", "enterprise-list"}


def test_where_one_is_lies_open_in_the_navigation(signed):
    entries = signed.get(reverse("upload-list")).context["navigation"]
    assert {str(e["item"].group.title) for e in entries if e["open"]} == {"工具"}


def test_entries_of_rooms_that_are_not_there_are_not_shown(signed):
    entries = signed.get(reverse("home")).context["navigation"]
    titles = [str(entry["item"].title) for entry in entries]
    assert titles[:2] == ["概览", "我的待办"]
    groups = [str(e["item"].group.title) for e in entries if e["item"].group]
    order = ["数据填报", "评价", "督查督办", "名录", "工具", "规则设置", "系统管理"]
    assert list(dict.fromkeys(groups)) == order
    registers = [t for t, e in zip(titles, entries, strict=True) if e["item"].url_name in _OWN]
    assert registers == ["区域", "园区", "企业"]
    closed = {str(e["item"].group.title) for e in entries if e["item"].group and not e["open"]}
    assert closed == {"工具", "规则设置", "系统管理"}
    assert "数据导入" in titles
    assert [str(e["item"].title) for e in entries if e["active"]] == ["概览"]


def test_migrations_are_complete():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_names_of_a_server():
    from yuanheng.web.commands import _names_of

    assert _names_of("127.0.0.1") == ["localhost", "127.0.0.1", "[::1]", "127.0.0.1"]
    assert "localhost" in _names_of("0.0.0.0")


def test_no_link_of_a_register_leads_nowhere(signed):
    pages = [signed.get(one.url("list")) for one in all_resources()]
    texts = [page.text for page in pages if page.status_code == 200]
    assert len(texts) > 20
    links = {link for text in texts for link in re.findall(r'href="(/[^"#?]*)', text)}
    asked = sorted(link for link in links if not link.startswith("/static/"))
    assert [link for link in asked if signed.get(link).status_code == 404] == []
