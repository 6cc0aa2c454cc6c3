"""The scheme file as data: one model is the reader, the check and the published JSON Schema."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from yuanheng.calc.scheme.base import (
    Code,
    Formula,
    Number,
    Order,
    Part,
    Period,
    Rounding,
    Share,
)
from yuanheng.calc.scheme.composing import (
    Combine,
    SettledRegression,
    SettledTreatment,
    WeightsFrom,
)
from yuanheng.calc.scheme.items import DataRules, Item, TreeNode


class Citation(Part):
    """Where the method comes from, in words an official can look up."""

    text: str
    reference: str = ""
    certainty: Literal["P", "M", "K", "D", ""] = ""


class FieldDeclaration(Part):
    """A column of the table: ``code`` for programs, ``name`` as formulas and tables call it."""

    code: Code
    name: str
    kind: Literal["number", "text", "boolean", "date"] = "number"
    measure: Annotated[str, Field(alias="unit")] = ""
    columns: list[str] = Field(default_factory=list)
    at_least: Number | None = None
    at_most: Number | None = None
    check_digit: Literal["credit_code", ""] = ""


class DataLayout(Part):
    """How the table is laid out: which columns identify a row, and what each column holds."""

    id: Annotated[list[str], Field(min_length=1)]
    name: list[str] = Field(default_factory=list)
    period: list[str] = Field(default_factory=list)
    id_check: Literal["credit_code", ""] = ""
    fields: Annotated[list[FieldDeclaration], Field(min_length=1)]


class Exclusion(Part):
    """Who does not take part, and why."""

    when: Formula
    reason: str


class Unrated(Part):
    """A class outside the ranking (such as T): scored or not, it is no part of any base."""

    unrated_class: Annotated[str, Field(alias="class")]
    when: Formula
    reason: str
    scored: bool


class Merge(Part):
    """Subjects with the same value of ``by`` (one parcel) are one subject and share its result.

    Number fields are added up; the other fields, and the fields under ``keep``, are those of the
    member that leads: the one with the largest ``lead_by``. ``unless`` exempts a member."""

    by: str
    lead_by: str
    unless: Formula | None = None
    keep: list[str] = Field(default_factory=list)


class Inherit(Part):
    """A tenant takes its landlord's grade: ``landlord`` is the field with the landlord's id."""

    landlord: str
    when: Formula
    reason: str


class Population(Part):
    """Who is evaluated."""

    include: Formula | None = None
    include_reason: str = ""
    exclude: list[Exclusion] = Field(default_factory=list)
    unrated: list[Unrated] = Field(default_factory=list)
    merge: Merge | None = None
    inherit: Inherit | None = None


class Indicator(Part):
    """A named formula that items, conditions and other indicators may use."""

    code: Code
    name: str
    formula: Formula
    measure: Annotated[str, Field(alias="unit")] = ""


class EventPoints(Part):
    """So many points for each event of one level."""

    event_level: Annotated[str, Field(alias="level")]
    count: Formula
    points: Number


class Adjustment(Part):
    """Points added or taken at the level of the whole score."""

    code: Code
    name: str
    kind: Literal["bonus", "deduction"]
    points: Formula | None = None
    per_event: list[EventPoints] = Field(default_factory=list)
    cap: Number | Literal["none"]
    unknown: Literal["zero_points", "fail"]

    @model_validator(mode="after")
    def exactly_one(self) -> Adjustment:
        if (self.points is None) == (not self.per_event):
            raise ValueError("say either points or per_event")
        return self


class AdjustmentLimits(Part):
    """The most that all bonuses together add and all deductions together take."""

    bonus: Number | None = None
    deduction: Number | None = None


class Veto(Part):
    """An event that overrides the score."""

    code: Code
    name: str
    when: Formula
    effect: Literal["cancel", "grade_at_most", "grade", "lose_eligibility"]
    grade: str | None = None


class Score(Part):
    """The scale and the rounding. The final score is rounded to ``digits`` *before* it is ranked;
    each item's points are rounded too if ``item_digits`` says so."""

    total: Number
    digits: Annotated[int, Field(ge=0, le=6)] = 6
    item_digits: Annotated[int, Field(ge=0, le=6)] | None = None
    rounding: Literal["half_up", "half_even", "down"] = "half_up"
    cap: Number | None = None
    floor: Number | None = None


