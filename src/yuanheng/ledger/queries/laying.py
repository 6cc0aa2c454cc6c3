"""Figures laid out for the rules: how far back to read, and whose figures stand beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from yuanheng.calc.periods import Period
from yuanheng.ledger.choices import CheckKind
from yuanheng.ledger.queries.around import Around, Of, read_around
from yuanheng.ledger.queries.catalogue import Catalogue
from yuanheng.ledger.queries.ground import (
    ROW,
    Ground,
    Ints,
    Stretch,
    earliest,
    read_stretches,
    without_numbers,
)
from yuanheng.ledger.queries.judging import Case, leaves_of
from yuanheng.ledger.rules import Names, ReadRule, names_of


@dataclass(frozen=True, slots=True)
class Proposed:
    """A figure as somebody would report it, in the indicator's measure; None: left empty."""

    subject_id: int
    indicator_id: int
    period: Period
    value: float | None


Propose = Callable[[Any], Sequence[Proposed]]


@dataclass(slots=True)
class Laid:
    """What is judged: the figures as positions (``case``), the rules that look at any of them, and
    every row that was read, for who shows the figures too."""

    case: Case
    rules: list[ReadRule]
    figures: int
    rows: Any


def lay_out(
    proposed: Sequence[Proposed] | Propose | None,
    subjects: dict[int, Of],
    catalogue: Catalogue,
    rules: Sequence[ReadRule],
    user: Any,
    *,
    spans: Sequence[Period] = (),
    only: Collection[int] | None = None,
    further: Sequence[Stretch] = (),
) -> Laid:
    """The case of figures, read in two queries: of those given, of those that ``proposed`` makes
    of what was read, or (None) of what is believed. For the last two ``spans`` are the periods and
    ``only`` the indicators. ``further`` is read along with it.

    A region whose sum one of the parks is part of is judged too, by the rules of sums: whoever
    reported last sees it.
    """
    names = names_of(catalogue)
    is_given = proposed is not None and not callable(proposed)
    if proposed is None or callable(proposed):
        asked = sorted(set(spans))
        given = {pk for pk, one in catalogue.by_id.items() if not one.is_derived}
        given &= given if only is None else set(only)
        own = dict(subjects)
    else:
        asked = sorted({one.period for one in proposed})
        given = {one.indicator_id for one in proposed if one.value is not None}
        own = {pk: subjects[pk] for pk in {one.subject_id for one in proposed}}
    relevant = _relevant(rules, given, names, catalogue)
    around = read_around(relevant, names, own, user)
    parts = {pk: of for found in around.parts.values() for pk, of in found.items()}
    everybody = {**own, **around.above, **parts}
    stretches = _stretches(relevant, names, catalogue, sorted(everybody), given, asked)
    if proposed is None:
        stretches.append(_span(sorted(own), given, asked))
    read = read_stretches([*stretches, *_of_peers(around, given, asked), *further])
    rows = without_numbers(read[np.isin(read["subject"], list(everybody))])
    if proposed is None:
        mine = _believed(rows, own, given, asked)
    else:
        mine = _laid(proposed(read) if callable(proposed) else proposed)
        mine = mine[np.isin(mine["subject"], list(own))]
    if not is_given:
        given = {int(pk) for pk in mine["indicator"]}
        relevant = _relevant(relevant, given, names, catalogue)
    laid = np.concatenate([mine, _believed(rows, around.above, given, asked)])
    case = _case(catalogue, names, everybody, asked, rows, laid, around)
    _add_peers(case, around, read)
    return Laid(case, relevant, len(mine), read)


def _case(
    catalogue: Catalogue,
    names: Names,
    everybody: dict[int, Of],
    asked: list[Period],
    rows: Any,
    laid: Any,
    around: Around,
) -> Case:
    indicators = {int(pk) for pk in rows["indicator"]} | {int(pk) for pk in laid["indicator"]}
    ground = Ground(catalogue, everybody, indicators, asked, np.concatenate([rows, laid]))
    at = {(one.start, one.kind): place for place, one in enumerate(asked)}
    facts = [everybody[int(pk)] for pk in ground.subjects]
    return Case(
        ground,
        names,
        catalogue,
        [one.name for one in facts],
        np.searchsorted(ground.indicators, laid["indicator"]),
        ground.positions(laid["subject"]),
        np.array([at[int(one["start"]), int(one["kind"])] for one in laid], dtype=np.int64),
        laid["value"],
        [one.kind for one in facts],
        [one.region for one in facts],
        [one.peers for one in facts],
        _positions(ground, around.parts),
        only_sums=ground.positions(sorted(around.above)),
        veiled=frozenset(around.veiled),
    )


