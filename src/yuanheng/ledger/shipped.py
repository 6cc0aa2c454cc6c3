"""The catalogue of indicators that ships: ``data/indicators.yaml``, one entry each."""

from __future__ import annotations

import functools
from datetime import date
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

# What an entry of the file means where it says nothing.
_DEFAULTS: dict[str, Any] = {
    "name_en": "",
    "definition_en": "",
    "synonyms": "",
    "measure": "",
    "shown_measure": "",
    "decimals": 2,
    "direction": "higher",
    "over_time": "sum",
    "over_subjects": "sum",
    "weight": None,
    "growth_of": None,
    "is_real": False,
    "frequency": "month",
    "for_parks": True,
    "for_enterprises": False,
    "data_group": "",
    "bureau": "",
    "contact": "",
    "formula": "",
    "alert_at": None,
    "excellent_at": None,
    "authority": "reference",
    "source": "",
    "reference": "",
    "defined_from": date(2020, 1, 1),
}


@functools.cache
def _file() -> dict[str, list[dict[str, Any]]]:
    text = (files("yuanheng.ledger") / "data" / "indicators.yaml").read_text("utf-8")
    return dict(YAML(typ="safe", pure=True).load(text))


def shipped_indicators() -> list[dict[str, Any]]:
    """Each with every field, in an order in which what a formula names stands before it."""
    found = []
    for theme, entries in _file().items():
        for entry in entries:
            values = {**_DEFAULTS, **entry, "theme": theme, "position": len(found) + 1}
            values["synonyms"] = "、".join(entry.get("synonyms", []))
            found.append(values)
    return _parts_first(found)


def _parts_first(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    plain = [one for one in rows if not one["formula"] and not one["growth_of"]]
    plain.sort(key=lambda one: one["weight"] is not None)
    derived = [one for one in rows if one["formula"] and not one["growth_of"]]
    derived.sort(key=lambda one: one["weight"] is not None)
    growths = [one for one in rows if one["growth_of"]]
    return plain + _settled(derived, {one["name"] for one in plain}) + growths


def _settled(rows: list[dict[str, Any]], known: set[str]) -> list[dict[str, Any]]:
    """Derived ones after those that they name."""
    names = {one["name"] for one in rows}
    found: list[dict[str, Any]] = []
    left = list(rows)
    while left:
        ready = [
            one
            for one in left
            if not any(n in one["formula"] and n != one["name"] and n not in known for n in names)
        ]
        ready = ready or left  # a circle; the check of the formula names it
        found += ready
        known = known | {one["name"] for one in ready}
        left = [one for one in left if one not in ready]
    return found


@functools.cache
def shipped_rules() -> list[dict[str, Any]]:
    """The sample rules of checks (``data/check_rules.yaml``), each with its kind."""
    text = (files("yuanheng.ledger") / "data" / "check_rules.yaml").read_text("utf-8")
    found = []
    for kind, entries in YAML(typ="safe", pure=True).load(text).items():
        found += [
            {"authority": "sample", "valid_from": date(2020, 1, 1), **one, "kind": kind}
            for one in entries
        ]
    return found
