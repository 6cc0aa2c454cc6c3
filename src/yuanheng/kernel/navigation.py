"""The left navigation. An entry is shown when its page exists and the person may open it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse


@dataclass(frozen=True)
class NavItem:
    """One entry; ``order`` sorts, ``group`` draws a line between kinds of work.

    ``count`` gives a number that waits for this person (none: nothing is shown);
    ``shortcut`` is the letter that leads here after ``g``.
    """

    title: Any
    url_name: str
    icon: str
    order: int
    group: str = ""
    shown_to: Callable[[Any], bool] | None = None
    count: Callable[[Any], int] | None = None
    shortcut: str = ""


_items: dict[str, NavItem] = {}


def add(*items: NavItem) -> None:
    """Add entries; an entry for the same page replaces the earlier one."""
    for item in items:
        _items[item.url_name] = item


def entries(request: HttpRequest) -> list[dict[str, Any]]:
    """The entries for this person; the longest address that fits the page is the active one."""
    shown = []
    for item in sorted(_items.values(), key=lambda one: one.order):
        if item.shown_to and not item.shown_to(request.user):
            continue
        try:
            href = _address(item.url_name, get_script_prefix(), get_urlconf())
        except NoReverseMatch:
            continue  # that room is not installed
        count = item.count(request.user) if item.count else 0
        shown.append({"item": item, "href": href, "active": False, "count": count})
    fitting = [entry for entry in shown if _fits(request.path, entry["href"])]
    if fitting:
        max(fitting, key=lambda entry: len(entry["href"]))["active"] = True
    return shown


@cache
def _address(url_name: str, prefix: str, urlconf: Any) -> str:
    return reverse(url_name)


def _fits(path: str, href: str) -> bool:
    """Whether the page lies under this entry; everything lies under "/", which counts for none."""
    return path == href or (href != "/" and path.startswith(href))
