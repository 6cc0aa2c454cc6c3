"""A draft as a form: every single value that is edited most, at its place in the text.

The form knows nothing but the text: a field is a place of it, what it says there, and the faults
that were found there. What has no field is edited in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.calc.faults import FaultyInput
from yuanheng.calc.scheme.composing import FROM_DATA, WAYS_IN_SCHEMES
from yuanheng.calc.scheme.editing import Place, places
from yuanheng.calc.scheme.items import METHOD_FIELDS
from yuanheng.evaluation.method_names import IMPUTATION_NAMES, METHOD_NAMES

LABELS = {
    "title": gettext_lazy("Scheme title"),
    "place": gettext_lazy("Place"),
    "period": gettext_lazy("Period"),
    "name": gettext_lazy("Name"),
    "when": gettext_lazy("Where"),
    "formula": gettext_lazy("Formula"),
    "unit": gettext_lazy("Unit of measure"),
    "better": gettext_lazy("Direction"),
    "weight": gettext_lazy("Weight"),
    "coefficient": gettext_lazy("Coefficient"),
    "method": gettext_lazy("Method"),
    "missing": gettext_lazy("If missing"),
    "impute": gettext_lazy("Put in if missing"),
    "k": gettext_lazy("Nearest subjects"),
    "zero": gettext_lazy("If zero"),
    "negative": gettext_lazy("If negative"),
    "include": gettext_lazy("Takes part"),
    "include_reason": gettext_lazy("Reason"),
    "total": gettext_lazy("Full score"),
    "digits": gettext_lazy("Decimals"),
    "cap": gettext_lazy("At most"),
    "floor": gettext_lazy("At least"),
    "times_weight": gettext_lazy("times the weight"),
    "points": gettext_lazy("Points"),
    "scope": gettext_lazy("Within"),
    "grade": gettext_lazy("Grade"),
    "top": gettext_lazy("First share"),
    "bottom": gettext_lazy("Last share"),
    "score_at_least": gettext_lazy("Points at least"),
    "score_below": gettext_lazy("Points below"),
    "rounding": gettext_lazy("Rounding"),
    "benchmark": gettext_lazy("Benchmark"),
    "target": gettext_lazy("Target value"),
    "base": gettext_lazy("Base"),
    "low": gettext_lazy("Low end"),
    "high": gettext_lazy("High end"),
    "satisfactory": gettext_lazy("Satisfactory"),
    "not_allowed": gettext_lazy("Not allowed value"),
    "way": gettext_lazy("Combined by"),
    "power": gettext_lazy("Power of the mean"),
    "least": gettext_lazy("A share counts as at least"),
    "within": gettext_lazy("Own weights within"),
    "with_given": gettext_lazy("Share of the given weights"),
    "effect": gettext_lazy("Effect"),
    "kind": gettext_lazy("Kind"),
    "c": gettext_lazy("Points by the place"),
    "d": gettext_lazy("Points in any case"),
}
TREATMENTS = ("zero_points", "group_mean_score", "leave_out", "fail")
OPTIONS: dict[str, tuple[str, ...]] = {
    "better": ("higher", "lower"),
    "missing": TREATMENTS,
    "zero": ("as_value", "as_missing", *TREATMENTS),
    "negative": ("as_value", "as_missing", *TREATMENTS),
    "way": WAYS_IN_SCHEMES,
    "rounding": ("down", "up", "nearest"),
    "effect": ("cancel", "grade_at_most", "grade", "lose_eligibility"),
    "kind": ("bonus", "deduction"),
    "cap": ("none",),
    "floor": ("none",),
    "normalise.method": tuple(METHOD_FIELDS),
    "weights_from.method": ("equal", "ahp", "best_worst", *sorted(FROM_DATA)),
    "missing.impute": (
        "group_mean",
        "group_median",
        "previous",
        "last_year",
        "regression",
        "nearest",
    ),
}
HEAD = ("title", "place", "period")
ITEM = ("name", "formula", "unit", "better", "weight", "coefficient")
_PART = re.compile(r"^(.*\])(?:\.(.+))?$")


@dataclass(slots=True)
class Field:
    """One value: its place, what it is called, what it says, between what one may choose, and
    what is wrong with it."""

    path: str
    label: str
    value: str
    options: list[tuple[str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    short: bool = False
    notes: list[str] = field(default_factory=list)  # what may stay, but should be looked at

    @property
    def key(self) -> str:
        """An id for the page."""
        return "f-" + re.sub(r"[^a-z0-9]+", "-", self.path.lower())


@dataclass(slots=True)
class Section:
    """A part of the form; ``path`` where it may be copied or taken out, ``depth`` in its tree."""

    title: str
    fields: list[Field]
    path: str = ""
    depth: int = 0
    weight: str = ""

    @property
    def is_faulty(self) -> bool:
        return any(one.faults for one in self.fields)


def draft_form(text: str, faults: Iterable[dict[str, Any]]) -> list[Section]:
    """The form of a draft; nothing where the text is no YAML."""
    try:
        known = places(text)
    except FaultyInput:
        return []
    maker = _Maker(known, faults)
    sections = [
        maker.section(_("The scheme"), [f"{key}" for key in HEAD]),
        maker.section(_("Who is evaluated"), ["population.include", "population.include_reason"]),
        maker.section(
            _("Data rules"),
            [
                *("data_rules.missing", "data_rules.missing.impute", "data_rules.missing.k"),
                *("data_rules.zero", "data_rules.negative"),
            ],
        ),
    ]
    for group in maker.numbered("groups"):
        ways = [f"{group}.combine.{key}" for key in ("way", "power", "least", "within")]
        ways.append(f"{group}.weights_from.method")
        title = _("Group: %(name)s") % {"name": maker.said(f"{group}.name")}
        sections.append(maker.section(title, [f"{group}.name", f"{group}.when", *ways]))
        sections += maker.tree(group, 1)
    for part, title in (("adjustments", _("Bonus or deduction")), ("vetoes", _("Veto"))):
        for one in maker.numbered(part):
            keys = [f"{one}.{key}" for key in ("name", "kind", "when", "points", "cap", "effect")]
            named = f"{title}：{maker.said(f'{one}.name')}"
            sections.append(maker.section(named, [*keys, f"{one}.grade"], one))
    sections.append(
        maker.section(
            _("Score and rank"),
            [f"score.{key}" for key in ("total", "digits", "cap", "floor")] + ["ranking.scope"],
        )
    )
    for rule in maker.numbered("grades.rules"):
        keys = ("grade", "when", "top", "bottom", "score_at_least", "score_below", "rounding")
        title = _("Grade: %(name)s") % {"name": maker.said(f"{rule}.grade")}
        sections.append(maker.section(title, [f"{rule}.{key}" for key in keys], rule))
    return [one for one in sections if one.fields]


class _Maker:
    def __init__(self, known: dict[str, Place], faults: Iterable[dict[str, Any]]) -> None:
        self.known = known
        self.faults: dict[str, list[str]] = {}
        self.notes: dict[str, list[str]] = {}
        for fault in faults:
            said = self.faults if fault["severity"] == "error" else self.notes
            said.setdefault(fault["path"] or "", []).append(fault["text"])

    def said(self, path: str) -> str:
        return self.known[path].value if path in self.known else ""

    def numbered(self, path: str) -> list[str]:
        """``groups[0]``, ``groups[1]`` … as far as there are any."""
        found = []
        while any(one.startswith(f"{path}[{len(found)}]") for one in self.known):
            found.append(f"{path}[{len(found)}]")
        return found

    def section(self, title: str, paths: list[str], part: str = "", depth: int = 0) -> Section:
        fields = [self.field(path) for path in paths if path in self.known]
        weight = self.said(f"{part}.weight") or self.said(f"{part}.coefficient") if part else ""
        return Section(title, fields, part, depth, weight)

    def field(self, path: str) -> Field:
        key, below = path.rpartition(".")[2], ".".join(path.split(".")[-2:])
        value = self.said(path)
        choices = OPTIONS.get(below) or OPTIONS.get(key) or ()
        options = []
        names = IMPUTATION_NAMES if key == "impute" else METHOD_NAMES
        if choices:
            listed = choices if value in choices else (value, *choices)
            options = [(one, str(names.get(one, one))) for one in listed]
        if key in ("cap", "floor") and value != "none":
            options = []
        faults = [text for at, texts in self.faults.items() if at == path for text in texts]
        label, above = str(LABELS.get(key, key)), path.split(".")[-2] if "." in path else ""
        if above in ("cap", "floor"):
            label = f"{LABELS[above]}（{label}）"
        notes = self.notes.get(path, [])
        return Field(path, label, value, options, faults, _is_number(value), notes)

    def tree(self, above: str, depth: int) -> list[Section]:
        found = []
        for one in self.numbered(f"{above}.items"):
            if f"{one}.dimension" in self.known:
                paths = [f"{one}.{key}" for key in ("name", "better", "weight", "coefficient")]
                paths += [f"{one}.combine.{key}" for key in ("way", "power", "least", "within")]
                paths += [f"{one}.weights_from.method", f"{one}.weights_from.with_given"]
                found.append(self.section(self.said(f"{one}.name"), paths, one, depth))
                found += self.tree(one, depth + 1)
            elif f"{one}.code" in self.known:
                found.append(self.item(one, depth))
        return found

    def item(self, one: str, depth: int) -> Section:
        paths = [f"{one}.{key}" for key in ITEM]
        paths += [path for path in self.known if path.startswith(f"{one}.normalise.")]
        for limit in ("cap", "floor"):
            paths += [path for path in self.known if path == f"{one}.{limit}"]
            paths += [path for path in self.known if path.startswith(f"{one}.{limit}.")]
        paths += [f"{one}.missing", f"{one}.missing.impute", f"{one}.missing.k"]
        section = self.section(self.said(f"{one}.name"), paths, one, depth)
        section.fields += self._needed(one)
        own = [text for at, texts in self.faults.items() if at == one for text in texts]
        if own and section.fields:
            section.fields[0].faults += own
        if section.fields:
            section.fields[0].notes = section.fields[0].notes + self.notes.get(one, [])
        return section

    def _needed(self, one: str) -> list[Field]:
        """Fields that the method needs and that the text does not give yet."""
        method = self.said(f"{one}.normalise.method")
        found = []
        for key in METHOD_FIELDS.get(method, ()):
            path = f"{one}.normalise.{key}"
            if not any(at == path or at.startswith((f"{path}.", f"{path}[")) for at in self.known):
                faults = self.faults.get(path, [])
                found.append(Field(path, str(LABELS.get(key, key)), "", [], faults, short=True))
        return found


def _is_number(value: str) -> bool:
    return bool(re.fullmatch(r"-?[0-9.]+%?", value))
