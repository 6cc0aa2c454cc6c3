"""One subject's result in words and as a tree, from source figure to rank.

The words are for the person who is evaluated: what was counted, against what, what it earned.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from yuanheng.calc.evaluation.build import BuiltScheme
from yuanheng.calc.evaluation.explaining_words import (
    STATES,
    TREATMENTS,
    TURNED,
    WAYS,
    Row,
    figure_words,
    number,
    reverse_words,
    wins_words,
)
from yuanheng.calc.evaluation.own_weights import OwnWeights, best_words, own_weights
from yuanheng.calc.evaluation.program import (
    CLASS,
    GRADE,
    GROUP,
    RANK,
    RATED,
    SCORE,
    SCORED,
    Combining,
    ItemColumns,
)
from yuanheng.calc.expression import Explanation, explain
from yuanheng.calc.expression.nodes import Expr, Ref, walk
from yuanheng.calc.units import english_unit


@dataclass(frozen=True, slots=True)
class SourceFigure:
    """A figure of the table: its field, value, unit, and the cell in which it stands."""

    field: str
    name: str
    value: Any
    measure: str
    cell: str = ""


@dataclass(frozen=True, slots=True)
class ItemExplanation:
    """What one item earned and why."""

    code: str
    name: str
    dimension: str
    measure: str
    better: str
    method: str
    weight: float
    value: float | None
    benchmark: float | None
    raw: float | None
    points: float
    state: str
    zh: str
    en: str
    tree: Explanation
    sources: list[SourceFigure]
    turned: bool = False

    @property
    def lacking(self) -> float:
        """Points that the score lacks: up to full marks, or down to none where points lower it."""
        return self.points if self.turned else self.weight - self.points


@dataclass(frozen=True, slots=True)
class AdjustmentExplanation:
    """A bonus, deduction or veto, whether it applied, and the figures it looked at."""

    code: str
    name: str
    kind: str
    effect: str
    applied: bool
    points: float | None
    tree: Explanation | None
    sources: list[SourceFigure]


@dataclass(frozen=True, slots=True)
class SubjectExplanation:
    """Everything about one subject's result. ``sentences`` hold pairs of Chinese and English;
    ``own_weights`` the weights that suit the subject best, of each level that has such."""

    id: str
    name: str | None
    group: str | None
    group_name: str
    period: str
    rated: bool
    unrated_reason: str
    base: float | None
    score: float | None
    rank: int | None
    rank_of: int | None
    grade: str | None
    dimensions: list[dict[str, Any]]
    items: list[ItemExplanation]
    adjustments: list[AdjustmentExplanation]
    sentences: list[tuple[str, str]] = field(default_factory=list)
    own_weights: list[OwnWeights] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


class SubjectExplainer:
    """Explains subjects of one run; ``letters`` and the like say where the figures stand."""

    def __init__(self, built: BuiltScheme, cell_of: Any = None) -> None:
        self.built = built
        self.program = built.program
        self.names = dict(built.program.column_names)
        self.cell_of = cell_of or (lambda code, row: "")
        self.fields = {f.code: f for f in built.scheme.data.fields}
        self.measures = {f.code: f.measure for f in built.scheme.data.fields if f.measure}

    def explain(self, row: Row, rank_of: int | None = None) -> SubjectExplanation:
        """``row`` maps every column of the program, and ``subject_id``, ``subject_name`` and
        ``row_no``, to the subject's values."""
        group = row.get(GROUP)
        items = [self._item(item, row) for item in self.program.items if item.group == group]
        rated = bool(row.get(RATED, True))
        rank = row.get(RANK)
        result = SubjectExplanation(
            id=str(row["subject_id"]),
            name=row.get("subject_name"),
            group=group,
            group_name=self.program.group_names.get(group or "", ""),
            period=self.built.scheme.period,
            rated=rated,
            unrated_reason=self._unrated_reason(row),
            base=row.get(self.program.base_column),
            score=row.get(SCORE),
            rank=int(rank) if rank is not None else None,
            rank_of=rank_of,
            grade=row.get(GRADE),
            dimensions=self._dimensions(row, group),
            items=items,
            adjustments=[self._adjustment(a, row) for a in self.program.adjustments],
        )
        result.own_weights.extend(own_weights(self.program, row))
        result.sentences.extend(self._sentences(result, row))
        return result

    def _unrated_reason(self, row: Row) -> str:
        number_ = int(row.get(CLASS) or 0)
        if number_:
            return self.program.unrated[number_ - 1].zh
        if row.get(SCORED) is False:
            vetoes = [
                a.name
                for a in self.program.adjustments
                if a.effect == "cancel" and row.get(a.column)
            ]
            return "一票否决：" + "、".join(vetoes)
        return ""

    def _dimensions(self, row: Row, group: str | None) -> list[dict[str, Any]]:
        return [
            {
                "code": node.dimension,
                "name": node.name,
                "parent": node.parent,
                "weight": node.weight,
                "points": row.get(node.column),
                "way": node.way,
                "better": node.better,
                "counted": row.get(node.counted),
            }
            for node in self.program.nodes
            if node.group == group
        ]

    # --- items -----------------------------------------------------------------------------

    def _item(self, item: ItemColumns, row: Row) -> ItemExplanation:
        value, points = row.get(item.value), row.get(item.points) or 0.0
        state = int(row.get(item.state) or 0) if item.state else (0 if value is not None else 1)
        benchmark = item.constant_benchmark
        if item.benchmark is not None:
            benchmark = row.get(item.benchmark)
        raw = row.get(item.raw) if item.raw else points
        zh, en = self._item_words(
            item,
            state,
            value,
            benchmark,
            raw,
            points,
            figure_words(item, row),
            row.get(item.treated) if item.treated else None,
        )
        return ItemExplanation(
            code=item.item,
            name=item.name,
            dimension=item.dimension,
            measure=item.measure,
            better=item.better,
            method=item.method,
            weight=item.weight,
            value=value,
            benchmark=benchmark,
            raw=raw,
            points=points,
            state=STATES[state][0] if state in STATES else ("false_data" if state else ""),
            zh=zh,
            en=en,
            tree=self._tree(item.formula, row),
            sources=self._sources(item.formula, row),
            turned=item.turned,
        )

    def _item_words(
        self,
        item: ItemColumns,
        state: int,
        value: float | None,
        benchmark: float | None,
        raw: float | None,
        points: float,
        figure: tuple[str, str],
        treated: float | None,
    ) -> tuple[str, str]:
        if state:
            return self._state_words(item, state, points)
        shown, unit = number(value), item.measure
        unit = unit if unit in ("", "%") else f" {english_unit(unit)}"
        zh = f"{item.name} {shown}{item.measure}{figure[0]}"
        en = f"{item.name} is {shown}{unit}{figure[1]}"
        if benchmark is not None:
            zh += f"，标杆 {number(benchmark)}{item.measure}"
            en += f" against {number(benchmark)}{unit}"
            if item.method == "ratio_to_benchmark":
                w, b = number(item.weight), number(benchmark)
                x = number(value if treated is None else treated)
                top, bottom = (x, b) if item.better == "higher" else (b, x)
                zh += f"，{w} × {top} ÷ {bottom} = {number(raw)} 分"
                en += f": {w} × {top} ÷ {bottom} = {number(raw)} points"
        if raw is not None and item.cap is not None and raw > item.cap:
            zh += f"，超过上限，按 {number(item.cap)} 分计"
            en += f", capped at {number(item.cap)}"
        elif raw is not None and item.floor is not None and raw < item.floor:
            zh += f"，低于下限，按 {number(item.floor)} 分计"
            en += f", floored at {number(item.floor)}"
        turned_zh, turned_en = TURNED if item.turned else ("", "")
        zh += f"，得 {number(points)} 分（权重 {number(item.weight)}{turned_zh}）。"
        en += f"; {number(points)} points (weight {number(item.weight)}{turned_en})."
        return zh, en

    def _state_words(self, item: ItemColumns, state: int, points: float) -> tuple[str, str]:
        _, zh, en = STATES.get(state, ("false_data", "数据不实", "false figures"))
        how = item.treatments.get(state, "")
        how_zh, how_en = TREATMENTS.get(how, ("", ""))
        if how.startswith("points:"):
            how_zh, how_en = f"得 {how[7:]} 分", f"{how[7:]} points"
        if how.startswith("share:"):
            how_zh, how_en = (
                f"得权重的 {float(how[6:]):.0%}",
                f"{float(how[6:]):.0%} of the weight",
            )
        turned_zh, turned_en = TURNED if item.turned else ("", "")
        return (
            f"{item.name}{zh}，按方案规定{how_zh}，得 {number(points)} 分"
            f"(权重 {number(item.weight)}{turned_zh})。",
            f"{item.name} is {en}; by the scheme {how_en}: {number(points)} points "
            f"(weight {number(item.weight)}{turned_en}).",
        )

    # --- trees and sources -----------------------------------------------------------------

    def _tree(self, expr: Expr, row: Row) -> Explanation:
        return explain(expr, self._record(expr, row), self.names, self.measures)

    def _record(self, expr: Expr, row: Row) -> dict[str, Any]:
        keys = {node.key for node in walk(expr) if isinstance(node, Ref)}
        return {key: row.get(key) for key in keys}

    def _leaves(self, expr: Expr, seen: set[str]) -> list[Ref]:
        """The table's fields below an expression, through the named formulas it uses."""
        found: list[Ref] = []
        for node in walk(expr):
            if not isinstance(node, Ref) or node.key in seen:
                continue
            seen.add(node.key)
            if node.name in self.fields:
                found.append(node)
                continue
            for step in self.program.steps:
                if step.name == node.name and hasattr(step, "expr"):
                    found.extend(self._leaves(step.expr, seen))
        return found

    def field_names(self, item: ItemColumns) -> list[str]:
        """Names of the table's fields from which an item is computed."""
        return [self.fields[node.name].name for node in self._leaves(item.formula, set())]

    def _sources(self, expr: Expr, row: Row) -> list[SourceFigure]:
        figures = []
        for node in self._leaves(expr, set()):
            declared = self.fields[node.name]
            cell = self.cell_of(node.name, row.get("row_no")) if not node.shift else ""
            figures.append(
                SourceFigure(
                    node.key,
                    self.names.get(node.key, declared.name),
                    row.get(node.key),
                    declared.measure,
                    cell,
                )
            )
        return figures

    def _adjustment(self, adjustment: Any, row: Row) -> AdjustmentExplanation:
        value = row.get(adjustment.column)
        veto = adjustment.kind == "veto"
        expr = adjustment.expr
        return AdjustmentExplanation(
            code=adjustment.code,
            name=adjustment.name,
            kind=adjustment.kind,
            effect=adjustment.effect,
            applied=bool(value),
            points=None if veto else value,
            tree=self._tree(expr, row) if expr is not None else None,
            sources=self._sources(expr, row) if expr is not None else [],
        )

    # --- words -----------------------------------------------------------------------------

    def _methods(self, it: SubjectExplanation, row: Row) -> list[tuple[str, str]]:
        """How levels are put together and where weights come from, where that is no plain sum."""
        said = []
        group = it.group or ""
        nodes = [node for node in self.program.nodes if node.group == group]
        ways = [(node.name, node.combining, node.dimension) for node in nodes]
        root = self.program.root_ways.get(group, Combining())
        for name, how, code in [*ways, (it.group_name, root, "")]:
            way = how.mean
            if way != "arithmetic":
                zh, en = WAYS[way]
                if way == "power_mean":
                    zh, en = f"{zh}（{how.power:g} 次幂）", f"{en} (power {how.power:g})"
                more = wins_words(row, f"{group}//{code}") if way == "copeland" else ("", "")
                if way == "benefit_of_the_doubt":
                    more = next((best_words(o) for o in it.own_weights if o.level == code), more)
                of = f"“{name}” is the {en} of its parts{more[1]}."
                said.append((f"“{name}”按{zh}合成{more[0]}。", of))
        return said + [reverse_words(one) for one in it.dimensions if one["better"] == "lower"]

    def _sentences(self, it: SubjectExplanation, row: Row) -> list[tuple[str, str]]:
        said: list[tuple[str, str]] = []
        who = it.name or it.id
        if it.score is None:
            said.append(
                (
                    f"{who}本期不计分。{it.unrated_reason}",
                    f"{who} has no score this time. {it.unrated_reason}",
                )
            )
        else:
            place = f"，在{it.group_name} {it.rank_of} 家中列第 {it.rank} 位" if it.rank else ""
            place_en = f", rank {it.rank} of {it.rank_of} in {it.group_name}" if it.rank else ""
            grade = f"，评为 {it.grade} 档" if it.grade else ""
            grade_en = f", grade {it.grade}" if it.grade else ""
            said.append(
                (
                    f"{who}本期得 {number(it.score)} 分{place}{grade}。",
                    f"{who} scores {number(it.score)}{place_en}{grade_en}.",
                )
            )
            if it.unrated_reason:
                said.append(
                    (f"不参加排名：{it.unrated_reason}", f"Not ranked: {it.unrated_reason}")
                )
        said.extend(self._strengths(it))
        said.extend(self._methods(it, row))
        for adjustment in it.adjustments:
            if adjustment.applied:
                points = "" if adjustment.points is None else f" {adjustment.points:+g} 分"
                said.append(
                    (
                        f"{adjustment.name}{points}。",
                        f"{adjustment.name}{points.replace('分', 'points')}.",
                    )
                )
        return said

    def _strengths(self, it: SubjectExplanation) -> list[tuple[str, str]]:
        """Where most points were lost against the weight, and where most were won."""
        scored = [item for item in it.items if item.weight > 0]
        if not scored or it.score is None:
            return []
        lost = sorted(scored, key=lambda i: -i.lacking)[:2]
        lost = [i for i in lost if i.lacking > 0]
        won = [i for i in sorted(scored, key=lambda i: i.lacking) if i.lacking < 0]
        said = []
        if lost:
            zh = "、".join(f"{i.name}（差 {number(i.lacking, 2)} 分）" for i in lost)
            en = ", ".join(f"{i.name} ({number(i.lacking, 2)} points)" for i in lost)
            said.append((f"失分最多的是：{zh}。", f"Most points are lost on {en}."))
        if won:
            zh = "、".join(f"{i.name}（多 {number(-i.lacking, 2)} 分）" for i in won[:2])
            en = ", ".join(f"{i.name} ({number(-i.lacking, 2)} points)" for i in won[:2])
            said.append((f"超过权重分的是：{zh}。", f"Above the weight: {en}."))
        return said
