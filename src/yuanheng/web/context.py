"""What every page needs: name, navigation, the other language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yuanheng import __version__
from yuanheng.kernel import clock, navigation
from yuanheng.kernel.notices import unread_count

THEME_COOKIE = "yuanheng_theme"
THEMES = ("light", "dark", "system")
# A page of the search is there when the kernel brings its box; until then the place stays empty.
_SEARCH_BOX = ("kernel/_search_box.html", "kernel/components/nothing.html")


def shell(request: HttpRequest) -> dict[str, Any]:
    """What ``base.html`` and ``web/document.html`` read."""
    english = (get_language() or "").startswith("en")
    entries = SimpleLazyObject(lambda: navigation.entries(request))

    def unread_notices() -> int:
        bool(entries)  # first: the number beside “my work” and this one are counted together
        return unread_count(request.user)

    return {
        "product_name": settings.SITE_NAME or _("Yuanheng"),
        "version": __version__,
        "navigation": entries,
        "unread_notices": SimpleLazyObject(unread_notices),
        "search_box": _SEARCH_BOX,
        "printed_at": clock.now(),
        "theme": theme_of(request),
        "other_language": ("zh-hans", "中文") if english else ("en", "English"),
    }


def theme_of(request: HttpRequest) -> str:
    """Light, dark or as the system has it: what this browser was told last."""
    asked = request.COOKIES.get(THEME_COOKIE, "")
    return asked if asked in THEMES else "system"
