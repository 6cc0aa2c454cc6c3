"""``{{ value|figure }}``, ``|figure:0``, ``|count``, ``|wan``, ``|percent``, ``|day`` …"""

from __future__ import annotations

from decimal import Decimal

from django import template

from yuanheng.kernel import figures

register = template.Library()
register.filter("figure", figures.figure)
register.filter("count", figures.count)
register.filter("exact", figures.exact)
register.filter("brief", figures.brief)
register.filter("wan", figures.wan)
register.filter("percent", figures.percent)
register.filter("day", figures.day)
register.filter("moment", figures.moment)
register.filter("official_day", figures.official_day)
register.filter("period_words", figures.period_words)
register.filter("listed", figures.listed)
register.filter("measure", figures.measure_words)
register.filter("in_brackets", figures.in_brackets)
register.filter("measured", figures.measured)


@register.filter
def missing(value: object) -> object:
    """The value, or a dash where there is none."""
    return figures.MISSING if value in (None, "") else value


@register.filter
def is_number(value: object) -> bool:
    """Whether the value is written flush right."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


@register.filter
def as_published(text: str) -> str:
    """A published figure with separators and exactly the decimals that it was published with."""
    whole, point, decimals = text.partition(".")
    return f"{int(whole):,}{point}{decimals}" if whole.isdecimal() else text
