"""How well a reading agrees with a document labelled by hand."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Item = dict[str, Any]


@dataclass(slots=True)
class Tally:
    """Found and expected items, and those that agree."""

    hits: int = 0
    found: int = 0
    expected: int = 0
    recalled: int = 0

    def add(self, other: Tally) -> None:
        self.hits += other.hits
        self.found += other.found
        self.expected += other.expected
        self.recalled += other.recalled

    @property
    def precision(self) -> float:
        return self.hits / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.recalled / self.expected if self.expected else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def score(labelled: Item, read: Item) -> dict[str, Tally]:
    """Tallies of one document: ``facts`` (number, unit, measure), ``facts with context`` (also
    indicator, subject, period), ``comparisons``, ``directives`` (place, units, deadline; recall
    over the specific ones), ``directives found`` (place only), ``parties`` (name and type)."""
    return {
        "facts": _paired(labelled["facts"], read["facts"], same_figure),
        "facts with context": _paired(
            labelled["facts"], read["facts"], lambda a, b: same_figure(a, b) and same_context(a, b)
        ),
        "comparisons": _paired(_comparisons(labelled), _comparisons(read), _same_comparison),
        "directives": _directives(labelled["directives"], read["directives"], strict=True),
        "directives found": _directives(labelled["directives"], read["directives"], strict=False),
        "parties": _paired(labelled["parties"], read["parties"], _same_party),
    }


def _paired(expected: Sequence[Item], found: Sequence[Item], same: Any) -> Tally:
    free = list(found)
    hits = 0
    for one in expected:
        match = next((other for other in free if same(one, other)), None)
        if match is not None:
            free.remove(match)
            hits += 1
    return Tally(hits, len(found), len(expected), hits)


def same_figure(a: Item, b: Item) -> bool:
    """The same number at the same place with the same unit and measure."""
    size = max(abs(a["value_canonical"]), 1e-9)
    return (
        _overlap(a["span"], b["span"])
        and (a["unit_canonical"] or "") == (b["unit_canonical"] or "")
        and abs(abs(a["value_canonical"]) - abs(b["value_canonical"])) <= 1e-4 * size
        and a["measure"] == b["measure"]
    )


def same_context(a: Item, b: Item) -> bool:
    """The same indicator and subject in other words, and the same period."""
    return not wrong_context(a, b)


def wrong_context(a: Item, b: Item) -> list[str]:
    """Which of indicator, subject and period differ."""
    wrong = []
    names = [b["indicator"]["canonical"], b["indicator"]["raw"]]
    labels = [a["indicator"]["canonical"], a["indicator"]["raw"]]
    if max(alike(x, y) for x in labels for y in names) < 0.6:
        wrong.append("indicator")
    # A label without a subject: the text does not name the place it is about.
    if a["subject"]["name"] and alike(a["subject"]["name"], b["subject"]["name"]) < 0.6:
        wrong.append("subject")
    # 2023H1 and 2023-01..06 are one time.
    told, read = a["period"], b["period"]
    spans = [(one.get("start"), one.get("end")) for one in (told, read)]
    if told["label"] != read["label"] and not (spans[0][0] and spans[0] == spans[1]):
        wrong.append("period")
    return wrong


def alike(a: str | None, b: str | None) -> float:
    """How alike two names are, by the characters they share (0 to 1)."""
    a, b = _bare(a), _bare(b)
    if not a or not b:
        return float(a == b)
    if a in b or b in a:
        return 1.0 if min(len(a), len(b)) >= 2 else 0.0
    rest = list(b)
    shared = 0
    for c in a:
        if c in rest:
            rest.remove(c)
            shared += 1
    return 2 * shared / (len(a) + len(b))


def _bare(name: str | None) -> str:
    text = unicodedata.normalize("NFKC", name or "")
    text = (
        text.replace("规模以上", "规上")
        .replace("规模工业", "规上工业")
        .replace("经济开发区", "经开区")
    )
    text = text.replace("高新技术产业开发区", "高新区").replace("高新技术企业", "高企")
    return "".join(c for c in text if c.isalnum()).removesuffix("数")


def _overlap(a: Sequence[int], b: Sequence[int]) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def _comparisons(document: Item) -> list[Item]:
    found = []
    for fact in document["facts"]:
        more = fact.get("further_comparisons") or fact.get("further") or []
        found += [one for one in [fact["comparison"], *more] if one]
    return found


def _same_comparison(a: Item, b: Item) -> bool:
    return (
        _overlap(a["span"], b["span"])
        and abs(abs(a["value"]) - abs(b["value"])) < 1e-6
        and (a["direction"] is None or a["direction"] == b["direction"])
    )


def _same_party(a: Item, b: Item) -> bool:
    same = _bare(a["name"]) == _bare(b["name"])
    kinds = {a["type"], b["type"]}
    return same and (
        len(kinds) == 1 or kinds <= {"org", "park", "enterprise", "media", "place", "project"}
    )


def _covers(a: Sequence[int], b: Sequence[int]) -> float:
    """The shared part of two spans over the shorter of them."""
    shared = min(a[1], b[1]) - max(a[0], b[0])
    return shared / max(1, min(a[1] - a[0], b[1] - b[0]))


def same_directive(a: Item, b: Item) -> bool:
    """The same units (whatever their roles) and the same day."""
    names = [one["name"] for one in a["responsible"]]
    others = [one["name"] for one in b["responsible"]]
    units = len(names) == len(others) and all(
        any(alike(x, y) == 1.0 for y in others) for x in names
    )
    return units and _days(a) & _days(b) != set()


def _days(directive: Item) -> set[str | None]:
    deadline = directive["deadline"]
    return {deadline["date"], *deadline.get("alternatives", [])} if deadline else {None}


def _directives(expected: Sequence[Item], found: Sequence[Item], *, strict: bool) -> Tally:
    """Recall over specific labels; precision over what claims a unit, a day or an aim."""
    claims = [
        one
        for one in found
        if one["responsible"] or one["targets"] or (one["deadline"] or {}).get("date")
    ]
    free = list(claims)
    hits = recalled = 0
    for one in expected:
        near = [o for o in free if _covers(one["span"], o["span"]) >= 0.5]
        match = next((o for o in near if not strict or same_directive(one, o)), None)
        if match is not None:
            free.remove(match)
            hits += 1
            recalled += one["level"] == "specific"
    specific = sum(one["level"] == "specific" for one in expected)
    return Tally(hits, len(claims), specific, recalled)
