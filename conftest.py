"""A browser for the tests that need one, and a test database that can be emptied."""

from __future__ import annotations

import os
import shutil

import pytest

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Without the guards of what is only added to: emptying the tables after a test with transactions of
    its own would be refused. The tests of the guards put them in again."""
    from django.db import connection

    from yuanheng.kernel.audit import remove_guards
    from yuanheng.kernel.final_tables import unguard_tables

    with django_db_blocker.unblock():
        remove_guards(connection)
        unguard_tables(connection)


def chromium_path() -> str | None:
    return os.environ.get("YUANHENG_CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )


@pytest.fixture(scope="session")
def chromium():
    """A running Chromium, or the test is skipped."""
    path = chromium_path()
    if not path:
        pytest.skip("Chromium isn't installed")
    api = pytest.importorskip("playwright.sync_api")
    # The sync API of Playwright runs a loop in this thread, which Django would mistake for ours.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium):
    """A fresh page; a script error or a request to another host fails the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console",
        lambda message: wrong.append(message.text) if message.type == "error" else None,
    )
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith(("http://localhost", "http://127.0.0.1", "data:"))
            else wrong.append(request.url)
        ),
    )
    yield page
    context.close()
    assert wrong == []