class TieBreak(Part):
    """The next criterion among equal scores."""

    by: Formula
    order: Order


class Ranking(Part):
    """Within what the rank counts, and what decides among equals; the rest share a rank."""

    scope: str = "group"
    also: list[str] = Field(default_factory=list)
    ties: list[TieBreak] = Field(default_factory=list)


class GradeRule(Part):
    """One line of the grading: all the conditions that it names must hold."""

    grade: str
    top: Share | None = None
    bottom: Share | None = None
    rounding: Rounding | None = None
    score_at_least: Number | None = None
    score_below: Number | None = None
    when: Formula | None = None

    @model_validator(mode="after")
    def rounding_is_said(self) -> GradeRule:
        if (self.top is not None or self.bottom is not None) and self.rounding is None:
            raise ValueError("a quota needs rounding: down, up or nearest")
        return self


class GradeMove(Part):
    """A move of the grade after grading (定档调档), with its reason."""

    when: Formula
    reason: str
    move: Literal["set", "at_most", "at_least", "down", "up"]
    grade: str | None = None


class Grades(Part):
    """The grades, best first, and the rules in the order in which they are tried."""

    scale: Annotated[list[str], Field(min_length=1)]
    scope: str = "group"
    base: Literal["rated", "participants"]
    ties: Literal["better", "worse"]
    rules: Annotated[list[GradeRule], Field(min_length=1)]
    moves: list[GradeMove] = Field(default_factory=list)


class Group(Part):
    """Subjects that are evaluated by the same items. ``like`` takes another group's items with
    other ``weights``. ``weights``, ``treatments``, ``regressions`` and ``weightings`` also hold
    what a run settled from its data; written here they are frozen. ``weightings``: by level (the
    code of its dimension, ``_total`` for the first) the sets of weights among which each subject
    has its best, one figure for each part."""

    code: Code
    name: str
    when: Formula
    combine: Combine | None = None
    weights_from: WeightsFrom | None = None
    items: list[TreeNode] = Field(default_factory=list)
    like: str | None = None
    weights: dict[str, Number] = Field(default_factory=dict)
    treatments: dict[str, SettledTreatment] = Field(default_factory=dict)
    regressions: dict[str, SettledRegression] = Field(default_factory=dict)
    weightings: dict[str, list[list[Annotated[float, Field(ge=0)]]]] = Field(default_factory=dict)
    grades: Grades | None = None


class Scheme(Part):
    """An evaluation method as a file."""

    format: Literal["yuanheng-scheme/1"]
    id: Code
    title: str
    title_en: str = ""
    nature: Literal["published", "sample", "own"]
    place: str = ""
    period: Period
    subject: Literal["park", "enterprise", "department", "project", "building", "person"]
    sources: list[Citation] = Field(default_factory=list)
    assumptions: list[str] = Field(default_factory=list)
    data: DataLayout
    indicators: list[Indicator] = Field(default_factory=list)
    population: Population = Field(default_factory=Population)
    data_rules: DataRules = Field(default_factory=DataRules)
    groups: Annotated[list[Group], Field(min_length=1)]
    adjustments: list[Adjustment] = Field(default_factory=list)
    adjustment_limits: AdjustmentLimits = Field(default_factory=AdjustmentLimits)
    vetoes: list[Veto] = Field(default_factory=list)
    score: Score
    ranking: Ranking = Field(default_factory=Ranking)
    grades: Grades | None = None

    @model_validator(mode="after")
    def sample_says_so(self) -> Scheme:
        if self.nature == "sample" and "示例" not in self.title:
            raise ValueError("a sample says 示例 in its title")
        return self


def items_of(scheme: Scheme, group: Group) -> list[Item]:
    """The items of a group, or of the group it is like, in the order of the file."""
    found: list[Item] = []

    def walk(nodes: list[TreeNode]) -> None:
        for node in nodes:
            if isinstance(node, Item):
                found.append(node)
            else:
                walk(node.items)

    walk(next((g for g in scheme.groups if g.code == group.like), group).items)
    return found


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a scheme file, for editors and other programs."""
    schema = Scheme.model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Yuanheng scheme, format 1"
    return schema
