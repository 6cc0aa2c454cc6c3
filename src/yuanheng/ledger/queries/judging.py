"""The rules of checks on whole columns: which figures break which rule, and in which words.

Comparisons are judged by place (subject × period), the ready-made kinds by figure. Words are made
only for what was found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from yuanheng.calc.expression import Ref
from yuanheng.calc.figures import (
    SLIPS,
    breaks,
    changes,
    dimension_of,
    robust_scores,
    row_medians,
    scores_against,
    unit_slips,
)
from yuanheng.calc.periods import CUMULATIVE, HALF, MONTH, QUARTER, YEAR, Period
from yuanheng.ledger.choices import Against, CheckKind, Frequency
from yuanheng.ledger.models import CheckRule, Indicator
from yuanheng.ledger.queries.catalogue import Catalogue
from yuanheng.ledger.queries.ground import Floats, Ground, Ints, finite, shifted
from yuanheng.ledger.rules import Comparison, Names, ReadRule, Term

Bools = NDArray[np.bool_]
SMALL, SMALL_POINTS = 0.1, 2.0  # a tenth of the middle, or points of a rate: no outlier
_KINDS = {Frequency.MONTH: MONTH, Frequency.QUARTER: QUARTER, Frequency.HALF: HALF,
          Frequency.YEAR: YEAR}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule broken at a figure, with the numbers that say why (kept measures)."""

    rule: ReadRule
    place: int  # of the figure, or of the place for a comparison
    indicator: int
    left: float
    right: float = float("nan")
    detail: Any = None
    involved: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Undecided:
    """A rule that can't be judged somewhere: ``missing`` names that aren't known; none where the
    figures are there and a divisor is 0."""

    rule: ReadRule
    place: int
    missing: tuple[str, ...]


@dataclass
class Case:
    """Everything that is judged at once. Figures are parallel arrays of positions in ``ground``;
    places are the (subject, period) pairs in which they stand."""

    ground: Ground
    names: Names
    catalogue: Catalogue
    subject_names: Sequence[str]
    indicator: Ints
    subject: Ints
    asked: Ints
    value: Floats
    kinds: Sequence[str]  # of each subject of the ground
    regions: Sequence[str]  # its division code
    classes: Sequence[str]  # with whom it is compared
    members: Mapping[tuple[str, int], Ints] = field(default_factory=dict)  # (over, subject) → rows
    peers: Floats | None = None  # like ground.values[:, :, asked], of those beside it
    peer_classes: Sequence[str] = ()
    # Regions of which a checked park is part: only sums are judged of them.
    only_sums: Sequence[int] | Ints = ()
    veiled: frozenset[int] = frozenset()  # subjects whose sums would tell what isn't shown

    def __post_init__(self) -> None:
        codes = self.subject * len(self.ground.asked) + self.asked
        found, first = np.unique(codes, return_index=True)
        self.place_of = np.searchsorted(found, codes)
        self.place_subject, self.place_asked = self.subject[first], self.asked[first]
        self.given = np.zeros((len(self.ground.indicators), len(found)), dtype=bool)
        self.given[self.indicator, self.place_of] = ~np.isnan(self.value)
        self._terms: dict[str, Floats] = {}
        self._kind = np.array(self.kinds, dtype=object)
        self._region = np.array(self.regions, dtype=object)

    place_of: Ints = field(init=False)
    place_subject: Ints = field(init=False)
    place_asked: Ints = field(init=False)
    given: Bools = field(init=False)
    _terms: dict[str, Floats] = field(init=False)
    _kind: NDArray[Any] = field(init=False)
    _region: NDArray[Any] = field(init=False)

    # where a rule applies

    def applies(self, rule: CheckRule, subject: Ints, asked: Ints) -> Bools:
        """Of each place or figure, whether the rule speaks of its subject and its period."""
        fits = np.array([_is_asked(rule, one) for one in self.ground.asked], dtype=bool)[asked]
        if rule.kind != CheckKind.PARTS and len(self.only_sums):
            fits = fits & ~np.isin(subject, self.only_sums)
        if rule.kind == CheckKind.PARTS:
            fits = fits & (self._kind[subject] == "region")
        elif rule.subject_kind:
            fits = fits & (self._kind[subject] == rule.subject_kind)
        if rule.region:
            inside = np.array([str(one).startswith(rule.region) for one in self._region])
            fits = fits & inside[subject]
        return fits

    # the columns of comparisons

    def column(self, ref: Ref) -> Floats:
        """One value for each place."""
        if ref.key not in self._terms:
            term = self.names.terms[ref.name]
            targets = tuple(_target(term, ref, one) for one in self.ground.asked)
            grid = self.ground.grid(self.of(ref), targets)
            if term.over:
                self._terms[ref.key] = self._summed(self.of(ref), term.over, grid)
            else:
                self._terms[ref.key] = grid[self.place_subject, self.place_asked]
        return self._terms[ref.key]

    def of(self, ref: Ref) -> Indicator:
        """The indicator behind a name of a rule."""
        return self.catalogue.by_code[self.names.terms[ref.name].code]

    def _summed(self, indicator: Indicator, over: str, grid: Floats) -> Floats:
        """Sums over the parts of each place's subject. Parts that never reported the indicator
        don't count; of one that did, the figure must be known."""
        at = self.ground.row_of.get(indicator.pk)
        ever = ~np.isnan(grid).all(axis=1)
        if at is not None:
            ever = ever | ~np.isnan(self.ground.values[at]).all(axis=1)
        found = np.full(len(self.place_subject), np.nan)
        for subject in np.unique(self.place_subject).tolist():
            parts = self.members.get((over, subject))
            parts = parts[ever[parts]] if parts is not None else None
            if parts is not None and len(parts):
                here = self.place_subject == subject
                found[here] = grid[parts].sum(axis=0)[self.place_asked[here]]
        return found

    # earlier figures of the ready-made kinds

    @cached_property
    def earlier(self) -> Floats:
        return self.ground.history(self.indicator, self.subject, self.asked)

    @cached_property
    def usual(self) -> Floats:
        """The median of each figure's own past."""
        return row_medians(self.earlier)

    @cached_property
    def last_year(self) -> Floats:
        columns = np.array(
            [self.ground.column_of.get(one.last_year(), -1) for one in self.ground.asked]
        )
        return self.ground.values[self.indicator, self.subject, columns[self.asked]]

    @cached_property
    def own_indicators(self) -> list[Indicator]:
        """The indicator of each row of the cube."""
        return [self.catalogue.by_id[int(pk)] for pk in self.ground.indicators]

    @cached_property
    def is_rate(self) -> Bools:
        flags = [one.is_rate or bool(one.growth_of_id) for one in self.own_indicators]
        return np.array(flags, dtype=bool)[self.indicator]

    @cached_property
    def slips(self) -> Ints:
        """The slip that explains each figure, or −1."""
        dimensions = [dimension_of(one.measure) for one in self.own_indicators]
        of_figure = np.array(dimensions, dtype=object)[self.indicator]
        found = np.full(len(self.value), -1, dtype=np.int64)
        for one in set(dimensions):
            here = of_figure == one
            found[here] = unit_slips(self.value[here], self.usual[here], one)
        return found

    def chosen(self, read: ReadRule) -> Bools:
        """The figures that a ready-made rule looks at."""
        fits = self.applies(read.rule, self.subject, self.asked) & ~np.isnan(self.value)
        if read.indicators is not None:
            of = np.array([int(pk) in read.indicators for pk in self.ground.indicators])
            fits = fits & of[self.indicator]
        return fits


