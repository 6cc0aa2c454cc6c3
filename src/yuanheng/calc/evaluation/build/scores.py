"""From items to the score, the ranks and the grade."""

from __future__ import annotations

from yuanheng.calc.evaluation.build.context import Context
from yuanheng.calc.evaluation.build.population import flag_undecided
from yuanheng.calc.evaluation.build.rounding import rounded
from yuanheng.calc.evaluation.build.terms import (
    TRUE,
    add,
    both,
    call,
    choose,
    clamp,
    eq,
    ge,
    le,
    lt,
    mul,
    negate,
    ref,
    sub,
    surely,
)
from yuanheng.calc.evaluation.program import (
    GRADE,
    GROUP,
    RANK,
    RATED,
    SCORE,
    SCORED,
    AdjustmentColumns,
    Aggregate,
    Rank,
    RankKey,
    Reason,
    ScopeRank,
)
from yuanheng.calc.expression import Symbol
from yuanheng.calc.expression.nodes import Const, Expr
from yuanheng.calc.faults import Fault
from yuanheng.calc.scheme.model import Adjustment, GradeMove, GradeRule, Grades

UNKNOWN_NUMBER = Const(None, "unknown")


def _adjustment_points(context: Context, adjustment: Adjustment, path: str) -> Expr | None:
    """The points of one bonus (positive) or deduction (negative) before its cap."""
    sign = 1 if adjustment.kind == "bonus" else -1
    if adjustment.points is not None:
        checked = context.compile(adjustment.points, f"{path}.points", "number")
        if checked is None:
            return None
        points = checked.expr
        # A deduction may be written as 3 or as −3: it always takes points away.
        return points if sign > 0 else sub(0, call("abs", points))
    parts: list[Expr] = []
    for number, event in enumerate(adjustment.per_event):
        checked = context.compile(event.count, f"{path}.per_event[{number}].count", "number")
        if checked is None:
            return None
        parts.append(mul(sign * abs(event.points), checked.expr))
    return add(*parts)


def build_adjustments(context: Context) -> tuple[list[Expr], list[tuple[Expr, float]]]:
    """The bonus and deduction totals, and the failures where an unknown count may not pass."""
    totals: dict[str, list[Expr]] = {"bonus": [], "deduction": []}
    failures: list[tuple[Expr, float]] = []
    for number, adjustment in enumerate(context.scheme.adjustments):
        path = f"adjustments[{number}]"
        points = _adjustment_points(context, adjustment, path)
        if points is None:
            continue
        if adjustment.cap != "none":
            cap = abs(adjustment.cap)
            points = clamp(points, *((None, cap) if adjustment.kind == "bonus" else (-cap, None)))
        raw = context.define(f"_adjust/{adjustment.code}/known", points)
        flag_undecided(context, raw, adjustment.code)
        if adjustment.unknown == "fail":
            context.program.reasons.append(
                Reason(
                    f"fail:{adjustment.code}",
                    f"“{adjustment.name}”缺少数据，方案规定不予评价；请核实后重报。",
                    f"“{adjustment.name}” has no figure; the scheme then does not evaluate.",
                )
            )
            failures.append((negate(call("is_known", raw)), len(context.program.reasons)))
        column = context.define(f"_adjust/{adjustment.code}", call("coalesce", raw, 0.0))
        context.program.adjustments.append(
            AdjustmentColumns(
                adjustment.code, adjustment.name, adjustment.kind, column.name, "", points
            )
        )
        context.program.column_names[column.name] = adjustment.name
        totals[adjustment.kind].append(column)
    limits = context.scheme.adjustment_limits
    sums: list[Expr] = []
    if totals["bonus"]:
        sums.append(clamp(add(*totals["bonus"]), None, limits.bonus))
    if totals["deduction"]:
        low = -abs(limits.deduction) if limits.deduction is not None else None
        sums.append(clamp(add(*totals["deduction"]), low, None))
    return sums, failures


def build_score(context: Context, trees: dict[str, Expr], sums: list[Expr]) -> None:
    """The score of whoever is scored, rounded as the scheme says before anything is ranked."""
    codes = list(trees)
    base = trees[codes[-1]]
    for code in reversed(codes[:-1]):
        base = choose([(surely(eq(ref(GROUP), Const(code, "text"))), trees[code])], base)
    column = context.define("_base", base)
    context.program.base_column = column.name
    score = context.scheme.score
    total = clamp(add(column, *sums), score.floor, score.cap)
    final = rounded(context, context.define("_total", total), score.digits)
    context.program.digits = score.digits
    context.define(SCORE, choose([(ref(SCORED), final)], UNKNOWN_NUMBER))


def _rank_keys(context: Context) -> tuple[RankKey, ...]:
    keys = [RankKey(ref(SCORE), True)]
    for number, tie in enumerate(context.scheme.ranking.ties):
        checked = context.compile(tie.by, f"ranking.ties[{number}].by", "number")
        if checked is not None:
            column = context.define(context.serial("tie"), checked.expr)
            keys.append(RankKey(column, tie.order == "desc"))
    return tuple(keys)


