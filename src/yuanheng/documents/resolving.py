"""From what was read to what would be entered: names become rows of the registers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from yuanheng.accounts.api import territory_of
from yuanheng.accounts.models import OrgUnit
from yuanheng.calc.periods import Period
from yuanheng.calc.units import conversion_factor
from yuanheng.documents.choices import WordKind
from yuanheng.documents.models import OwnWord
from yuanheng.ledger.api import Catalogue
from yuanheng.registry.api import rows_called
from yuanheng.supervision.api import ReportFrequency

_OWN_AREA = {"全市", "全县", "全区", "全省", "全州", "我市", "我县", "我区"}
_FREQUENCIES = {
    "每周": ReportFrequency.WEEK, "每半月": ReportFrequency.FORTNIGHT,
    "每两周": ReportFrequency.FORTNIGHT, "每月": ReportFrequency.MONTH,
    "每季度": ReportFrequency.QUARTER, "按季": ReportFrequency.QUARTER,
}  # fmt: skip
_KINDS = ("level", "growth")
_MOST_TITLE = 120


@dataclass
class Names:
    """Everything that names are looked up in, read once for a document."""

    catalogue: Catalogue
    places: dict[str, tuple[str, str]]
    units: dict[str, int]
    own: dict[tuple[str, str], str]
    area: str
    text: str = ""

    def indicator(self, name: str) -> Any:
        meaning = self.own.get((WordKind.INDICATOR, name), name)
        found = self.catalogue.find(meaning)
        return found if found is not None or meaning == name else self.catalogue.find(name)

    def subject(self, name: str | None) -> str:
        """``park:LSJ``; empty where nothing of this name is known."""
        if name is None or name in _OWN_AREA:
            return f"region:{self.area}" if self.area else ""
        meaning = self.own.get((WordKind.SUBJECT, name), name)
        found = self.places.get(meaning)
        if found is None or (meaning == name and self._is_guessed(name, found)):
            return f"region:{self.area}" if found and self.area else ""
        return ":".join(found)

    def _is_guessed(self, name: str, found: tuple[str, str]) -> bool:
        """Whether a place inside the office's own was only guessed from a park: minutes of 云泽市
        that say 全市 and name 沅棠高新区 do not speak of 沅棠市."""
        kind, code = found
        inside = kind == "region" and code != self.area and code.startswith(self.area)
        is_of_a_city = len(self.area) == 4 and name.endswith("市")
        if not (inside and is_of_a_city) or name in self.text:
            return False
        return re.search(rf"{re.escape(name[:-1])}(?!.{{0,4}}{_OF_PARKS})", self.text) is None

    def unit(self, name: str) -> int | None:
        """By its own name, its name without the place before it, or an office's word for it."""
        meaning = self.own.get((WordKind.UNIT, name), name)
        if meaning in self.units:
            return self.units[meaning]
        plain = meaning.lstrip(_LEVELS)
        level = meaning[: len(meaning) - len(plain)][-1:]
        ends = [
            pk
            for known, pk in self.units.items()
            if len(plain) > 2 and known.endswith(plain) and _of_level(known, plain, level)
        ]
        return ends[0] if len(ends) == 1 else None


_LEVELS = "市县区州省"
_OF_PARKS = "(?:高新|经开|经济|工业|产业|开发区|园)"


def _of_level(known: str, plain: str, level: str) -> bool:
    """Whether an office can be meant: 县住建局 is not the city's 市住建局."""
    own = known.removesuffix(plain)[-1:]
    return not level or own not in _LEVELS or own == level


def names_for(owner: OrgUnit, user: Any, subjects: Sequence[str], text: str = "") -> Names:
    """What the documents of an office may name; ``subjects`` are the names that were read in
    ``text``."""
    top = owner
    while top.parent_id is not None:
        top = top.parent
    below = OrgUnit.objects.descendants(top, include_self=True).filter(archived_at__isnull=True)
    own = OwnWord.objects.filter(owner=owner, archived_at=None)
    words = {(one.kind, one.word): one.meaning for one in own}
    wanted = {words.get((WordKind.SUBJECT, name), name) for name in subjects}
    return Names(
        Catalogue(),
        rows_called(wanted, user),
        {name: pk for pk, name in below.values_list("pk", "name")},
        words,
        territory_of(owner),
        text,
    )