def _is_asked(rule: CheckRule, period: Period) -> bool:
    day = period.last_day
    if rule.valid_from > day or (rule.valid_until is not None and rule.valid_until < day):
        return False
    if not rule.frequency:
        return True
    if period.kind > CUMULATIVE:
        return bool(rule.frequency == Frequency.MONTH)
    return bool(_KINDS[Frequency(rule.frequency)] == period.kind)


def _target(term: Term, ref: Ref, period: Period) -> Period:
    at = shifted(period, ref.shift)
    return at.from_january() if term.is_cumulative else at


def judge(case: Case, rules: Sequence[ReadRule]) -> tuple[list[Hit], list[Undecided]]:
    """Every rule on every figure."""
    hits: list[Hit] = []
    undecided: list[Undecided] = []
    with np.errstate(all="ignore"):
        for read in rules:
            for compared in read.comparisons:
                _compare(case, read, compared, hits, undecided)
            hits += _READY.get(read.rule.kind, _nothing)(case, read)
    return hits, undecided


def _nothing(case: Case, read: ReadRule) -> Iterator[Hit]:
    return iter(())


def _compare(
    case: Case, read: ReadRule, compared: Comparison, hits: list[Hit], undecided: list[Undecided]
) -> None:
    own = [ref for ref in compared.refs if not ref.shift and not case.names.terms[ref.name].over]
    leaves = list(dict.fromkeys(
        leaf for ref in own for leaf in leaves_of(case.of(ref), case.catalogue)
    ))  # fmt: skip
    rows = [case.ground.row_of[one] for one in leaves if one in case.ground.row_of]
    if not rows:
        return
    given = case.given[rows]
    here = given.any(axis=0) & case.applies(read.rule, case.place_subject, case.place_asked)
    if not here.any():
        return
    columns = {ref.key: case.column(ref) for ref in compared.refs}
    count = len(case.place_subject)
    left, right = (
        finite(np.broadcast_to(np.asarray(side(columns), dtype=np.float64), (count,)))
        for side in (compared.left, compared.right)
    )
    rule = read.rule
    relation: Any = rule.operator if rule.kind == CheckKind.COMPARISON else "="
    broken = breaks(left, relation, right, percent=rule.tolerance_percent, absolute=rule.tolerance)
    involved = tuple(case.of(ref).pk for ref in compared.refs)
    for place in np.flatnonzero(here & (broken == 1)).tolist():
        lead = next(row for row, there in zip(rows, given[:, place], strict=True) if there)
        hits.append(
            Hit(read, place, lead, float(left[place]), float(right[place]), compared, involved)
        )
    for place in np.flatnonzero(here & np.isnan(broken)).tolist():
        missing = tuple(
            dict.fromkeys(ref_text(case, ref) for ref in compared.refs
                          if np.isnan(columns[ref.key][place]))
        )  # fmt: skip
        undecided.append(Undecided(read, place, missing))


