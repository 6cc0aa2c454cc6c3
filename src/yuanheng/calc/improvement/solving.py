"""The least change as a mixed-integer linear program, solved with HiGHS (decision 0027).

Variables, in units of the subject's own figures: for each lever the change u, its parts p − q = u
(the effort is Σ cost·(p + q)), and for each piece a switch y and the u that lies on it, so that
the change of points is linear in them (the multiple-choice model of a piecewise-linear function,
Croxton, Gendron and Magnanti 2003). For a rank each rival that could be on either side has a
switch that says it may stay ahead.

Where the slopes of a lever's pieces only fall (a cap, a benchmark that the figure itself lifts),
its switches need not be whole numbers: a mixture of pieces never lies above the curve, so a way
that the relaxed program accepts is one that the curve accepts too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from yuanheng.calc.improvement.effects import Effect

Array = npt.NDArray[Any]
INF = float("inf")
SECONDS, SECONDS_ROUGH = 4.0, 1.0
GAP, GAP_ROUGH = 1e-7, 1e-5
TOLERANCE = 1e-9
WIDER = 1.05


@dataclass(frozen=True, slots=True)
class Need:
    """What the change must reach, in points before rounding.

    ``points``: the subject's own gain. ``ahead_of``: of rivals (row, points that the subject must
    gain on it) all but ``may_stay`` must be passed."""

    points: float | None = None
    ahead_of: Sequence[tuple[int, float]] = ()
    may_stay: int = 0


@dataclass(slots=True)
class _Model:
    """Rows and columns as they are put together."""

    costs: list[float] = field(default_factory=list)
    lows: list[float] = field(default_factory=list)
    highs: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    rows: list[tuple[float, float, dict[int, float]]] = field(default_factory=list)

    def column(self, low: float, high: float, cost: float = 0.0, whole: bool = False) -> int:
        self.costs.append(cost)
        self.lows.append(low)
        self.highs.append(high)
        self.whole.append(whole)
        return len(self.costs) - 1

    def row(self, low: float, high: float, terms: dict[int, float]) -> None:
        self.rows.append((low, high, terms))

    def _program(self, highspy: Any) -> Any:
        """The columns and rows as the solver takes them, all at once."""
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = len(self.costs), len(self.rows)
        program.col_cost_ = np.array(self.costs)
        program.col_lower_, program.col_upper_ = np.array(self.lows), np.array(self.highs)
        kinds = highspy.HighsVarType
        program.integrality_ = [kinds.kInteger if w else kinds.kContinuous for w in self.whole]
        program.row_lower_ = np.array([low for low, _, _ in self.rows])
        program.row_upper_ = np.array([high for _, high, _ in self.rows])
        matrix = program.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kRowwise
        matrix.start_ = np.cumsum([0, *(len(terms) for _, _, terms in self.rows)])
        matrix.index_ = np.array([at for _, _, terms in self.rows for at in terms])
        matrix.value_ = np.array([value for _, _, terms in self.rows for value in terms.values()])
        return program

    def solve(self, exact: bool) -> Array | None:
        """The values of the columns; None if there are none that fit."""
        # Loaded when it is needed: whoever only evaluates does not wait for it.
        import highspy

        solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in (
            ("output_flag", False),
            ("threads", 1),
            ("random_seed", 0),
            # Few whole ones among many columns: presolving costs more than it saves.
            ("presolve", "off"),
            # Nor do searches around the root pay: the programs are solved at it or near it.
            ("mip_heuristic_run_rins", False),
            ("mip_heuristic_run_rens", False),
            ("mip_heuristic_run_root_reduced_cost", False),
            ("mip_detect_symmetry", False),
            ("time_limit", SECONDS if exact else SECONDS_ROUGH),
            ("mip_rel_gap", GAP if exact else GAP_ROUGH),
            ("mip_abs_gap", 1e-10),
            ("primal_feasibility_tolerance", TOLERANCE),
            ("mip_feasibility_tolerance", TOLERANCE),
        ):
            solver.setOptionValue(name, value)
        solver.passModel(self._program(highspy))
        solver.run()
        status = solver.getModelStatus()
        good = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kTimeLimit)
        solution = solver.getSolution()
        if status not in good or not solution.value_valid:
            return None
        return np.array(solution.col_value)


def solve(
    effects: Sequence[Effect],
    need: Need | None,
    effort: float | None = None,
    *,
    proven: bool = True,
) -> list[float] | None:
    """The levers' changes (in their scales) of least effort that meet the need; None if none does.
    Without a need: the changes that earn the most points, of these those of less effort.
    ``effort``: what a way that is known takes; dearer ones need not be looked at. ``proven``: to
    the last digit where all pieces are exact; else as near as pieces are."""
    if need is not None and effort is not None:
        need = _doubtful(effects, need, effort)
    model = _Model()
    gains: dict[int, float] = {}
    rivals: dict[int, dict[int, float]] = {row: {} for row, _ in (need.ahead_of if need else ())}
    moves = [_lever(model, effect, gains, rivals, need is None) for effect in effects]
    if need is None:
        for column, points in gains.items():
            model.costs[column] -= points
    elif need.points is not None:
        model.row(need.points, INF, gains)
    if need is not None and need.ahead_of:
        _pass_rivals(model, effects, gains, rivals, need)
    if need is not None and effort is not None:
        costs = {at: cost for at, cost in enumerate(model.costs) if cost}
        model.row(-INF, effort * WIDER, costs)
    found = model.solve(proven and all(effect.exact for effect in effects))
    return None if found is None else [float(found[at]) for at in moves]


def _lever(
    model: _Model,
    effect: Effect,
    gains: dict[int, float],
    rivals: dict[int, dict[int, float]],
    most: bool,
) -> int:
    lever, pieces = effect.lever, effect.pieces
    low, high = pieces[0].start, pieces[-1].end
    cost = lever.cost * (1e-7 if most else 1.0)
    move = model.column(low, high)
    up, down = model.column(0, max(high, 0), cost), model.column(0, max(-low, 0), cost)
    model.row(0, 0, {move: 1.0, up: -1.0, down: 1.0})
    if lever.whole:
        count = model.column(-INF, INF, whole=True)
        model.row(lever.now, lever.now, {count: 1.0, move: -lever.scale})
    at = {int(row): n + 1 for n, row in enumerate(effect.others)}
    on, part = [], []
    pick_one = not effect.falling_slopes
    for piece in pieces:
        switch = model.column(0, 1, whole=pick_one)
        inside = model.column(min(piece.start, 0), max(piece.end, 0))
        model.row(-INF, 0, {switch: piece.start, inside: -1.0})
        model.row(-INF, 0, {inside: 1.0, switch: -piece.end})
        slope = piece.slope
        level = piece.low - slope * piece.start
        gains[inside], gains[switch] = float(slope[0]), float(level[0])
        for row, terms in rivals.items():
            if row in at:
                terms[inside], terms[switch] = float(slope[at[row]]), float(level[at[row]])
        on.append(switch)
        part.append(inside)
    model.row(1, 1, dict.fromkeys(on, 1.0))
    model.row(0, 0, {move: -1.0, **dict.fromkeys(part, 1.0)})
    return move


def _doubtful(effects: Sequence[Effect], need: Need, effort: float) -> Need:
    """The need with only those rivals whose order can change within the effort.

    A rival at a gap of h − m to h + m, where m is the most that the effort can move it, must be
    passed, may be passed or need not be: with all but s to pass, the gap that counts is the one
    that s rivals exceed, and whoever is above or below it for certain has no say in it.
    """
    rivals = need.ahead_of
    if not rivals:
        return need
    gaps = np.array([gap for _, gap in rivals])
    spread = np.array(
        [
            WIDER * effort * max((e.reach.get(row, 0.0) for e in effects), default=0.0)
            for row, _ in rivals
        ]
    )
    to_pass = len(rivals) - need.may_stay
    if to_pass <= 0:
        return Need(need.points)
    lowest, highest = (np.sort(ends)[to_pass - 1] for ends in (gaps - spread, gaps + spread))
    ahead, passed = gaps - spread > highest, gaps + spread < lowest
    kept = [rival for n, rival in enumerate(rivals) if not (ahead[n] or passed[n])]
    return Need(need.points, kept, need.may_stay - int(ahead.sum()))


def _pass_rivals(
    model: _Model,
    effects: Sequence[Effect],
    gains: dict[int, float],
    rivals: dict[int, dict[int, float]],
    need: Need,
) -> None:
    """own gain − rival's gain ≥ gap for each rival, unless its switch lets it stay ahead."""
    stays = []
    for row, gap in need.ahead_of:
        terms = dict(gains)
        for column, points in rivals[row].items():
            terms[column] = terms.get(column, 0.0) - points
        least = sum(effect.least.get(row, effect.least_own) for effect in effects)
        if least >= gap:
            continue
        switch = model.column(0, 1, whole=True)
        model.row(gap, INF, {**terms, switch: gap - least})
        stays.append(switch)
    if stays:
        model.row(-INF, need.may_stay, dict.fromkeys(stays, 1.0))
