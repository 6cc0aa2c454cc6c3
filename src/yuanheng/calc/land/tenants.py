"""Merging tenants: firms on one parcel share one result; larger ones stand by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Tenant:
    """A firm with its landlord's code, if it has one, the floor that it leases, and figures that
    are added when it is merged (tax, value added …; unknown is None)."""

    code: str
    landlord: str = ""
    floor_m2: float | None = None
    figures: Mapping[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Merged:
    """One unit of evaluation: its own code, who was merged into it, the added figures."""

    code: str
    members: tuple[str, ...]
    figures: dict[str, float | None]


def merge_tenants(
    firms: Iterable[Tenant], *, own_entry_from_m2: float | None = None
) -> tuple[list[Merged], list[tuple[str, str, str]]]:
    """Tenants into their landlords, by the final landlord of a chain; who leases at least
    ``own_entry_from_m2`` keeps an entry of its own (None: nobody). Problems are (code, zh, en): a
    landlord that isn't there, a circle; such a firm stands by itself.

    A sum with an unknown part is unknown.

    >>> units, _ = merge_tenants([Tenant("A", figures={"tax": 5}), Tenant("B", "A", 800,
    ...                           {"tax": 2})], own_entry_from_m2=3000)
    >>> [(one.code, one.members, one.figures) for one in units]
    [('A', ('B',), {'tax': 7})]
    """
    by_code = {one.code: one for one in firms}
    problems: list[tuple[str, str, str]] = []
    heads = {code: _head(one, by_code, own_entry_from_m2, problems)
             for code, one in by_code.items()}  # fmt: skip
    members: dict[str, list[Tenant]] = {}
    for code, head in heads.items():
        members.setdefault(head, []).append(by_code[code])
    units = []
    for head, group in sorted(members.items()):
        names = sorted({name for one in group for name in one.figures})
        sums = {name: _sum(one.figures.get(name) for one in group) for name in names}
        inside = tuple(sorted(one.code for one in group if one.code != head))
        units.append(Merged(head, inside, sums))
    return units, problems


def _head(
    firm: Tenant,
    by_code: Mapping[str, Tenant],
    limit: float | None,
    problems: list[tuple[str, str, str]],
) -> str:
    """The code under which a firm is evaluated."""
    seen, one = {firm.code}, firm
    while one.landlord and not _stands_alone(one, limit):
        if one.landlord in seen:
            problems.append((firm.code, "出租关系成环", "its landlords go round in a circle"))
            return firm.code
        landlord = by_code.get(one.landlord)
        if landlord is None:
            if one is firm:
                said = (firm.code, f"表里没有出租方 {one.landlord}", f"no landlord {one.landlord}")
                problems.append(said)
            return one.code
        seen.add(landlord.code)
        one = landlord
    return one.code


def _stands_alone(firm: Tenant, limit: float | None) -> bool:
    return limit is not None and firm.floor_m2 is not None and firm.floor_m2 >= limit


def _sum(values: Iterable[float | None]) -> float | None:
    listed = list(values)
    return None if None in listed else sum(one for one in listed if one is not None)