def _relevant(
    rules: Sequence[ReadRule], given: set[int], names: Names, catalogue: Catalogue
) -> list[ReadRule]:
    return [one for one in rules if _concerns(one, given, names, catalogue)]


def _span(subject_ids: list[int], given: set[int], asked: list[Period]) -> Stretch:
    starts = [one.start for one in asked]
    return Stretch(subject_ids, given, min(starts), max(starts), {one.kind for one in asked})


def _laid(proposed: Sequence[Proposed]) -> Any:
    return np.array(
        [
            (one.subject_id, one.indicator_id, one.period.start, one.period.kind,
             np.nan if one.value is None else one.value)
            for one in proposed
        ],
        dtype=ROW,
    )  # fmt: skip


def _believed(rows: Any, of: dict[int, Of], given: set[int], asked: list[Period]) -> Any:
    """What is believed of these subjects in the periods that are judged: the last row of each
    figure, if it hasn't been withdrawn."""
    chosen = rows[np.isin(rows["subject"], list(of)) & np.isin(rows["indicator"], list(given))]
    spans = {(one.start, one.kind) for one in asked}
    last = {
        (subject, indicator, start, kind): value
        for subject, indicator, start, kind, value in chosen.tolist()
        if (start, kind) in spans
    }
    known = [(*key, value) for key, value in last.items() if value == value]
    return np.array(known, dtype=ROW)


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


def _stretches(
    rules: Sequence[ReadRule],
    names: Names,
    catalogue: Catalogue,
    subject_ids: list[int],
    given: set[int],
    asked: list[Period],
) -> list[Stretch]:
    """Rows as far back as each indicator is looked at, so that little is read in vain."""
    if not asked:
        return []
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
    found = [Stretch(subject_ids, ids, start, last) for start, ids in by_first.items()]
    looked_at = [one.indicators for one in rules if one.rule.kind in _WITH_PAST]
    if looked_at:
        named = frozenset().union(*(one for one in looked_at if one is not None))
        chosen = given if None in looked_at else given & named
        found += _past(subject_ids, chosen, first, asked)
    return found


_WITH_PAST = {CheckKind.JUMP, CheckKind.OUTLIER, CheckKind.SLIP}


def _past(
    subject_ids: list[int], given: set[int], first: dict[int, int], asked: list[Period]
) -> Iterator[Stretch]:
    """Earlier figures of the same kinds, as far as they haven't been read yet."""
    start = min(min(earliest(one), one.last_year().start) for one in asked)
    last, kinds = max(one.start for one in asked), {one.kind for one in asked}
    by_end: dict[int, list[int]] = defaultdict(list)
    for pk in given:
        by_end[first.get(pk, last + 1) - 1].append(pk)
    for end, ids in by_end.items():
        if end >= start:
            yield Stretch(subject_ids, ids, start, end, kinds)


def _positions(
    ground: Ground, parts: dict[tuple[str, int], dict[int, Of]]
) -> dict[tuple[str, int], Ints]:
    return {
        (over, int(ground.positions([pk])[0])): ground.positions(sorted(found))
        for (over, pk), found in parts.items()
        if found
    }


def _of_peers(around: Around, given: set[int], asked: list[Period]) -> list[Stretch]:
    """The figures, in the same periods, of those who stand beside the subjects."""
    if not around.beside or not asked:
        return []
    return [_span(sorted(around.beside), given, asked)]


def _add_peers(case: Case, around: Around, read: Any) -> None:
    if not around.beside:
        return
    ids = case.ground.indicators
    asked = case.ground.asked
    here = np.isin(read["subject"], list(around.beside)) & np.isin(read["indicator"], ids)
    rows = without_numbers(read[here])
    peers = Ground(case.catalogue, around.beside, map(int, ids), asked, rows)
    columns = [peers.column_of.get(one, -1) for one in asked]
    case.peers = peers.values[:, :, columns]
    case.peer_classes = [around.beside[int(pk)].peers for pk in peers.subjects]