def ref_text(case: Case, ref: Ref) -> str:
    """A name as the rule's author wrote it."""
    name = case.names.symbols[ref.name].name
    return {"previous": f"上期({name})", "last_year": f"上年同期({name})"}.get(ref.shift, name)


def leaves_of(indicator: Indicator, catalogue: Catalogue) -> list[int]:
    """Numbers of the reported indicators that one is made of; its own if it is reported."""
    found, waiting, seen = [], [indicator], set()
    while waiting:
        one = waiting.pop(0)
        if one.pk in seen:
            continue
        seen.add(one.pk)
        found.append(one.pk)
        formula = catalogue.formulas.get(one.pk)
        if formula is not None:
            refs = formula.checked.references
            waiting += [catalogue.by_code[ref.name] for ref in refs]
    return found


def _jumps(case: Case, read: ReadRule) -> Iterator[Hit]:
    rule, fits = read.rule, case.chosen(read)
    is_cumulative = np.array([one.kind > CUMULATIVE for one in case.ground.asked])[case.asked]
    # A cumulative figure holds the one before it: that it grows says nothing.
    sides = (
        (rule.limit_previous, case.earlier[:, 0], fits & ~is_cumulative, "previous"),
        (rule.limit_last_year, case.last_year, fits, "last_year"),
    )
    for limit, before, here, which in sides:
        if limit is None:
            continue
        moved = changes(case.value, before, in_points=case.is_rate)
        for at in np.flatnonzero(here & (np.abs(moved) > limit + 1e-9)).tolist():
            detail = (which, float(moved[at]), bool(case.is_rate[at]))
            indicator = int(case.indicator[at])
            yield Hit(read, at, indicator, float(case.value[at]), float(before[at]), detail,
                      (int(case.ground.indicators[indicator]),))  # fmt: skip


def _slips(case: Case, read: ReadRule) -> Iterator[Hit]:
    for at in np.flatnonzero(case.chosen(read) & (case.slips >= 0)).tolist():
        indicator = int(case.indicator[at])
        yield Hit(read, at, indicator, float(case.value[at]), float(case.usual[at]),
                  SLIPS[int(case.slips[at])],
                  (int(case.ground.indicators[indicator]),))  # fmt: skip


def _outliers(case: Case, read: ReadRule) -> Iterator[Hit]:
    if read.rule.against == Against.PEERS:
        scores, middles = _among_peers(case)
    else:
        scores, middles = scores_against(case.earlier, case.value), case.usual
    away = np.abs(case.value - middles)
    # A stock that never moves makes every step an outlier: small steps are none.
    is_small = np.where(case.is_rate, away <= SMALL_POINTS, away <= SMALL * np.abs(middles))
    far = case.chosen(read) & (np.abs(scores) > read.rule.threshold) & ~is_small
    for at in np.flatnonzero(far).tolist():
        indicator = int(case.indicator[at])
        yield Hit(read, at, indicator, float(case.value[at]), float(middles[at]),
                  (str(read.rule.against), float(scores[at])),
                  (int(case.ground.indicators[indicator]),))  # fmt: skip


def _among_peers(case: Case) -> tuple[Floats, Floats]:
    """Scores and medians of each figure in its class in the same period. Sizes are compared as
    powers of ten, since parks of one class differ manifold; rates as they are."""
    scores = np.full(len(case.value), np.nan)
    middles = np.full(len(case.value), np.nan)
    if case.peers is None:
        return scores, middles
    own, others = np.array(case.classes, dtype=object), np.array(case.peer_classes, dtype=object)
    keys = list(zip(case.indicator.tolist(), case.asked.tolist(),
                    own[case.subject].tolist(), strict=True))  # fmt: skip
    groups: dict[tuple[int, int, str], list[int]] = {}
    for at, key in enumerate(keys):
        if key[2]:
            groups.setdefault(key, []).append(at)
    for (indicator, asked, name), figures in groups.items():
        beside = case.peers[indicator, others == name, asked]
        x = np.concatenate([case.value[figures], beside[~np.isnan(beside)]])
        if not case.is_rate[figures[0]]:
            x = np.log10(np.where(x > 0, x, np.nan))
        scores[figures] = robust_scores(x)[: len(figures)]
        known = x[~np.isnan(x)]
        middle = float(np.median(known)) if known.size else float("nan")
        middles[figures] = middle if case.is_rate[figures[0]] else 10.0**middle
    return scores, middles


_READY: dict[str, Any] = {
    CheckKind.JUMP: _jumps,
    CheckKind.SLIP: _slips,
    CheckKind.OUTLIER: _outliers,
}
