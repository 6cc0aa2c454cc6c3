"""Finding indicators of the catalogue: by code, by any of their names, by pinyin initials."""

from __future__ import annotations

from collections.abc import Sequence

from yuanheng.kernel.search.words import initials, normal
from yuanheng.ledger.choices import BearerKind
from yuanheng.ledger.models import Indicator

MOST = 30


def picked(query: str, kind: str = "", most: int = MOST) -> list[Indicator]:
    """The indicators that fit, best first: the whole word, then its beginning, then any part; with
    nothing asked the first of the catalogue. ``kind``: only those of parks or of enterprises."""
    rows = Indicator.objects.current().order_by("position", "code")
    if kind == BearerKind.ENTERPRISE:
        rows = rows.filter(for_enterprises=True)
    elif kind == BearerKind.PARK:
        rows = rows.filter(for_parks=True)
    wanted = normal(query).strip()
    if not wanted:
        return list(rows[:most])
    found = [(place, at, one) for at, one in enumerate(rows) if (place := _fits(one, wanted)) < 9]
    return [one for _place, _at, one in sorted(found, key=lambda row: row[:2])[:most]]


def named(codes: Sequence[str]) -> list[str]:
    """The names of the indicators with these codes, in their order; others are left out."""
    names = dict(Indicator.objects.filter(code__in=list(codes)).values_list("code", "name"))
    return [names[code] for code in dict.fromkeys(codes) if code in names]


def _fits(one: Indicator, wanted: str) -> int:
    """How well: 0 is the word itself, 9 not at all. Initials count from their beginning on, and
    with two letters at least."""
    best = 9
    for text in (one.name, one.code, one.name_en, *one.other_names):
        plain = normal(text)
        if plain == wanted:
            return 0
        if plain.startswith(wanted):
            best = min(best, 1)
        elif wanted in plain:
            best = min(best, 2)
    if best > 2 and len(wanted) > 1 and wanted.isascii():
        read = [way for name in (one.name, *one.other_names) for way in initials(name)]
        if any(way.startswith(wanted) for way in read):
            best = 3
        elif any(wanted in way for way in read):
            best = 4
    return best
