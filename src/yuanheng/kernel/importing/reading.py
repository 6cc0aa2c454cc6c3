"""In which language a reader of tables speaks."""

from __future__ import annotations

from django.utils.translation import get_language


def language() -> str:
    """``zh`` or ``en``, for texts that exist in both."""
    return "en" if (get_language() or "").startswith("en") else "zh"
