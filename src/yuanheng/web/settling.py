"""A server at rest: everything loaded that pages need, and put out of the collector's sight."""

from __future__ import annotations

import gc

# New objects before Python looks for rings among them; its own 700 is reached many times a page.
_OBJECTS, _ROUNDS, _FULL = 50_000, 20, 50


def settle() -> None:
    """Load addresses and words now, and let the collector of rings pass by what is loaded.

    A page of 200 rows makes some 50,000 objects, nearly all of which go by themselves. Python's
    own setting searched all half a million objects of the program for rings while the page was
    made: a quarter of its time, and most of what made one page slower than the next
    (``docs/develop/lists.md``).
    """
    from django.conf import settings
    from django.urls import get_resolver
    from django.utils import translation

    get_resolver().reverse_dict  # noqa: B018  read for its effect: all rooms' addresses
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            translation.gettext("Search")
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS, _ROUNDS, _FULL)
