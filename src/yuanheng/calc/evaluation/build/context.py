"""What all builders share: the names in scope, the steps so far, the faults found."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from yuanheng.calc.evaluation.program import (
    GROUP,
    RATED,
    Aggregate,
    Define,
    InputColumn,
    Program,
    Rank,
    RankKey,
)
from yuanheng.calc.expression import Checked, Symbol, check, parse
from yuanheng.calc.expression.nodes import (
    Binary,
    Call,
    Const,
    Expr,
    GroupStat,
    If,
    Kind,
    Ref,
    Shift,
    rebuild,
)
from yuanheng.calc.faults import Fault, FaultyInput
from yuanheng.calc.scheme.model import FieldDeclaration, Scheme


@dataclass(slots=True)
class Context:
    """The work in hand while one scheme becomes a program."""

    scheme: Scheme
    program: Program = field(default_factory=Program)
    faults: list[Fault] = field(default_factory=list)
    symbols: dict[str, Symbol] = field(default_factory=dict)
    fields: dict[str, FieldDeclaration] = field(default_factory=dict)
    indicators: dict[str, Expr] = field(default_factory=dict)
    ways: dict[str, str] = field(default_factory=dict)
    takes_part: Expr = field(default_factory=lambda: Const(True, "boolean"))
    _inputs: dict[str, InputColumn] = field(default_factory=dict)
    _serial: int = 0

    # --- names ---------------------------------------------------------------------------

    def add_symbol(self, symbol: Symbol, names: list[str], path: str) -> None:
        """Make a symbol known under its code and its names; a name taken twice is a fault."""
        for name in dict.fromkeys([symbol.code, *names]):
            taken = self.symbols.get(name)
            if taken is not None and taken is not symbol:
                self.faults.append(
                    Fault(
                        "name_taken",
                        f"名称“{name}”已被“{taken.name or taken.code}”使用，请换一个。",
                        f"The name “{name}” is already used by “{taken.name or taken.code}”.",
                        path=path,
                    )
                )
            else:
                self.symbols[name] = symbol
        self.program.column_names[symbol.code] = symbol.name or symbol.code

    def serial(self, prefix: str) -> str:
        """A new column name."""
        self._serial += 1
        return f"_{prefix}{self._serial}"

    # --- expressions ---------------------------------------------------------------------

    def compile(
        self,
        text: str,
        path: str,
        kind: Kind | None = None,
        extra: dict[str, Symbol] | None = None,
    ) -> Checked | None:
        """Parse and check a formula; its faults are noted with their path. None if it has errors.

        Indicators of an earlier period are put in place, and group statistics become steps, so
        that the result holds only references to columns.
        """
        symbols = {**self.symbols, **extra} if extra else self.symbols
        try:
            checked = check(parse(text), symbols)
        except FaultyInput as error:
            self.faults.extend(replace(f, path=path) for f in error.faults)
            return None
        self.faults.extend(replace(f, path=path) for f in checked.faults)
        if any(f.severity == "error" for f in checked.faults):
            return None
        if kind is not None and checked.kind not in (kind, "unknown"):
            self.faults.append(
                Fault(
                    "wrong_kind_of_formula",
                    f"这里应是{KIND_NAMES[kind][0]}，“{text}”却是{KIND_NAMES[checked.kind][0]}。",
                    f"This must be {KIND_NAMES[kind][1]}; “{text}” is "
                    f"{KIND_NAMES[checked.kind][1]}.",
                    path=path,
                )
            )
            return None
        expr = self._settle(checked.expr)
        return replace(checked, expr=expr)

    def condition(
        self, text: str, path: str, extra: dict[str, Symbol] | None = None
    ) -> Expr | None:
        """A condition, ready to be put into a step."""
        checked = self.compile(text, path, "boolean", extra)
        return checked.expr if checked else None

    def _settle(self, expr: Expr) -> Expr:
        """Inline shifted indicators, note the inputs used, turn group statistics into steps."""
        match expr:
            case Ref():
                if expr.name in self.indicators and expr.shift:
                    return self._settle(shifted(self.indicators[expr.name], expr.shift))
                if expr.name in self.fields:
                    self.note_input(expr.name, expr.shift)
                return expr
            case GroupStat():
                value = self._settle(expr.operand)
                if expr.statistic == "sd":
                    return Ref(self.deviation(value, "group", ""))
                return Ref(self.aggregate(expr.statistic, value, "group", expr.quantile))
            case _:
                return rebuild(expr, self._settle)

    def note_input(self, name: str, shift: Shift = "") -> str:
        """The table must give this field of this period; returns its column key."""
        declared = self.fields[name]
        key = Ref(name, shift).key
        if key not in self._inputs:
            self._inputs[key] = InputColumn(key, name, shift, declared.kind)
            self.program.inputs.append(self._inputs[key])
            suffix = {"": "", "previous": "(上期)", "last_year": "(上年同期)"}[shift]
            self.program.column_names[key] = declared.name + suffix
        return key

    # --- scopes and steps ----------------------------------------------------------------

    def scope(self, text: str, path: str) -> tuple[str, ...]:
        """The columns that a scope is made of: ``group``, ``all``, fields, joined by ``+``."""
        columns: list[str] = []
        for part in (p.strip() for p in text.split("+")):
            if part in ("all", "全部"):
                continue
            if part in ("group", "分组"):
                columns.append(GROUP)
                continue
            symbol = self.symbols.get(part)
            if symbol is None or symbol.code not in self.fields:
                self.faults.append(
                    Fault(
                        "unknown_scope",
                        f"范围“{part}”既不是 group、all，也不是数据字段。",
                        f"The scope “{part}” is neither group, all nor a field of the data.",
                        path=path,
                    )
                )
                continue
            columns.append(self.note_input(symbol.code))
        return tuple(columns)

    def define(self, name: str, expr: Expr, kind: Kind = "number") -> Ref:
        """A further column; returns the reference to it."""
        self.program.steps.append(Define(name, expr, kind))
        return Ref(name)

    def aggregate(
        self,
        statistic: str,
        value: Expr,
        scope: str,
        quantile: float | None = None,
        path: str = "",
    ) -> str:
        """A statistic over the rated subjects of a scope; returns the column's name."""
        by = self.scope(scope, path)
        if quantile is not None:
            return self.quantile(value, Ref(RATED), by, by, quantile)
        return self.gather(statistic, value, Ref(RATED), by, by)

    def gather(
        self,
        statistic: str,
        value: Expr,
        where: Expr | None,
        by: tuple[str, ...],
        source_by: tuple[str, ...],
    ) -> str:
        """A statistic of what ``source_by`` gathers, given to ``by``; returns its column."""
        name = self.serial("stat")
        source = None if source_by == by else source_by
        self.program.steps.append(
            Aggregate(name, statistic, value, where, by, source)  # type: ignore[arg-type]
        )
        return name

    def quantile(
        self,
        value: Expr,
        where: Expr | None,
        by: tuple[str, ...],
        source_by: tuple[str, ...],
        quantile: float,
    ) -> str:
        """The quantile between its two neighbours in the order; returns the column's name.

        Engines interpolate each in their own way, so the neighbours are found as the largest
        figures up to a place, and the way between them is a formula.
        """
        chosen: Expr = Call("is_known", (value,))
        if where is not None:
            chosen = Binary("and", where, chosen)
        rank = self.serial("order")
        self.program.steps.append(Rank(rank, (RankKey(value, False),), chosen, source_by))

        def place(count: str) -> Expr:
            return Binary("*", Const(quantile), Binary("-", Ref(count), Const(1.0)))

        inside = place(self.gather("count", value, where, source_by, source_by))
        ends = []
        for function in ("floor", "ceil"):
            last = Binary("+", Call(function, (inside,)), Const(1.0))
            within = Binary("<=", Ref(rank), last)
            reached = Call("coalesce", (within, Const(False, "boolean")))
            ends.append(Ref(self.gather("max", value, reached, by, source_by)))
        at = place(self.gather("count", value, where, by, source_by))
        part = Binary("-", at, Call("floor", (at,)))
        low, high = ends
        between = Binary("+", low, Binary("*", Binary("-", high, low), part))
        return self.define(self.serial("quantile"), between).name

    def deviation(self, value: Expr, scope: str, path: str, *, sample: bool = False) -> str:
        """The standard deviation over the rated subjects of a scope, in two exact passes: the
        population's, or the sample's, which is unknown for a single subject."""
        mean = Ref(self.aggregate("mean", value, scope, None, path))
        off = Binary("-", value, mean)
        # Parts of the farthest one, so that squares neither leave the range nor vanish.
        farthest = Ref(self.aggregate("max", Call("abs", (off,)), scope, None, path))
        part = Binary("/", off, farthest)
        squares = Ref(self.aggregate("sum", Binary("*", part, part), scope, None, path))
        count: Expr = Ref(self.aggregate("count", value, scope, None, path))
        if sample:
            count = Binary("-", count, Const(1.0))
        root = Binary("*", farthest, Call("sqrt", (Binary("/", squares, count),)))
        # Where all are equal the mean may still miss them by less than nine decimals; a single
        # sample has no deviation.
        ends = [Ref(self.aggregate(end, value, scope, None, path)) for end in ("min", "max")]
        root_or_none = If(Binary("=", ends[0], ends[1]), Const(0.0), root)
        deviation = If(Binary(">", count, Const(0.0)), root_or_none, Const(None, "number"))
        return self.define(self.serial("deviation"), deviation).name


KIND_NAMES = {
    "number": ("数值", "a number"),
    "text": ("文字", "a text"),
    "boolean": ("条件（是或否）", "a condition (yes or no)"),
    "date": ("日期", "a date"),
    "unknown": ("未知", "unknown"),
}


def shifted(expr: Expr, shift: Shift) -> Expr:
    """The expression on the figures of an earlier period."""
    if isinstance(expr, Ref):
        return replace(expr, shift=shift)
    return rebuild(expr, lambda child: shifted(child, shift))
