"""Figures laid out for the rules: how far back to read, and whose figures stand beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from yuanheng.calc.periods import Period
from yuanheng.kernel.policies import Refused
from yuanheng.ledger.choices import Against, BearerKind, CheckKind
from yuanheng.ledger.models import Subject
from yuanheng.ledger.queries.catalogue import Catalogue
from yuanheng.ledger.queries.ground import ROW, Ground, Ints, earliest, read_rows
from yuanheng.ledger.queries.judging import Case, leaves_of
from yuanheng.ledger.rules import FIRMS, PARKS, Names, ReadRule, names_of
from yuanheng.registry.models import Park


@dataclass(frozen=True, slots=True)
class Proposed:
    """A figure as somebody would report it, in the indicator's measure; None: left empty."""

    subject_id: int
    indicator_id: int
    period: Period
    value: float | None


@dataclass(frozen=True, slots=True)
class Of:
    """What judging needs to know of a subject."""

    kind: str
    name: str
    region: str
    park_id: int | None
    rank: str

    @property
    def peers(self) -> str:
        """With whom it is compared: parks of its rank, enterprises of its park."""
        if self.kind == BearerKind.PARK and self.rank:
            return f"rank:{self.rank}"
        if self.kind == BearerKind.ENTERPRISE and self.park_id:
            return f"park:{self.park_id}"
        return ""


_FIELDS = (
    "pk", "kind", "name", "region__code", "park__region__code", "enterprise__region__code",
    "park_id", "enterprise__park_id", "park__rank",
)  # fmt: skip


def _facts(rows: Any) -> dict[int, Of]:
    found = {}
    for pk, kind, name, *codes, park, home, rank in rows.values_list(*_FIELDS):
        region = next((code for code in codes if code), "")
        found[pk] = Of(kind, name, region, park or home, rank or "")
    return found


def subjects_seen(proposed: Iterable[Proposed], user: Any) -> dict[int, Of]:
    """The subjects of the figures; ``Refused`` if this person doesn't see them all."""
    keys = sorted({one.subject_id for one in proposed})
    found: dict[int, Of] = {}
    for start in range(0, len(keys), 500):
        chunk = keys[start : start + 500]
        found |= _facts(Subject.objects.visible_to(user).filter(pk__in=chunk))
    if len(found) < len(keys):
        raise Refused(_("These figures lie outside your area."))
    return found


def lay_out(
    proposed: Sequence[Proposed],
    subjects: dict[int, Of],
    catalogue: Catalogue,
    rules: Sequence[ReadRule],
    user: Any,
) -> tuple[Case, list[ReadRule]]:
    """The case of these figures, and the rules that look at any of them."""
    names = names_of(catalogue)
    asked = sorted({one.period for one in proposed})
    given = {one.indicator_id for one in proposed if one.value is not None}
    relevant = [one for one in rules if _concerns(one, given, names, catalogue)]
    own = {pk: subjects[pk] for pk in {one.subject_id for one in proposed}}
    parts = _parts(relevant, names, own, user)
    everybody = {**own, **{pk: of for found in parts.values() for pk, of in found.items()}}
    rows = _read(relevant, names, catalogue, sorted(everybody), given, asked)
    laid = np.array(
        [
            (one.subject_id, one.indicator_id, one.period.start, one.period.kind,
             np.nan if one.value is None else one.value)
            for one in proposed
        ],
        dtype=ROW,
    )  # fmt: skip
    indicators = {int(pk) for pk in rows["indicator"]} | {one.indicator_id for one in proposed}
    ground = Ground(catalogue, everybody, indicators, asked, np.concatenate([rows, laid]))
    at = {one: place for place, one in enumerate(asked)}
    facts = [everybody[int(pk)] for pk in ground.subjects]
    case = Case(
        ground,
        names,
        catalogue,
        [one.name for one in facts],
        np.searchsorted(ground.indicators, laid["indicator"]),
        ground.positions(laid["subject"]),
        np.array([at[one.period] for one in proposed], dtype=np.int64),
        laid["value"],
        [one.kind for one in facts],
        [one.region for one in facts],
        [one.peers for one in facts],
        _positions(ground, parts),
    )
    if any(one.rule.kind == CheckKind.OUTLIER and one.rule.against == Against.PEERS
           for one in relevant):  # fmt: skip
        _add_peers(case, own, user)
    return case, relevant


def _concerns(read: ReadRule, given: set[int], names: Names, catalogue: Catalogue) -> bool:
    """Whether a rule looks at any of the indicators that are given."""
    if not read.comparisons:
        return read.indicators is None or bool(read.indicators & given)
    return any(
        given.intersection(leaves_of(catalogue.by_code[names.terms[ref.name].code], catalogue))
        for compared in read.comparisons
        for ref in compared.refs
        if not ref.shift and not names.terms[ref.name].over
    )


