"""A flow as a drawing: states in layers from top to bottom, arrows with the actions' names.

Arrows that go one layer down run between the boxes; those that go further, or back, have a lane of
their own at the side (down on the left, back on the right), so that none crosses a box.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from yuanheng.kernel.flow.declaration import Flow, State
from yuanheng.kernel.models import Case, CaseMove

BOX_WIDTH, BOX_HEIGHT = 132, 46
GAP_X, GAP_Y, MARGIN = 84, 64, 16
LANE_PAD = 22
FONT = 12.5


@dataclass(frozen=True)
class Box:
    """One state; ``x`` and ``y`` are its upper left corner."""

    state: State
    x: float
    y: float
    is_here: bool = False
    was_passed: bool = False

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + BOX_WIDTH / 2, self.y + BOX_HEIGHT / 2

    @property
    def width(self) -> int:
        return BOX_WIDTH

    @property
    def height(self) -> int:
        return BOX_HEIGHT

    @property
    def lines(self) -> list[tuple[float, str]]:
        """(y, text): a long title in two lines."""
        text = str(self.state.title)
        if text_width(text) <= BOX_WIDTH - 12:
            return [(self.y + BOX_HEIGHT / 2 + 5, text)]
        half = _half(text)
        return [(self.y + 19, text[:half].strip()), (self.y + 36, text[half:].strip())]


@dataclass(frozen=True)
class Arrow:
    """One or several actions between two states."""

    path: str
    label: str
    x: float
    y: float
    anchor: str = "middle"
    was_passed: bool = False


@dataclass(frozen=True)
class Diagram:
    """Ready for ``kernel/flow/_diagram.html``."""

    width: int
    height: int
    boxes: list[Box]
    arrows: list[Arrow]
    title: str
    text: str
    staying: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Edge:
    source: str
    target: str
    label: str
    was_passed: bool = False


def diagram_of(flow: Flow, case: Case | None = None, moves: Iterable[CaseMove] = ()) -> Diagram:
    """The drawing; with a ``case``, its place and the way it went are marked."""
    passed = {(move.from_state, move.to_state) for move in moves if move.from_state}
    layers = layers_of(flow)
    rows: dict[int, list[State]] = defaultdict(list)
    for state in flow.states:
        rows[layers[state.code]].append(state)
    for row in rows.values():
        row.sort(key=lambda state: not state.aside)  # lanes from above come in at the left
    edges = _edges(flow, passed)
    left, right = _lanes(edges, layers)
    return _drawn(flow, case, rows, edges, layers, left, right, passed)


def layers_of(flow: Flow) -> dict[str, int]:
    """A layer for each state: as far down as its way from the first state, in declared order.

    A state that ends aside stands beside the final ones, at the bottom.
    """
    order = {state.code: at for at, state in enumerate(flow.states)}
    found = {flow.first.code: 0}
    for state in flow.states[1:]:
        before = [
            found[source]
            for action in flow.all_actions
            if action.target == state.code
            for source in flow.sources_of(action)
            if source in found and order[source] < order[state.code]
        ]
        found[state.code] = max(before, default=0) + 1
    bottom = max(found[state.code] for state in flow.states)
    for state in flow.states:
        if state.final:
            found[state.code] = bottom
    return found


def text_width(text: str, size: float = FONT) -> float:
    """About how wide a text is: a Chinese character is as wide as high, others half of it."""
    return sum(size if ord(sign) > 0x2E7F else size * 0.58 for sign in text)


def _half(text: str) -> int:
    spaces = [at for at, sign in enumerate(text) if sign == " "]
    middle = len(text) // 2
    return min(spaces, key=lambda at: abs(at - middle), default=middle)


def _edges(flow: Flow, passed: Collection[tuple[str, str]]) -> list[_Edge]:
    labels: dict[tuple[str, str], list[str]] = defaultdict(list)
    for action in flow.all_actions:
        for source in flow.sources_of(action) if action.target else ():
            if source != action.target:
                labels[(source, action.target)].append(str(action.title))
    return [
        _Edge(source, target, _(", ").join(dict.fromkeys(names)), (source, target) in passed)
        for (source, target), names in labels.items()
    ]


def _lanes(
    edges: list[_Edge], layers: dict[str, int]
) -> tuple[list[list[_Edge]], list[list[_Edge]]]:
    """Lanes at the left for what goes further down, at the right for what goes back or sideways.

    Arrows into the same state with the same label share one lane.
    """
    left: dict[tuple[str, str], list[_Edge]] = defaultdict(list)
    right: dict[tuple[str, str], list[_Edge]] = defaultdict(list)
    for edge in edges:
        steps = layers[edge.target] - layers[edge.source]
        if steps > 1:
            left[(edge.target, edge.label)].append(edge)
        elif steps < 1:
            right[(edge.target, edge.label)].append(edge)
    return list(left.values()), list(right.values())


def _drawn(
    flow: Flow,
    case: Case | None,
    rows: dict[int, list[State]],
    edges: list[_Edge],
    layers: dict[str, int],
    left: list[list[_Edge]],
    right: list[list[_Edge]],
    passed: Collection[tuple[str, str]],
) -> Diagram:
    left_width = sum(_lane_width(lane) for lane in left)
    right_width = sum(_lane_width(lane) for lane in right)
    core = max(len(row) * (BOX_WIDTH + GAP_X) - GAP_X for row in rows.values())
    been = {state for pair in passed for state in pair}
    boxes: dict[str, Box] = {}
    for layer, row in rows.items():
        start = MARGIN + left_width + (core - (len(row) * (BOX_WIDTH + GAP_X) - GAP_X)) / 2
        for at, state in enumerate(row):
            boxes[state.code] = Box(
                state,
                start + at * (BOX_WIDTH + GAP_X),
                MARGIN + layer * (BOX_HEIGHT + GAP_Y),
                is_here=case is not None and case.state == state.code,
                was_passed=state.code in been,
            )
    arrows = [
        _down(boxes[edge.source], boxes[edge.target], edge)
        for edge in edges
        if layers[edge.target] - layers[edge.source] == 1
    ]
    arrows += _side(left, boxes, MARGIN + left_width, -1)
    arrows += _side(right, boxes, MARGIN + left_width + core, 1)
    return Diagram(
        width=round(2 * MARGIN + left_width + core + right_width),
        height=round(2 * MARGIN + len(rows) * (BOX_HEIGHT + GAP_Y) - GAP_Y),
        boxes=list(boxes.values()),
        arrows=sorted(arrows, key=lambda arrow: arrow.was_passed),
        title=str(flow.title),
        text=in_words(flow, case),
        staying=[str(one.title) for one in flow.all_actions if not one.target],
    )


def _lane_width(lane: list[_Edge]) -> float:
    return text_width(lane[0].label) + LANE_PAD


def _down(source: Box, target: Box, edge: _Edge) -> Arrow:
    x1, y1 = source.middle[0], source.y + BOX_HEIGHT
    x2, y2 = target.middle[0], target.y
    if x1 == x2:
        return Arrow(
            f"M{x1:g} {y1:g}V{y2 - 7:g}",
            edge.label,
            x1 + 7,
            (y1 + y2) / 2 + 4,
            "start",
            edge.was_passed,
        )
    bend = y2 - 22
    path = f"M{x1:g} {y1:g}V{bend:g}H{x2:g}V{y2 - 7:g}"
    middle = (x1 + x2) / 2
    return Arrow(path, edge.label, middle, bend - 6, "middle", edge.was_passed)


def _side(
    lanes: list[list[_Edge]], boxes: dict[str, Box], edge_x: float, sign: int
) -> list[Arrow]:
    """One vertical line a lane; every arrow of it leaves its box sideways and joins it."""
    arrows = []
    x = edge_x
    for number, lane in enumerate(lanes):
        line = x + sign * 14
        ys: list[float] = []
        for edge in lane:
            start, out = _way_out(boxes, edge.source, sign, number)
            into, end = _way_in(boxes, edge.target, sign, number)
            ys += [out, into]
            path = f"M{start}H{line:g}V{into:g}{end}"
            arrows.append(Arrow(path, "", 0, 0, was_passed=edge.was_passed))
        passed = any(edge.was_passed for edge in lane)
        middle = (min(ys) + max(ys)) / 2 + 4
        anchor = "start" if sign > 0 else "end"
        arrows.append(Arrow("", lane[0].label, line + sign * 5, middle, anchor, passed))
        x += sign * _lane_width(lane)
    return arrows


def _is_outermost(boxes: dict[str, Box], code: str, sign: int) -> bool:
    box = boxes[code]
    return not any(one.y == box.y and (one.x - box.x) * sign > 0 for one in boxes.values())


def _way_out(boxes: dict[str, Box], code: str, sign: int, number: int) -> tuple[str, float]:
    """Where an arrow begins, and at which height it goes to its lane: below a box that has
    another one between itself and the lane."""
    box, shift = boxes[code], min(number, 3) * 5
    if _is_outermost(boxes, code, sign):
        y = box.y + BOX_HEIGHT * 0.72 - shift
        return f"{box.x + (BOX_WIDTH if sign > 0 else 0):g} {y:g}", y
    y = box.y + BOX_HEIGHT + 8 + shift
    return f"{box.middle[0] + sign * 20:g} {box.y + BOX_HEIGHT:g}V{y:g}", y


def _way_in(boxes: dict[str, Box], code: str, sign: int, number: int) -> tuple[float, str]:
    """At which height an arrow leaves its lane, and how it ends: from above in the same case."""
    box, shift = boxes[code], min(number, 3) * 5
    if _is_outermost(boxes, code, sign):
        y = box.y + BOX_HEIGHT * 0.28 + shift
        return y, f"H{box.x + (BOX_WIDTH if sign > 0 else 0) + sign * 7:g}"
    return box.y - 14 - shift, f"H{box.middle[0] + sign * 20:g}V{box.y - 7:g}"


def in_words(flow: Flow, case: Case | None = None) -> str:
    """The drawing for those who can't see it."""
    lines = []
    for state in flow.states:
        ways = [
            _("%(action)s to “%(state)s”")
            % {"action": one.title, "state": flow.state(one.target).title}
            for one in flow.actions_from(state.code)
            if one.target and one.target != state.code
        ]
        said = _("; ").join(ways) if ways else _("final") if state.final else _("no way on")
        lines.append(_("“%(state)s”: %(ways)s.") % {"state": state.title, "ways": said})
    if case is not None:
        here = flow.state(case.state).title
        lines.insert(0, _("The case is in “%(state)s”.") % {"state": here})
    return " ".join(lines)
