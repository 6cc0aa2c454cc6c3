"""The indicators as a reading of the ledger needs them: by number, by name, formulas checked."""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property

from django.db.models import OuterRef, Subquery

from yuanheng.calc.faults import FaultyInput
from yuanheng.ledger.formulas import Formula, checked_formula, symbols_of
from yuanheng.ledger.models import Indicator

_PLAIN = re.compile(r"[\s“”\"'（）()《》〈〉·]+")


def plain_name(text: str) -> str:
    """A name without blanks, quotation marks, brackets and width, to compare it.

    >>> plain_name("镇园 之宝“数”")
    '镇园之宝数'
    """
    return _PLAIN.sub("", unicodedata.normalize("NFKC", text)).lower()


class Catalogue:
    """Every indicator, read once: one query; or those that are given, by number."""

    def __init__(self, rows: dict[int, Indicator] | None = None) -> None:
        if rows is None:
            rows = {one.pk: one for one in Indicator.objects.order_by("position", "code")}
        self.by_id = rows
        self.of_form: list[Indicator] = []
        self.by_code = {one.code: one for one in self.by_id.values()}

    @classmethod
    def with_form(cls, form_id: int, version: int) -> Catalogue:
        """Every indicator, and in ``of_form`` those of a version of a form: one query."""
        from yuanheng.ledger.models import FormItem

        item = FormItem.objects.filter(form=form_id, version=version, indicator=OuterRef("pk"))
        rows = Indicator.objects.annotate(place_in_form=Subquery(item.values("position")[:1]))
        found = cls({one.pk: one for one in rows.order_by("position", "code")})
        asked = [one for one in found.by_id.values() if one.place_in_form]  # type: ignore[attr-defined]
        found.of_form = sorted(asked, key=lambda one: one.place_in_form)  # type: ignore[attr-defined]
        return found

    @cached_property
    def growth_by_level(self) -> dict[int, Indicator]:
        """The indicator of the reported growth, by the number of what grows."""
        return {one.growth_of_id: one for one in self.by_id.values() if one.growth_of_id}

    @cached_property
    def formulas(self) -> dict[int, Formula]:
        """By number; a formula that no longer fits (an indicator was renamed) is left out."""
        symbols = symbols_of(self.by_id.values())
        found = {}
        for one in self.by_id.values():
            if one.formula:
                try:
                    found[one.pk] = checked_formula(one.formula, one.measure, symbols)
                except (FaultyInput, ValueError):
                    continue
        return found

    @cached_property
    def names(self) -> dict[str, Indicator]:
        """By code, name, English name and every other name, as ``plain_name`` writes it."""
        found: dict[str, Indicator] = {}
        for one in self.by_id.values():
            for name in (one.code, one.name, one.name_en, *one.other_names):
                if name:
                    found.setdefault(plain_name(name), one)
        return found

    def find(self, name: str) -> Indicator | None:
        """The indicator that people call so.

        The words of a document's sentence fit too: ``园区规模工业增加值`` is 规模工业增加值.
        """
        plain = plain_name(name)
        if plain in self.names:
            return self.names[plain]
        for start in ("全市", "全县", "全区", "园区", "园区企业", "全园"):
            if plain.startswith(start) and plain[len(start) :] in self.names:
                return self.names[plain[len(start) :]]
        return None
