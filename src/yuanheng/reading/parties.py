"""Who is named in a document: persons, offices, parks, enterprises, media."""

from __future__ import annotations

import re
from collections.abc import Iterator

from yuanheng.reading.mapping import Span
from yuanheng.reading.model import Directive, Party
from yuanheng.reading.scene import Scene

_FIRMS = re.compile(
    r"(?:围绕|聚焦|引进|对接|依托|瞄准|包括|来到|走进|察看|考察|走访|支持)(?P<who>[^，。；：“”]{2,120}?)等(?:[\u3400-\u9fff]{0,4}企业|地)"
)


_VAGUE = re.compile(r"[\d%]|^(?:国家级|省级|市级|各)")
_SOURCE = re.compile(r"(?:来源|稿源|來源)\s*[:：]\s*([\u3400-\u9fff·]{3,20})")


def parties(
    scene: Scene, directives: list[Directive], original: str, heads: list[Span]
) -> list[Party]:
    """Each party once, at its first mention; the source is told in the ``heads`` of a page,
    which are no part of its text."""
    found: dict[str, Party] = {}
    for source in filter(None, (_SOURCE.search(original, a, b) for a, b in heads)):
        media = source[1].endswith(tuple(scene.lexicon.words["media_suffixes"]))
        found[source[1]] = Party(source[1], "media" if media else "org", "", source.span(1))

    def put(name: str, kind: str, role: str, start: int, end: int) -> None:
        shown = scene.mapped.name(start, end)
        known = found.get(shown)
        span = scene.mapped.span(start, end)
        if shown and (known is None or span < known.span):
            found[shown] = Party(shown, kind, role, span)

    for person in scene.persons:
        put(person.name, "person", person.role, person.start, person.end)
    for one in scene.named:
        if one.kind != "place":
            put(one.name, one.kind, "", one.start, one.end)
    for name, at in _firms(scene.text):
        put(name, "enterprise", "", at, at + len(name))
    for directive in directives:
        for unit in directive.responsible:
            at = scene.text.find(unit.name)
            if (
                at >= 0
                and unit.kind in ("org", "park", "place")
                and unit.name not in found
                and not _VAGUE.search(unit.name)
            ):
                put(unit.name, unit.kind, "", at, at + len(unit.name))
    return _without_parts(sorted(found.values(), key=lambda party: party.span))


def _firms(text: str) -> Iterator[tuple[str, int]]:
    """Enterprises named in a row: 聚焦甲公司、乙科技等龙头企业."""
    for match in _FIRMS.finditer(text):
        at = match.start("who")
        for part in match["who"].split("、"):
            if 2 <= len(part) <= 20 and not re.search(r"产业|项目|重点|的|园$|企业|地区", part):
                yield part, at
            at += len(part) + 1


def _without_parts(items: list[Party]) -> list[Party]:
    """A name that stands inside another name at the same place is the other name's part."""
    kept: list[Party] = []
    for number, one in enumerate(items):
        near = items[max(0, number - 6) : number + 6]
        if not any(_holds(other, one) for other in near):
            kept.append(one)
    return kept


def _holds(other: Party, one: Party) -> bool:
    a, b = other.span, one.span
    return a != b and a[0] <= b[0] and b[1] <= a[1] and other.kind != "project"
