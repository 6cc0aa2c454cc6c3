"""A coloured dot with its word."""

from __future__ import annotations

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from yuanheng.kernel.lights.words import shipped_words

register = template.Library()
register.filter("shipped", shipped_words)


@register.simple_tag
def light_dot(colour: str) -> SafeString:
    """``{% light_dot "red" %}``: the shape and the colour's word."""
    words = {
        "red": _("Red"),
        "orange": _("Orange"),
        "yellow": _("Yellow"),
        "blue": _("Blue"),
        "green": _("Green"),
    }
    light = {"colour": colour, "words": words.get(colour, _("not known"))}
    return render_to_string("kernel/components/light.html", {"light": light})
