"""Words and rules as data: shipped YAML files, and files of the office that add to them."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from yuanheng.reading.faults import UnreadableDocument

FILES = ("cleaning", "units", "indicators", "facts", "parties", "directives", "places")


@dataclass(frozen=True, slots=True)
class MeasureUnit:
    """A unit as written: its canonical unit and the factor to it."""

    canonical: str
    factor: float


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Everything the rules know by heart, ready for use. ``words`` holds the plain lists."""

    words: dict[str, Any]
    units: dict[str, MeasureUnit]
    unit_pattern: str
    count_units: frozenset[str]
    indicators: dict[str, str]
    furniture_line: re.Pattern[str]
    furniture_tail: re.Pattern[str]
    dateline: re.Pattern[str]
    regional_words: tuple[str, ...]
    places: frozenset[str]
    places_of_stem: dict[str, tuple[str, ...]]

    def any_of(self, *names: str) -> str:
        """The words of some lists as one alternation, longest first."""
        return _any_of(self, names)

    def unit(self, word: str) -> MeasureUnit | None:
        """A unit by its name, or by the two it is made of: 千米/平方公里."""
        known = self.units.get(word)
        if known is not None or "/" not in word:
            return known
        above, _, below = word.partition("/")
        found = self.units.get(above)
        return MeasureUnit(f"{found.canonical}/{below}", found.factor) if found else None

    def canonical_indicator(self, raw: str) -> str | None:
        """The catalogue's name of an indicator, where the catalogue knows it."""
        return self.indicators.get(raw)


@functools.lru_cache(maxsize=512)
def _any_of(lexicon: Lexicon, names: tuple[str, ...]) -> str:
    words: set[str] = set()
    for name in names:
        words.update(lexicon.words[name])
    return alternation(words)


def alternation(words: Iterable[str]) -> str:
    """A pattern of any of the words, the longest first.

    Words are grouped by their first character behind a look at it, so that a place where none
    can begin is left at once, however long the list is.
    """
    groups: dict[str, list[str]] = {}
    for word in sorted(filter(None, set(words)), key=lambda w: (-len(w), w)):
        groups.setdefault(word[0], []).append(re.escape(word[1:]))
    parts = []
    for first, rests in groups.items():
        rest = rests[0] if len(rests) == 1 else f"(?:{'|'.join(rests)})"
        parts.append(re.escape(first) + rest)
    if len(parts) < 6:
        return f"(?:{'|'.join(parts)})"
    return f"(?:(?=[{''.join(map(re.escape, groups))}])(?:{'|'.join(parts)}))"


@functools.cache
def shipped_lexicon() -> Lexicon:
    """The lexicon that comes with the program."""
    return build_lexicon([_shipped_text(name) for name in FILES])


def lexicon_with(texts: Sequence[str]) -> Lexicon:
    """The shipped lexicon with the office's own YAML texts added to it.

    Raises UnreadableDocument when a text is not YAML or names a list that doesn't exist.
    """
    if not texts:
        return shipped_lexicon()
    return build_lexicon([*(_shipped_text(name) for name in FILES), *texts])


def _shipped_text(name: str) -> str:
    return (resources.files("yuanheng.reading") / "data" / f"{name}.yaml").read_text("utf-8")


def build_lexicon(texts: Sequence[str]) -> Lexicon:
    """A lexicon of YAML texts; lists and tables of the same name are joined."""
    data: dict[str, Any] = {}
    for number, text in enumerate(texts):
        part = _parsed(text)
        for key, value in part.items():
            if number >= len(FILES) and key not in data:
                raise _wrong(f"没有名为“{key}”的词表。", f"there is no list “{key}”.")
            _join(data, key, value)
    return _built(data)


def _parsed(text: str) -> dict[str, Any]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        part = YAML(typ="safe").load(text)
    except YAMLError as error:
        raise _wrong(f"不是有效的 YAML:{error}", f"not valid YAML: {error}") from error
    if not isinstance(part, dict):
        raise _wrong("应为“名称: 内容”的形式。", "it must be a mapping of names to lists.")
    return part


def _join(data: dict[str, Any], key: str, value: Any) -> None:
    if key not in data:
        data[key] = value
    elif isinstance(data[key], list) and isinstance(value, list):
        data[key] = [*data[key], *value]
    elif isinstance(data[key], dict) and isinstance(value, dict):
        both = {**data[key]}
        for name, more in value.items():
            old = both.get(name)
            both[name] = (
                [*old, *more] if isinstance(old, list) and isinstance(more, list) else more
            )
        data[key] = both
    else:
        raise _wrong(
            f"“{key}”的形式与自带词表不同。", f"“{key}” differs in form from the shipped one."
        )


def _built(data: dict[str, Any]) -> Lexicon:
    try:
        units = _units(data["units"], data["multipliers"])
        synonyms = {
            word: name
            for name, words in data["indicators"].items()
            for word in [name, *(words or [])]
        }
        places = frozenset(
            name for province, names in data["places"].items() for name in [province, *names]
        )
        patterns = {
            key: re.compile("|".join(f"(?:{one})" for one in data[key]))
            for key in ("furniture_lines", "furniture_tails", "dateline_lines")
        }
    except (KeyError, TypeError, ValueError, AttributeError, re.error) as error:
        raise _wrong(f"词表内容有误:{error}", f"the content is wrong: {error}") from error
    return Lexicon(
        words=data,
        units=units,
        unit_pattern=_unit_pattern(units),
        count_units=frozenset(data["count_units"]),
        indicators=synonyms,
        furniture_line=patterns["furniture_lines"],
        furniture_tail=patterns["furniture_tails"],
        dateline=patterns["dateline_lines"],
        regional_words=tuple(data["regional_words"]),
        places=places,
        places_of_stem=_stems(places),
    )


_LEVEL = re.compile(
    r"(?:(?:壮族|回族|维吾尔)?自治区|(?:[\u3400-\u9fff]{1,3}族)*自治[州县旗]|特别行政区|地区|林区|[省市县区旗盟州])$"
)


def _stems(places: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Places by what is left of their names without 市, 县 and the like: 玉溪, 湘西, 鄂伦春."""
    found: dict[str, list[str]] = {}
    for name in sorted(places):
        stem = _LEVEL.sub("", name)
        if len(stem) >= 2:
            found.setdefault(stem, []).append(name)
    return {stem: tuple(names) for stem, names in found.items()}


def _unit_pattern(units: dict[str, MeasureUnit]) -> str:
    """Any unit, and behind a stroke whatever it is counted against: 元/吨标准煤, 万元/亩·年."""
    one = alternation(name for name in units if "/" not in name)
    listed = alternation(name for name in units if "/" in name)
    return f"(?:{listed}|{one}(?:/{one}(?:·{one})?)?)"


def _units(table: dict[str, Any], multipliers: dict[str, float]) -> dict[str, MeasureUnit]:
    """Every unit alone and, where the table says so, behind 万, 亿 and the like."""
    units: dict[str, MeasureUnit] = {}
    for name, (canonical, factor, *many) in table.items():
        units[name] = MeasureUnit(canonical, float(factor))
        if "x" in many:
            for word, times in multipliers.items():
                # 千米 stands in the table itself, and is no thousand of 米.
                if word + name not in table:
                    units[word + name] = MeasureUnit(canonical, float(factor) * times)
    return units


def _wrong(zh: str, en: str) -> UnreadableDocument:
    return UnreadableDocument("wrong_lexicon", f"词表文件有误:{zh}", f"Wrong lexicon file: {en}")