def build_ranks(context: Context) -> tuple[RankKey, ...]:
    """The rank within the main scope and within each further scope."""
    ranking = context.scheme.ranking
    keys = _rank_keys(context)
    by = context.scope(ranking.scope, "ranking.scope")
    context.program.rank_by = by
    context.program.steps.append(Rank(RANK, keys, ref(RATED), by))
    for number, scope in enumerate(ranking.also):
        column = f"{RANK}/{number}"
        further = context.scope(scope, f"ranking.also[{number}]")
        context.program.steps.append(Rank(column, keys, ref(RATED), further))
        context.program.ranks.append(ScopeRank(scope, further, column))
    return keys


def _quota(context: Context, share: float, rounding: str, base: Expr) -> Expr:
    """How many places a share of the base is; float noise pushes no exact product over."""
    exact = call("round", mul(share, base), 6)
    if rounding == "down":
        return call("floor", exact)
    if rounding == "up":
        return call("ceil", exact)
    return call("floor", add(exact, 0.5))


class _Grading:
    """One ``grades`` block at work: the places in its scope, its rules, its moves."""

    def __init__(
        self, context: Context, grades: Grades, path: str, keys: tuple[RankKey, ...]
    ) -> None:
        self.context, self.grades, self.path, self.keys = context, grades, path, keys
        self.by = context.scope(grades.scope, f"{path}.scope")
        self.index = {grade: float(n) for n, grade in enumerate(grades.scale)}
        self._columns: dict[str, Expr] = {}

    def column(self, which: str) -> Expr:
        """Place from the top or the bottom, or the size of a base; made when first needed."""
        if which in self._columns:
            return self._columns[which]
        steps = self.context.program.steps
        name = self.context.serial(which)
        if which == "top":
            steps.append(Rank(name, self.keys, ref(RATED), self.by))
        elif which == "bottom":
            back = tuple(RankKey(k.expr, not k.descending) for k in self.keys)
            steps.append(Rank(name, _unknown_first(back), ref(RATED), self.by))
        else:
            where: Expr = ref(RATED)
            if which == "base" and self.grades.base == "participants":
                where = self.context.takes_part
            steps.append(Aggregate(name, "count", Const(1.0), where, self.by))
        self._columns[which] = ref(name)
        return ref(name)

    def place(self, end: str) -> Expr:
        """The place that counts against a quota: with ``ties: worse`` all equals must fit in."""
        other = {"top": "bottom", "bottom": "top"}[end]
        strict = self.grades.ties == ("worse" if end == "top" else "better")
        if not strict:
            return self.column(end)
        return add(sub(self.column("rated"), self.column(other)), 1)

    def fault(self, path: str, code: str, zh: str, en: str) -> None:
        self.context.faults.append(Fault(code, zh, en, path=path))

    def grade_index(self, grade: str | None, path: str) -> float:
        if grade in self.index:
            return self.index[grade]
        scale = "、".join(self.grades.scale)
        self.fault(
            path,
            "unknown_grade",
            f"“{grade}”不在档次 {scale} 之中。",
            f"“{grade}” is not one of the grades {scale}.",
        )
        return 0.0

    def rule(self, rule: GradeRule, path: str, symbols: dict[str, Symbol]) -> Expr:
        """The condition under which a rule gives its grade."""
        conditions: list[Expr] = []
        base = self.column("base") if rule.top is not None or rule.bottom is not None else None
        if base is not None and rule.top is not None:
            quota = _quota(self.context, rule.top, rule.rounding or "down", base)
            conditions.append(surely(le(self.place("top"), quota)))
        if base is not None and rule.bottom is not None:
            quota = _quota(self.context, rule.bottom, rule.rounding or "down", base)
            conditions.append(surely(le(self.place("bottom"), quota)))
        if rule.score_at_least is not None:
            conditions.append(surely(ge(ref(SCORE), rule.score_at_least)))
        if rule.score_below is not None:
            conditions.append(surely(lt(ref(SCORE), rule.score_below)))
        if rule.when is not None:
            condition = self.context.condition(rule.when, f"{path}.when", symbols)
            if condition is not None:
                conditions.append(surely(condition))
                flag_undecided(self.context, condition, f"grade {rule.grade}")
        return both(*conditions)

    def build(self) -> Expr:
        """The grade's number (0 is the best) by rules and moves."""
        symbols = _result_symbols()
        cases: list[tuple[Expr, float]] = []
        for number, rule in enumerate(self.grades.rules):
            path = f"{self.path}.rules[{number}]"
            index = self.grade_index(rule.grade, f"{path}.grade")
            cases.append((self.rule(rule, path, symbols), index))
        if cases[-1][0] != TRUE:
            self.fault(
                f"{self.path}.rules",
                "grades_not_exhaustive",
                "最后一条档次规则应不带条件，作为“其余”的档次；否则有主体会没有档次。",
                "The last grade rule must have no condition, for all the rest.",
            )
        grade: Expr = self.context.define(
            self.context.serial("grade"), choose(list(cases[:-1]), cases[-1][1])
        )
        for number, move in enumerate(self.grades.moves):
            grade = self._move(grade, move, f"{self.path}.moves[{number}]", symbols)
        return self._vetoes(grade)

    def _move(self, grade: Expr, move: GradeMove, path: str, symbols: dict[str, Symbol]) -> Expr:
        condition = self.context.condition(move.when, f"{path}.when", symbols)
        if condition is None:
            return grade
        flag_undecided(self.context, condition, f"move {path.rsplit('.', 1)[-1]}")
        applies = self.context.define(
            self.context.serial("move"), both(ref(RATED), surely(condition)), "boolean"
        )
        self.context.program.adjustments.append(
            AdjustmentColumns(
                path.rsplit(".", 1)[-1].replace("[", "_").rstrip("]"),
                move.reason,
                "veto",
                applies.name,
                f"move:{move.move}:{move.grade or ''}",
                condition,
            )
        )
        moved = self._apply(grade, move.move, move.grade, path)
        return self.context.define(self.context.serial("grade"), choose([(applies, moved)], grade))

    def _apply(self, grade: Expr, move: str, to: str | None, path: str) -> Expr:
        last = float(len(self.grades.scale) - 1)
        if move == "down":
            return call("min", add(grade, 1), last)
        if move == "up":
            return call("max", sub(grade, 1), 0)
        index = self.grade_index(to, f"{path}.grade")
        if move == "at_most":
            return call("max", grade, index)
        if move == "at_least":
            return call("min", grade, index)
        return Const(index)

    def _vetoes(self, grade: Expr) -> Expr:
        """Vetoes that cap or set the grade."""
        for number, veto in enumerate(self.context.scheme.vetoes):
            if veto.effect not in ("grade_at_most", "grade"):
                continue
            move = "at_most" if veto.effect == "grade_at_most" else "set"
            moved = self._apply(grade, move, veto.grade, f"vetoes[{number}]")
            grade = self.context.define(
                self.context.serial("grade"),
                choose([(ref(f"_veto/{veto.code}"), moved)], grade),
            )
        return grade


