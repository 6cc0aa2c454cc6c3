"""Pieces of a page: icons, addresses that keep the filter, data for charts."""

from __future__ import annotations

import html
import re
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.contrib.staticfiles import finders
from django.core.paginator import Page
from django.utils.html import conditional_escape, format_html, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yuanheng.kernel.navigation import NavItem
from yuanheng.kernel.once import FIELD, new_token
from yuanheng.kernel.policies import can as may

register = template.Library()


@cache
def _svg(name: str) -> str:
    found = finders.find(f"vendor/tabler-icons/{name}.svg")
    if not found:
        raise LookupError(f"no icon {name!r} under vendor/tabler-icons")
    text = Path(found).read_text("utf-8")
    body = re.sub(r"^.*?<svg[^>]*>|</svg>\s*$", "", text, flags=re.DOTALL)
    return (
        '<svg class="icon" width="24" height="24" viewBox="0 0 24 24" fill="none" '
        'stroke="currentColor" stroke-width="1.75" stroke-linecap="round" '
        f'stroke-linejoin="round" aria-hidden="true" focusable="false">{body}</svg>'
    )


@register.simple_tag
def icon(name: str) -> SafeString:
    """``{% icon "home" %}``: an icon that ships with the project, as inline SVG."""
    return mark_safe(_svg(name))  # noqa: S308  our own vendored file


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """This page's query string with some parameters changed: ``{% query page=2 %}``."""
    parameters = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            parameters.pop(name, None)
        else:
            parameters[name] = value
    return "?" + parameters.urlencode()


@register.filter
def verbose_name(model: Any) -> Any:
    """What one row of a model is called."""
    return model._meta.verbose_name


@register.simple_tag
def row_url(resource: Any, page: str, row: Any, *more: Any) -> str:
    """``{% row_url resource "file" row 7 %}``: a page of one row."""
    return str(resource.url(page, row, *more))


@register.simple_tag
def once() -> SafeString:
    """``{% once %}`` in a form that is posted: sent twice, it has one effect."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, new_token())


@register.simple_tag(takes_context=True)
def can(context: dict[str, Any], action: str, row: Any) -> bool:
    """``{% can "edit" park as may_edit %}``"""
    return row is not None and may(context["request"].user, action, row)


@register.simple_tag
def page_window(page: Page) -> list[int | None]:
    """Page numbers to offer; ``None`` stands for a gap."""
    pages = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return [one if isinstance(one, int) else None for one in pages]


@register.inclusion_tag("kernel/components/steps.html")
def steps(step: int, *names: str) -> dict[str, Any]:
    """The way through a job: ``{% steps 2 _("Choose the file") _("Check the preview") %}``."""
    return {"step": step, "names": names}


@register.simple_tag
def chart(spec: dict[str, Any], element_id: str, height: int = 320) -> SafeString:
    """A chart from an ECharts option: ``{% chart option "by-park" %}``.

    Put a table with the same figures into ``<details>`` next to it for people who can't see it.
    """
    return format_html(
        '<div class="yh-chart" data-chart="{}" data-height="{}" role="img" aria-label="{}">'
        "</div>{}",
        f"{element_id}-data",
        height,
        spec.get("aria_label", ""),
        json_script(spec, f"{element_id}-data"),
    )


@register.simple_tag
def options(choices: Any, chosen: str) -> SafeString:
    """The ``<option>`` of each of ``choices`` (with ``value`` and ``label``); a list's page has
    some hundred of them."""
    lines = (
        f'<option value="{_written(one.value)}"{" selected" if one.value == chosen else ""}>'
        f"{_written(one.label)}</option>"
        for one in choices
    )
    return mark_safe("".join(lines))  # noqa: S308  every part is escaped


@register.simple_tag
def body(table: Any, bulk: Any = None) -> SafeString:
    """The rows of a table, each with a box to tick it where ``bulk`` is there.

    Written here and not in the template, since a page has up to two thousand cells.
    """
    tick = _tick_box() if bulk else ""
    lines = [
        "".join(["<tr>", tick.replace(_KEY, _written(row.key)), *map(_td, row), "</tr>"])
        for row in table.rows
    ]
    return mark_safe("\n".join(lines))  # noqa: S308  every part is escaped


@register.simple_tag
def nav_entry(entry: dict[str, Any]) -> SafeString:
    """One entry of the navigation: every page has some fifty, and only whether it is the active
    one and the number beside it change."""
    item, href, count = entry["item"], entry["href"], entry["count"]
    link = _nav_link(item, href, get_language() or "")
    number = f'<span class="yh-count">{count:d}</span>' if count else ""
    here, current = (" active", ' aria-current="page"') if entry["active"] else ("", "")
    return mark_safe(  # noqa: S308  every part is escaped, or a number
        f'<li class="nav-item{here}"><a class="nav-link"{current}{link}{number}</a></li>'
    )


@cache
def _nav_link(item: NavItem, href: str, _language: str) -> str:
    """What stays of an entry's link, in one language."""
    goto = f' data-goto="{_written(item.shortcut)}"' if item.shortcut else ""
    return (
        f'{goto} href="{_written(href)}"><span class="nav-link-icon">{_svg(item.icon)}</span>'
        f'<span class="nav-link-title">{_written(capfirst(item.title))}</span>'
    )


_KEY = "\0"


def _tick_box() -> str:
    label = _written(_("Tick this row"))
    return (
        '<td class="yh-tick"><input class="form-check-input" type="checkbox" form="bulk" '
        f'name="row" value="{_KEY}" aria-label="{label}"></td>'
    )


def _written(value: Any) -> str:
    # Django's own is made to be lazy, which takes ten times as long.
    return html.escape(value) if type(value) is str else conditional_escape(value)


def _td(cell: Any) -> str:
    text, href, css, badges, _note = cell
    if badges:
        inner = " ".join(
            f'<span class="badge bg-{_written(one.tone)}-lt">{_written(one.text)}</span>'
            for one in badges
        )
    else:
        inner = _written(text)
    if href and not badges:
        inner = f'<a href="{_written(href)}">{inner}</a>'
    return f'<td class="{css}">{inner}</td>' if css else f"<td>{inner}</td>"
