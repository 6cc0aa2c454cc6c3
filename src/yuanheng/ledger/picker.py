"""A field for names of indicators with a search of the catalogue beside it.

The field stays a text that can be typed; the search needs a script, the button beside it doesn't:
it posts the whole form to the page of the catalogue, which posts it back with what was chosen.
"""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from yuanheng.kernel.forms import RETURNED
from yuanheng.ledger.queries.picking import named


class IndicatorPicker(forms.Textarea):
    """``between``: "line" or "list", what stands between two names; ``kind_field``: the field of
    the same form that says whether parks or enterprises are meant; ``back`` the page of the form.
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


def take_picked(request: HttpRequest, form: Any, name: str, between: str) -> None:
    """Add to a form that came back from the catalogue what was chosen there for a field."""
    if request.POST.get(RETURNED) != name:
        return
    typed = str(form.initial.get(name) or "").strip()
    there = {one.strip() for one in _BETWEEN.split(typed)}
    names = named(request.POST.getlist("pick"))
    added = [one for one in names if one not in there]
    form.initial[name] = ("\n" if between == "line" else "、").join(
        [*([typed] if typed else []), *added]
    )


_BETWEEN = re.compile(r"[\r\n、,，]+")
