"""What every page needs: name, navigation, the other language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yuanheng import __version__
from yuanheng.kernel import navigation


def shell(request: HttpRequest) -> dict[str, Any]:
    english = (get_language() or "").startswith("en")
    return {
        "product_name": settings.SITE_NAME or _("Yuanheng"),
        "version": __version__,
        "navigation": SimpleLazyObject(lambda: navigation.entries(request)),
        "other_language": ("zh-hans", "中文") if english else ("en", "English"),
    }