def _read(
    rules: Sequence[ReadRule],
    names: Names,
    catalogue: Catalogue,
    subject_ids: list[int],
    given: set[int],
    asked: list[Period],
) -> Any:
    """Rows as far back as each indicator is looked at, so that little is read in vain."""
    if not asked:
        return np.empty(0, ROW)
    january = min(one.year for one in asked) * 12
    last = max(one.end for one in asked)
    first: dict[int, int] = {}
    for read in rules:
        for compared in read.comparisons:
            for ref in compared.refs:
                term = names.terms[ref.name]
                shift = bool(ref.shift)
                for leaf in leaves_of(catalogue.by_code[term.code], catalogue):
                    one = catalogue.by_id[leaf]
                    back = 12 if shift or one.growth_of_id else 0
                    for pk in filter(None, (leaf, one.growth_of_id)):
                        first[pk] = min(first.get(pk, january), january - back)
    by_first: dict[int, list[int]] = defaultdict(list)
    for pk, start in first.items():
        by_first[start].append(pk)
    found = [read_rows(subject_ids, ids, start, last) for start, ids in by_first.items()]
    looked_at = [one.indicators for one in rules if one.rule.kind in _WITH_PAST]
    if looked_at:
        named = frozenset().union(*(one for one in looked_at if one is not None))
        chosen = given if None in looked_at else given & named
        found += _past(subject_ids, chosen, first, asked)
    return np.concatenate(found) if found else np.empty(0, ROW)


_WITH_PAST = {CheckKind.JUMP, CheckKind.OUTLIER, CheckKind.SLIP}


def _past(
    subject_ids: list[int], given: set[int], first: dict[int, int], asked: list[Period]
) -> Iterator[Any]:
    """Earlier figures of the same kinds, as far as they haven't been read yet."""
    start = min(min(earliest(one), one.last_year().start) for one in asked)
    last, kinds = max(one.start for one in asked), {one.kind for one in asked}
    by_end: dict[int, list[int]] = defaultdict(list)
    for pk in given:
        by_end[first.get(pk, last + 1) - 1].append(pk)
    for end, ids in by_end.items():
        if end >= start:
            yield read_rows(subject_ids, ids, start, end, kinds)


def _parts(
    rules: Sequence[ReadRule], names: Names, own: dict[int, Of], user: Any
) -> dict[tuple[str, int], dict[int, Of]]:
    """The parks of each region, and the enterprises of each park, that sums are made over."""
    asked = {
        names.terms[ref.name].over
        for read in rules
        for compared in read.comparisons
        for ref in compared.refs
    }
    found: dict[tuple[str, int], dict[int, Of]] = {}
    seen = Subject.objects.visible_to(user)
    for pk, of in own.items():
        if PARKS in asked and of.kind == BearerKind.REGION and of.region:
            rows = seen.filter(kind=BearerKind.PARK, park__region__code__startswith=of.region)
            found[PARKS, pk] = _whole_parks(_facts(rows))
        if FIRMS in asked and of.kind == BearerKind.PARK and of.park_id:
            rows = seen.filter(kind=BearerKind.ENTERPRISE)
            mine = rows.filter(enterprise__park=of.park_id)
            below = rows.filter(enterprise__park__parent_zone=of.park_id)
            found[FIRMS, pk] = _facts(mine) | _facts(below)
    return found


def _whole_parks(found: dict[int, Of]) -> dict[int, Of]:
    """Without parks of a zone that is there itself: its figures hold theirs."""
    parks = {of.park_id for of in found.values()}
    parts = set(
        Park.objects.filter(pk__in=parks, parent_zone__in=parks).values_list("pk", flat=True)
    )
    return {pk: of for pk, of in found.items() if of.park_id not in parts}


def _positions(
    ground: Ground, parts: dict[tuple[str, int], dict[int, Of]]
) -> dict[tuple[str, int], Ints]:
    return {
        (over, int(ground.positions([pk])[0])): ground.positions(sorted(found))
        for (over, pk), found in parts.items()
        if found
    }


def _add_peers(case: Case, own: dict[int, Of], user: Any) -> None:
    """The figures, in the same periods, of those who stand beside the subjects."""
    ranks = {of.rank for of in own.values() if of.peers.startswith("rank:")}
    parks = {of.park_id for of in own.values() if of.peers.startswith("park:")}
    seen = Subject.objects.visible_to(user).filter(is_public=False)
    found: dict[int, Of] = {}
    if ranks:
        found |= _facts(seen.filter(kind=BearerKind.PARK, park__rank__in=ranks))
    if parks:
        found |= _facts(seen.filter(kind=BearerKind.ENTERPRISE, enterprise__park__in=parks))
    beside = {pk: of for pk, of in found.items() if pk not in own}
    asked = case.ground.asked
    ids = [int(pk) for pk in case.ground.indicators]
    starts = [one.start for one in asked]
    rows = read_rows(sorted(beside), ids, min(starts), max(starts), {one.kind for one in asked})
    peers = Ground(case.catalogue, beside, ids, asked, rows)
    columns = [peers.column_of.get(one, -1) for one in asked]
    case.peers = peers.values[:, :, columns]
    case.peer_classes = [beside[int(pk)].peers for pk in peers.subjects]