def _unknown_first(keys: tuple[RankKey, ...]) -> tuple[RankKey, ...]:
    """The exact reverse of an order in which unknown comes last."""
    turned: list[RankKey] = []
    for key in keys:
        if key.expr != ref(SCORE):
            turned.append(RankKey(choose([(call("is_known", key.expr), 0.0)], 1.0), True))
        turned.append(key)
    return tuple(turned)


def _result_symbols() -> dict[str, Symbol]:
    """What grade rules may look at besides the data: score and rank."""
    score = Symbol(SCORE, "number", name="得分")
    rank = Symbol(RANK, "number", name="名次")
    return {"score": score, "得分": score, "rank": rank, "名次": rank}


def build_vetoes(context: Context) -> None:
    """Vetoes other than cancelling ones; those on the grade are applied with the grades."""
    symbols = _result_symbols()
    graded = context.scheme.grades is not None or any(g.grades for g in context.scheme.groups)
    for number, veto in enumerate(context.scheme.vetoes):
        if veto.effect == "cancel":
            continue
        path = f"vetoes[{number}]"
        if veto.effect != "lose_eligibility" and not graded:
            context.faults.append(
                Fault(
                    "veto_without_grades",
                    f"“{veto.name}”要限定档次，但方案没有分档（grades）。",
                    f"“{veto.name}” limits the grade, but the scheme has no grades.",
                    path=path,
                )
            )
        condition = context.condition(veto.when, f"{path}.when", symbols)
        if condition is None:
            condition = Const(False, "boolean")
        flag_undecided(context, condition, veto.code)
        column = context.define(
            f"_veto/{veto.code}", both(ref(SCORED), surely(condition)), "boolean"
        )
        effect = veto.effect + (f":{veto.grade}" if veto.grade else "")
        context.program.adjustments.append(
            AdjustmentColumns(veto.code, veto.name, "veto", column.name, effect, condition)
        )


def build_grades(context: Context, keys: tuple[RankKey, ...]) -> None:
    """The grade of each rated subject, by the scheme's grading or its group's own."""
    scheme = context.scheme
    blocks: list[tuple[str | None, Grades, str]] = []
    for number, group in enumerate(scheme.groups):
        if group.grades is not None:
            blocks.append((group.code, group.grades, f"groups[{number}].grades"))
    if scheme.grades is not None:
        blocks.append((None, scheme.grades, "grades"))
    if not blocks:
        return
    context.program.graded = True
    text: Expr = Const(None, "text")
    for code, grades, path in reversed(blocks):
        index = _Grading(context, grades, path, keys).build()
        names = [(eq(index, n), Const(g, "text")) for n, g in enumerate(grades.scale[:-1])]
        named = choose(list(names), Const(grades.scale[-1], "text"))
        if code is None:
            text = named
        else:
            text = choose([(surely(eq(ref(GROUP), Const(code, "text"))), named)], text)
    context.define(GRADE, choose([(ref(RATED), text)], Const(None, "text")), "text")
