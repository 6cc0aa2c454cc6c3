"""``{{ value|figure }}``, ``|figure:0``, ``|count``, ``|wan``, ``|percent``, ``|day`` …"""

from __future__ import annotations

from django import template

from yuanheng.kernel import figures

register = template.Library()
register.filter("figure", figures.figure)
register.filter("count", figures.count)
register.filter("wan", figures.wan)
register.filter("percent", figures.percent)
register.filter("day", figures.day)
register.filter("moment", figures.moment)


@register.filter
def missing(value: object) -> object:
    """The value, or a dash where there is none."""
    return figures.MISSING if value in (None, "") else value
