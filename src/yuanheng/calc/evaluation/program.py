"""What a scheme is compiled into: a list of steps over columns, the same for every engine.

A step makes one column from columns made before. There are four kinds: a formula on each row, a
statistic over a scope that is given back to each row, a rank within a scope, and what comes of
holding each row against the others. NumPy (``arrays.py``) and SQL (``sql.py``) run the same
program; every figure that a run shows is a column of it, so whatever is shown can be traced.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from yuanheng.calc.expression.nodes import Expr, Kind, Ref, Statistic, walk
from yuanheng.calc.scheme.composing import mean_of

CURRENT = "_current"
GROUP = "_group"
STATUS = "_status"
RATED = "_rated"
SCORED = "_scored"
CLASS = "_class"
SCORE = "_score"
RANK = "_rank"
GRADE = "_grade"
COUNTED = "/counted"
"""What a dimension of which a rise lowers the level above adds to it: its column and this."""
SUMMED_UP_TO = 1e22
"""Ten million figures of this size, in billionths, still add up within 38 digits."""


@dataclass(frozen=True, slots=True)
class Define:
    """``name`` = ``expr`` on each row."""

    name: str
    expr: Expr
    kind: Kind = "number"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """``name`` = a statistic of ``value`` over the rows with the same ``by`` for which ``where``
    is true and ``value`` is known; the same figure on each row of that scope.

    A mean or sum is taken over values fixed to nine decimals and added exactly, so the order of
    the rows and the number of threads change nothing (docs/decisions/0004-same-bytes.md). It is
    unknown where a value is beyond ``SUMMED_UP_TO``.
    ``source_by`` names the columns by which the figures are gathered where these are others than
    the columns ``by`` to which they are given (last year's county against this year's).
    """

    name: str
    statistic: Statistic
    value: Expr
    where: Expr | None
    by: tuple[str, ...]
    source_by: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class RankKey:
    """One criterion of an order; unknown comes last."""

    expr: Expr
    descending: bool


@dataclass(frozen=True, slots=True)
class Rank:
    """``name`` = 1 + the number of rows before this one in its scope, by ``keys``; rows for which
    ``where`` is not true have no rank. Equal rows share a rank (1, 2, 2, 4)."""

    name: str
    keys: tuple[RankKey, ...]
    where: Expr
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """``name`` = what comes of holding each row for which ``of`` is true against every row for
    which ``among`` is true, part by part; unknown on all other rows.

    ``wins``: rows that this one beats less rows that beat it. One beats another where the
    ``weights`` of the ``parts`` in which it is larger outweigh those in which it is smaller.
    ``nearest``: the mean of ``value`` over the ``most`` nearest rows, and over all that are as
    near as the last of these, so that the order of the rows changes nothing. The distance is the
    mean square of the differences over the ``parts`` that both know.
    ``of`` and ``among`` are columns of their own, so that they can be counted beforehand.
    ``title`` is what a person is told where there are too many pairs.
    """

    name: str
    how: Literal["wins", "nearest"]
    parts: tuple[Expr, ...]
    of: Expr
    among: Expr
    title: str
    weights: tuple[float, ...] = ()
    value: Expr | None = None
    most: int = 0


Step = Define | Aggregate | Rank | Pairs


def pair_exprs(step: Pairs) -> list[Expr]:
    """All formulas of a step that holds rows against each other."""
    return [*step.parts, *([step.value] if step.value is not None else []), step.of, step.among]


def reads(step: Step) -> set[str]:
    """The columns that a step reads."""
    if isinstance(step, Define):
        exprs: list[Expr] = [step.expr]
        names: set[str] = set()
    elif isinstance(step, Aggregate):
        exprs = [step.value] + ([step.where] if step.where is not None else [])
        names = {*step.by, *(step.source_by or ())}
    elif isinstance(step, Pairs):
        exprs, names = pair_exprs(step), set()
    else:
        exprs = [key.expr for key in step.keys] + [step.where]
        names = set(step.by)
    for expr in exprs:
        names.update(node.key for node in walk(expr) if isinstance(node, Ref))
    return names


@dataclass(frozen=True, slots=True)
class InputColumn:
    """A column that the table must give: a field of the scheme, of this or an earlier period."""

    key: str
    field: str
    shift: Literal["", "previous", "last_year"]
    kind: Kind


@dataclass(frozen=True, slots=True)
class ItemColumns:
    """Where the figures of one item of one group stand, and what its states mean.

    ``capped`` and ``floored`` tell where the cap or the floor took hold; ``imputed`` where the
    value was put in, ``pulled`` where an extreme counts as the bound in ``treated``. ``turned``: a
    rise of its points lowers the score, by the direction of the dimensions above it."""

    group: str
    item: str
    name: str
    dimension: str
    weight: float
    measure: str
    better: str
    value: str
    formula: Expr
    points: str
    state: str | None
    benchmark: str | None
    constant_benchmark: float | None
    raw: str | None
    capped: str | None
    floored: str | None
    cap: float | None
    floor: float | None
    treatments: dict[int, str]
    path: str
    method: str
    imputed: str | None = None
    imputed_by: str = ""
    treated: str | None = None
    treated_by: str = ""
    pulled: str | None = None
    turned: bool = False

    @property
    def rise_gains(self) -> bool:
        """Whether a higher figure is good for the score."""
        return (self.better == "higher") != self.turned

    def gained(self, points: float) -> float:
        """Points, or a difference of points, as they serve the score."""
        return -points if self.turned else points


@dataclass(frozen=True, slots=True)
class AdjustmentColumns:
    """One bonus, deduction or veto of the whole score."""

    code: str
    name: str
    kind: Literal["bonus", "deduction", "veto"]
    column: str
    effect: str = ""
    expr: Expr | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row is not evaluated: the number in the status column says which."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class ScopeRank:
    """A further ranking: its scope's name as the scheme says it, the key and the rank columns."""

    scope: str
    by: tuple[str, ...]
    column: str