def fact_values(fact: dict[str, Any], names: Names) -> dict[str, Any]:
    """Subject, indicator, period and value (in the unit that is shown) of a figure that was read;
    what can't be told is left empty."""
    one = names.indicator(fact["indicator"]["canonical"]) or names.indicator(
        fact["indicator"]["raw"]
    )
    value, unit = fact["value_canonical"], fact["unit_canonical"]
    if fact["measure"] == "growth" and one is not None and not one.is_rate:
        one = names.catalogue.growth_by_level.get(one.pk)
    shown = _converted(value, unit, one)
    return {
        "subject": names.subject(fact["subject"]["name"]),
        "indicator": one.code if one is not None else "",
        "period": _period(fact["period"]),
        "value": shown if shown is not None else round(value, 6),
        "unit": one.unit_shown if one is not None and shown is not None else unit,
        "fits": shown is not None,
    }


def growth_of(fact: dict[str, Any], names: Names) -> dict[str, Any] | None:
    """The year-on-year growth said beside a level, as a figure of its own."""
    told = fact.get("comparison")
    if not told or told["type"] != "yoy" or told["unit"] != "%" or fact["measure"] != "level":
        return None
    level = names.indicator(fact["indicator"]["canonical"])
    if level is None or level.pk not in names.catalogue.growth_by_level:
        return None
    value = abs(told["value"]) * (-1 if told["direction"] == "down" else 1)
    return {
        **fact, "measure": "growth", "value": value, "value_text": told["value_text"],
        "unit": "%", "unit_canonical": "%", "value_canonical": value, "comparison": None,
        "span": told["span"],
    }  # fmt: skip


def is_for_the_ledger(fact: dict[str, Any]) -> bool:
    """Targets, years and durations are no figures of a period."""
    return fact["measure"] in _KINDS


def directive_values(one: dict[str, Any], names: Names, quote: str) -> dict[str, Any]:
    """A task as it would be drafted."""
    # A leader over the task (于市长主抓的工作) takes no unit's seat.
    offices = [unit for unit in one["responsible"] if unit["type"] != "person"]
    named = offices or one["responsible"]
    leaders = [unit["name"] for unit in one["responsible"] if unit["type"] == "person"]
    units = [(unit["role"], unit["name"], names.unit(unit["name"])) for unit in named]
    leads = [found for found in units if found[0] in ("lead", "subject")] or units[:1]
    deadline = (one["deadline"] or {}).get("date")
    return {
        "title": one["action"][:_MOST_TITLE],
        "result": _result(one),
        "quote": quote[:2000],
        "lead": leads[0][2] if leads else None,
        "lead_name": leads[0][1] if leads else "",
        "leader": "、".join(leaders)[:60] if offices else "",
        "supporting": [pk for _role, _name, pk in units if pk and pk != (leads and leads[0][2])],
        "supporting_names": [name for _r, name, _pk in units if not leads or name != leads[0][1]],
        "deadline": deadline or "",
        "frequency": _FREQUENCIES.get(one["recurrence"] or "", ReportFrequency.MONTH),
    }


def _result(one: dict[str, Any]) -> str:
    """What can be counted: the targets that were read."""
    return "；".join(
        f"{target.get('indicator') or ''}{target['value']:g}{target.get('unit') or ''}"
        for target in one["targets"]
        if target.get("value") is not None
    )[:1000]


def _converted(value: float, unit: str, one: Any) -> float | None:
    if one is None:
        return None
    if unit == one.unit_shown or (not one.measure and unit in ("家", "个", "人", "项", "件")):
        return round(value, 6)
    try:
        factor = conversion_factor(unit, one.unit_shown)
    except ValueError:
        return None
    return float(f"{value * factor:.12g}")


def _period(told: dict[str, Any]) -> str:
    """``2025-01..09`` of a span of whole months; empty for any other."""
    if not told["start"] or not told["end"]:
        return ""
    first, last = date.fromisoformat(told["start"]), date.fromisoformat(told["end"])
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if first.day != 1 or months < 1:
        return ""
    try:
        label = _label(first, months)
        return label if Period.parse(label).last_day == last else ""
    except ValueError:
        return ""


def _label(first: date, months: int) -> str:
    if months == 12 and first.month == 1:
        return f"{first.year}"
    if months == 1:
        return f"{first.year}-{first.month:02d}"
    if first.month == 1:
        return f"{first.year}-01..{months:02d}"
    if months == 3 and first.month % 3 == 1:
        return f"{first.year}Q{first.month // 3 + 1}"
    if months == 6 and first.month == 7:
        return f"{first.year}H2"
    raise ValueError(months)
