"""亩均增长空间: what each firm would win at a quantile of its group, in yuan and in mu."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from yuanheng.calc.land import Room, room_for_growth
from yuanheng.calc.units import conversion_factor
from yuanheng.evaluation.api import Result, Run, open_run


@dataclass(frozen=True, slots=True)
class PerMu:
    """An item that is counted by the mu, in one group, and the land that it is divided by."""

    group: str
    item: str
    name: str
    measure: str
    value: str
    land: str

    @property
    def factor(self) -> float:
        """From the item's unit to yuan a mu."""
        return conversion_factor(self.measure, "元/亩")


def per_mu_items(run: Run) -> list[PerMu]:
    """The items of a run's scheme in money a mu, where exactly one field of the table is in mu."""
    with open_run(run.directory) as files:
        program, fields = files.built.program, files.built.scheme.data.fields
    in_mu = {one.code for one in fields if one.measure == "亩"}
    land = [one for one in program.inputs if one.field in in_mu and not one.shift]
    if len(land) != 1:
        return []
    found = []
    for one in program.items:
        try:
            conversion_factor(one.measure, "元/亩")
        except ValueError:
            continue
        found.append(PerMu(one.group, one.item, one.name, one.measure, one.value, land[0].key))
    return found


def rooms_of(run: Run, item: PerMu, q: float, user: Any) -> list[tuple[str, Room]]:
    """(name, room) of each firm of the item's group that the person sees, the most yuan first. The
    quantile is that of the whole group, which says nothing of any one firm."""
    with open_run(run.directory) as files:
        figures = files.points_of(item.group, [item.value, item.land])
    firms = {
        code: (None if value is None or land is None else value * item.factor * land, land)
        for code, (value, land) in figures.items()
    }
    names = dict(
        Result.objects.visible_to(user)
        .filter(run=run, group_code=item.group)
        .values_list("subject_id", "name")
    )
    found = [(names[one.code], one) for one in room_for_growth(firms, q) if one.code in names]
    return sorted(found, key=lambda one: (-(one[1].yuan or 0), one[1].code))
