"""The left navigation. An entry is shown when its page exists and the person may open it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.directory import directory


@dataclass(frozen=True, eq=False)
class NavGroup:
    """A part of the navigation under a heading; what is used daily (``is_daily``) lies open, the
    rest opens when one is there or asks for it."""

    title: Any
    order: int
    is_daily: bool = True
    is_for_staff: bool = False  # an enterprise's own people have nothing to do there


FIGURES = NavGroup(_("Figures and reports"), 1)
EVALUATION = NavGroup(_("Evaluation"), 2)
SUPERVISION = NavGroup(_("Supervision"), 3, is_for_staff=True)
REGISTERS = NavGroup(_("Registers"), 4)
TOOLS = NavGroup(_("Tools"), 5, is_daily=False, is_for_staff=True)
SETTINGS = NavGroup(_("Settings"), 6, is_daily=False, is_for_staff=True)
ADMINISTRATION = NavGroup(_("Administration"), 7, is_daily=False)


@dataclass(frozen=True, eq=False)
class NavItem:
    """One entry; ``order`` sorts within its ``group``; entries without one come first.

    ``count`` gives a number that waits for this person (none: nothing is shown);
    ``shortcut`` is the letter that leads here after ``g``.
    """

    title: Any
    url_name: str
    icon: str
    order: int
    group: NavGroup | None = None
    shown_to: Callable[[Any], bool] | None = None
    count: Callable[[Any], int] | None = None
    shortcut: str = ""
    is_for_staff: bool = False


_items: dict[str, NavItem] = {}


def add(*items: NavItem) -> None:
    """Add entries; an entry for the same page replaces the earlier one."""
    for item in items:
        _items[item.url_name] = item


def entries(request: HttpRequest) -> list[dict[str, Any]]:
    """The entries for this person; the longest address that fits the page is the active one."""
    shown = []
    is_staff = directory().is_inside(request.user)
    for item in sorted(_items.values(), key=_place):
        if not is_staff and (item.is_for_staff or (item.group and item.group.is_for_staff)):
            continue
        if item.shown_to and not item.shown_to(request.user):
            continue
        try:
            href = _address(item.url_name, get_script_prefix(), get_urlconf())
        except NoReverseMatch:
            continue  # that room is not installed
        count = item.count(request.user) if item.count else 0
        shown.append({"item": item, "href": href, "active": False, "count": count})
    fitting = [entry for entry in shown if _fits(request.path, entry["href"])]
    here = None
    if fitting:
        active = max(fitting, key=lambda entry: len(entry["href"]))
        active["active"] = True
        here = active["item"].group
    for entry in shown:
        group = entry["item"].group
        entry["open"] = group == here if here else group is not None and group.is_daily
    return shown


def _place(item: NavItem) -> tuple[int, int]:
    return (item.group.order if item.group else 0, item.order)


@cache
def _address(url_name: str, prefix: str, urlconf: Any) -> str:
    return reverse(url_name)


def _fits(path: str, href: str) -> bool:
    """Whether the page lies under this entry; everything lies under "/", which counts for none."""
    return path == href or (href != "/" and path.startswith(href))
