"""The web server: settings, base pages, sign-in, home."""

from __future__ import annotations

import os


def setup() -> None:
    """Configure Django for a command; calling it twice does no harm."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yuanheng.web.settings")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
