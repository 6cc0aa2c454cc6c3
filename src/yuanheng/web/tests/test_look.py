from __future__ import annotations

import re
from http.cookies import SimpleCookie

import pytest
from django.template.loader import get_template
from django.urls import reverse

from yuanheng.accounts.models import User
from yuanheng.kernel import navigation
from yuanheng.web.catalogue import app_directories

BACKEND = "django.contrib.auth.backends.ModelBackend"
_INCLUDED = re.compile(r"""\{% (?:include|extends) "([^"]+)|header_buttons="([^"]+)""")
_STATIC_CSS = "css/theme.css"


@pytest.fixture
def admin(client, db):
    user = User.objects.create_superuser("admin", password="Right-2024-word")
    client.force_login(user, backend=BACKEND)
    return client


def test_every_template_that_is_included_is_there():
    for directory in app_directories():
        for path in directory.rglob("*.html"):
            for names in _INCLUDED.findall(path.read_text("utf-8")):
                name = next(filter(None, names))
                if not name.startswith("django/"):  # of Django's own forms
                    get_template(name)  # or TemplateDoesNotExist


def test_every_component_says_what_it_is_fed_with():
    components = [
        path for one in app_directories() for path in one.rglob("kernel/components/*.html")
    ]
    assert len(components) > 20
    for path in components:
        assert path.read_text("utf-8").startswith("{% comment %}"), path


@pytest.mark.parametrize(
    ("chosen", "kept", "drawn"),
    [("dark", "dark", "dark"), ("light", "light", "light"), ("<x>", "system", "light")],
)
def test_a_browser_keeps_its_appearance(admin, chosen, kept, drawn):
    answer = admin.post(reverse("set-theme"), {"theme": chosen, "next": "/parks/"})
    assert answer.url == "/parks/"
    page = admin.get("/parks/").text
    assert f'data-theme="{kept}" data-bs-theme="{drawn}"' in page
    assert ("js/theme" in page) == (kept == "system")


def test_a_made_up_appearance_is_the_systems_and_leads_nowhere_outside(client, db):
    client.cookies = SimpleCookie({"yuanheng_theme": "pink"})
    assert 'data-theme="system"' in client.get(reverse("sign-in")).text
    answer = client.post(reverse("set-theme"), {"theme": "dark", "next": "//evil.example/"})
    assert answer.url == "/"
    assert client.get(reverse("set-theme")).status_code == 405


def test_the_samples_are_for_administrators(admin, client):
    assert "办理过程" in admin.get(reverse("style")).text
    plain = User.objects.create(username="plain")
    client.force_login(plain, backend=BACKEND)
    assert client.get(reverse("style")).status_code == 404


def test_an_entry_shows_what_waits_and_only_the_home_page_is_home(admin, monkeypatch):
    items = {
        "home": navigation.NavItem("首页", "home", "home", 1),
        "notice-list": navigation.NavItem("通知", "notice-list", "bell", 2, count=lambda _user: 7),
    }
    monkeypatch.setattr(navigation, "_items", items)
    page = admin.get(reverse("notice-list")).text
    assert '<span class="yh-count">7</span>' in page
    assert page.count("nav-item active") == 1
    here = '<li class="nav-item active"><a class="nav-link" aria-current="page" href="/notices/">'
    assert here in page
