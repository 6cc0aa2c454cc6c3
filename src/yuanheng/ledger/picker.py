"""A field for names of indicators with a search of the catalogue beside it.

The field stays a text that can be typed; the search needs a script, the link beside it doesn't.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language


class IndicatorPicker(forms.Textarea):
    """``between``: what stands between two names; ``kind_field``: the field of the same form that
    says whether parks or enterprises are meant; ``back`` the page that the search leads back to.
    """

    def __init__(self, *, between: str, back: str, kind_field: str = "", **options: Any) -> None:
        super().__init__(**options)
        self.between, self.back, self.kind_field = between, back, kind_field

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        field = super().render(name, value, attrs, renderer)
        context = {
            "id": (attrs or {}).get("id", name),
            "name": name,
            "between": self.between,
            "kind_field": self.kind_field,
            "url": reverse("indicator-pick"),
            "back": self.back,
            "language": get_language(),
        }
        return mark_safe(field + render_to_string("ledger/_picker.html", context))  # noqa: S308
