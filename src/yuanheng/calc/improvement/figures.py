"""Changed items as changed figures of the table, where that can be done without side effects."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from yuanheng.calc.evaluation.program import Define, reads
from yuanheng.calc.evaluation.replicates import fields_of
from yuanheng.calc.improvement.effects import Subject
from yuanheng.calc.improvement.levers import Lever

CLOSE = 1e-9


def table_figures(subject: Subject, moved: Mapping[Lever, float]) -> dict[str, float] | None:
    """For each changed item a figure of the table that gives it its new value, and nothing else
    another one: a field that only this item looks at. None if an item has no such field (two
    items that share their figures can't be changed apart)."""
    found: dict[str, float] = {}
    for lever, to in moved.items():
        figure = _figure_of(subject, lever, to)
        if figure is None:
            return None
        found[figure[0]] = figure[1]
    return found


def _figure_of(subject: Subject, lever: Lever, to: float) -> tuple[str, float] | None:
    program = subject.program
    numbers = {c.key: c.field for c in program.inputs if c.kind == "number" and not c.shift}
    declared = {field.code: field for field in subject.built.scheme.data.fields}
    fields = sorted(fields_of(program, lever.item.formula) & numbers.keys())
    for reciprocal in (False, True):
        for key in fields:
            if not _only_for(subject, key, lever):
                continue
            figure = _inverse(subject, lever, key, to, reciprocal)
            bounds = declared[numbers[key]]
            if figure is None or (bounds.at_least is not None and figure < bounds.at_least):
                continue
            if bounds.at_most is None or figure <= bounds.at_most:
                return key, figure
    return None


def _only_for(subject: Subject, key: str, lever: Lever) -> bool:
    """Whether the field reaches the subject's result through this item only."""
    run, program = subject.run, subject.program
    steps = {step.name: step for step in program.steps}
    behind, waiting = set(), [lever.item.value]
    while waiting:
        name = waiting.pop()
        if name in steps and name not in behind:
            behind.add(name)
            waiting.extend(reads(steps[name]))
    allowed = behind | run.affected([lever.item.value], ())
    others = tuple(f"{g}/" for g in program.group_names if g != lever.item.group)
    beyond = {name for name in run.affected([key], ()) if name not in allowed}
    # A named formula that nothing else looks at does no harm.
    return all(
        name.startswith(others) if others else False
        for name in beyond
        if not _unused(subject, name, allowed)
    )


def _unused(subject: Subject, name: str, allowed: set[str]) -> bool:
    step = next(s for s in subject.program.steps if s.name == name)
    if not isinstance(step, Define) or name.startswith("_"):
        return False
    return not any(name in reads(s) for s in subject.program.steps)


def _inverse(
    subject: Subject, lever: Lever, key: str, to: float, reciprocal: bool
) -> float | None:
    """The field's figure that gives the item the value ``to``, if the item (or one divided by it)
    runs straight in the field."""
    now = float(subject.columns[key][subject.row])
    step = abs(now) / 2 or 1.0
    first, second = subject.values_at(lever, key, np.array([now, now + step]))
    if reciprocal:
        if not (first and second and to):
            return None
        first, second, aim = 1 / first, 1 / second, 1 / to
    else:
        aim = to
    if second == first or not np.isfinite(first + second):
        return None
    figure = now + (aim - first) / (second - first) * step
    (got,) = subject.values_at(lever, key, np.array([figure]))
    return float(figure) if abs(got - to) <= CLOSE * max(abs(to), abs(lever.scale)) else None