class Combining(NamedTuple):
    """How the parts of a level are combined: the way, what a smaller share counts as, and what
    ``owa``, ``vikor`` and ``benefit_of_the_doubt`` are told beside. ``parts`` and ``given`` are
    the names of the parts that weigh something and their weights (1 in all); ``weightings`` the
    sets of weights among which each subject has its best; ``power`` that of ``power_mean``."""

    way: str = "arithmetic"
    least: float | None = None
    places: tuple[float, ...] = ()
    majority: float = 0.5
    within: float | None = None
    parts: tuple[str, ...] = ()
    given: tuple[float, ...] = ()
    weightings: tuple[tuple[float, ...], ...] = ()
    power: float = 1.0

    @property
    def mean(self) -> str:
        """The way, a power mean of 1, 0, −1 or 2 by the name that it has."""
        return mean_of(self.way, self.power)


PLAIN = Combining()


@dataclass(frozen=True, slots=True)
class NodeColumn:
    """The points of one dimension of one group, and how its parts are combined. ``better`` lower:
    the level above takes ``weight`` less its points."""

    group: str
    dimension: str
    name: str
    parent: str
    weight: float
    column: str
    combining: Combining = PLAIN
    better: str = "higher"

    @property
    def way(self) -> str:
        return self.combining.mean

    @property
    def turned(self) -> bool:
        return self.better == "lower"

    @property
    def counted(self) -> str:
        """The column of what it adds to the level above."""
        return f"{self.column}{COUNTED}" if self.turned else self.column


@dataclass(frozen=True, slots=True)
class Flag:
    """A remark on a subject, shown where the boolean column is true."""

    text: str
    column: str


@dataclass(frozen=True, slots=True)
class MergePlan:
    """Subjects on one parcel: the field that joins them, the one that says who leads, the
    condition that exempts a member, and the number fields that are not added up."""

    by: str
    lead_by: str
    unless: Expr | None
    keep: tuple[str, ...]


@dataclass(slots=True)
class Program:
    """All steps of a scheme, and where to find what in the columns they make."""

    inputs: list[InputColumn] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    items: list[ItemColumns] = field(default_factory=list)
    nodes: list[NodeColumn] = field(default_factory=list)
    adjustments: list[AdjustmentColumns] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    ranks: list[ScopeRank] = field(default_factory=list)
    unrated: list[Reason] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    history: bool = False
    merge: MergePlan | None = None
    landlord: str | None = None
    group_names: dict[str, str] = field(default_factory=dict)
    root_ways: dict[str, Combining] = field(default_factory=dict)
    column_names: dict[str, str] = field(default_factory=dict)
    rank_by: tuple[str, ...] = ()
    base_column: str = ""
    graded: bool = False
    digits: int = 6
    batches: Any = field(default=None, repr=False, compare=False)
    replicates: Any = field(default=None, repr=False, compare=False)
    printed: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def needs(self, shift: str) -> bool:
        """Whether figures of an earlier period are used."""
        return any(column.shift == shift for column in self.inputs)
