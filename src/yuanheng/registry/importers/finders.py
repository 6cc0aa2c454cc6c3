"""Finds the region, park or committee that a file names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from yuanheng.accounts.api import Place
from yuanheng.kernel.importing import RowFault
from yuanheng.kernel.importing.base import chunks
from yuanheng.registry.models import Park, Region


def division_code(text: str) -> str:
    """``430000`` → ``43``, ``431300`` → ``4313``, 12 digits → the digits that count."""
    code = text.strip()
    if not code.isdecimal():
        return code
    if len(code) == 12:
        code = code[:9] if code[6:9] != "000" else code[:6]
    if len(code) == 9 and code.endswith("000"):
        code = code[:6]
    if len(code) == 6:
        code = code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code
    return code


class RegionFinder:
    """By code, or by a name that is the only one of its kind in the person's area."""

    def __init__(self, texts: Iterable[str | None], place: Place) -> None:
        self.place = place
        wanted = {text for text in texts if text}
        codes = {division_code(text) for text in wanted if text.isdecimal()}
        self.by_code = {
            row.code: row
            for chunk in chunks(sorted(codes))
            for row in Region.objects.filter(code__in=chunk)
        }
        self.by_name: dict[str, list[Region]] = defaultdict(list)
        for chunk in chunks(sorted(text for text in wanted if not text.isdecimal())):
            for row in Region.objects.filter(name__in=chunk):
                self.by_name[row.name].append(row)
        named = [row for rows in self.by_name.values() for row in rows]
        self.by_pk = {row.pk: row for row in [*self.by_code.values(), *named]}

    def find(self, text: str | None, park_code: str = "") -> Region | None:
        """The region, or ``None`` without a text; a park's code may begin with its county's."""
        hint = self.by_code.get(division_code(park_code[:6])) if park_code else None
        if hint is not None and (not text or hint.name == text):
            return hint
        if not text:
            return None
        if text.isdecimal():
            found = self.by_code.get(division_code(text))
            if found is None:
                raise RowFault(_no_region(text), "region")
            return found
        return self._named(text)

    def _named(self, text: str) -> Region:
        candidates = self.by_name.get(text, [])
        if len(candidates) > 1:
            inside = [one for one in candidates if self.place.covers(division_code=one.code)]
            candidates = inside or candidates
        if not candidates:
            raise RowFault(_no_region(text), "region")
        if len(candidates) > 1:
            codes = ", ".join(one.code for one in candidates[:5])
            raise RowFault(
                _("Several regions are called “%(name)s” (%(codes)s). Write the code instead.")
                % {"name": text, "codes": codes},
                "region",
            )
        return candidates[0]


class ParkFinder:
    """By code, name or short name, among the parks that the person sees."""

    def __init__(self, user: Any) -> None:
        self.by_code: dict[str, Park] = {}
        self.by_name: dict[str, list[Park]] = defaultdict(list)
        for park in Park.objects.visible_to(user).current().select_related("region"):
            self.by_code[park.code] = park
            for name in {park.name, park.short_name} - {""}:
                self.by_name[name].append(park)
        self.by_pk = {park.pk: park for park in self.by_code.values()}

    def find(self, text: str | None, field: str = "park") -> Park | None:
        if not text:
            return None
        if text in self.by_code:
            return self.by_code[text]
        named = self.by_name.get(text, [])
        if not named:
            raise RowFault(
                _(
                    "Park “%(name)s” isn't in the register. "
                    "Check the name, or import the park first."
                )
                % {"name": text},
                field,
            )
        if len(named) > 1:
            codes = ", ".join(one.code for one in named[:5])
            raise RowFault(
                _("Several parks are called “%(name)s” (%(codes)s). Write the code instead.")
                % {"name": text, "codes": codes},
                field,
            )
        return named[0]


def one_of(text: str | None, words: dict[str, str], field: str) -> str | None:
    """The code that stands for a word; any other word is refused with the words that may be."""
    if text is None:
        return None
    if text not in words:
        raise RowFault(
            _("“%(found)s” isn't one of: %(words)s.")
            % {"found": text, "words": " / ".join(words)},
            field,
        )
    return words[text]


def _no_region(text: str) -> str:
    return _(
        "Region “%(name)s” isn't in the register. Check the name, or import the regions first."
    ) % {"name": text}
