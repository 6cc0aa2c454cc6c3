"""The door of the registers: facts about parks and enterprises, and imports from a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db.models import IntegerField, Value
from django.urls import reverse

from yuanheng.kernel.actions.imports import CannotImport, ImportReport, import_path
from yuanheng.kernel.importing import importer_for
from yuanheng.registry.models import Enterprise, Park, Region
from yuanheng.registry.models.enterprise import rungs_of

__all__ = [
    "CannotImport",
    "EnterpriseFacts",
    "ImportReport",
    "ParkFacts",
    "enterprise_facts",
    "enterprises_in_chains",
    "import_file",
    "park_facts",
    "region_names",
    "regions_by_code",
    "rows_called",
    "subject_places",
    "subject_url",
]


@dataclass(frozen=True, slots=True)
class ParkFacts:
    """What other rooms may know of a park."""

    id: int
    code: str
    name: str
    short_name: str
    rank: str
    region_code: str
    committee_id: int | None
    parent_zone_code: str
    land_area_mu: Decimal | None
    beside: Any = None


@dataclass(frozen=True, slots=True)
class EnterpriseFacts:
    """What other rooms may know of an enterprise."""

    id: int
    credit_code: str
    name: str
    park_code: str
    region_code: str
    industry_code: str
    above_scale: bool | None
    land_holding: str
    landlord_code: str
    founded_on: date | None
    rungs: tuple[str, ...]


def park_facts(user: Any, beside: Any = None) -> list[ParkFacts]:
    """The parks that ``user`` sees and that aren't archived, by code. ``beside`` is an expression
    over the park with which another room reads its own word along, in the same query."""
    rows = Park.objects.visible_to(user).current().select_related("region", "parent_zone")
    rows = rows.annotate(_beside=Value(None, IntegerField()) if beside is None else beside)
    return [
        ParkFacts(
            id=row.pk,
            code=row.code,
            name=row.name,
            short_name=row.short_name,
            rank=row.rank,
            region_code=row.region.code,
            committee_id=row.committee_id,
            parent_zone_code=row.parent_zone.code if row.parent_zone else "",
            land_area_mu=row.land_area_mu,
            beside=row._beside,
        )
        for row in rows.order_by("code")
    ]


def enterprises_in_chains(user: Any, names: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Name and page of the enterprises that the register puts in these industry chains, as far as
    the person sees them, those above scale first; at most 500 in all."""
    called = {short: name for name in names for short in (name, name.removesuffix("产业链"))}
    rows = Enterprise.objects.visible_to(user).current().filter(industrial_chain__in=called)
    found: dict[str, list[tuple[str, str]]] = {}
    given = rows.order_by("-above_scale", "name", "pk")
    for chain, name, code in given.values_list("industrial_chain", "name", "credit_code")[:500]:
        page = reverse("enterprise-detail", args=[code])
        found.setdefault(called[chain], []).append((name, page))
    return found


def enterprise_facts(user: Any, *, park_code: str = "") -> Iterator[EnterpriseFacts]:
    """The enterprises that ``user`` sees and that aren't archived, by credit code."""
    rows = Enterprise.objects.visible_to(user).current()
    if park_code:
        rows = rows.filter(park__code=park_code)
    rows = rows.select_related("park", "region", "landlord").with_ladder()
    for row in rows.order_by("credit_code").iterator(chunk_size=2000):
        yield EnterpriseFacts(
            id=row.pk,
            credit_code=row.credit_code,
            name=row.name,
            park_code=row.park.code if row.park else "",
            region_code=row.region.code,
            industry_code=row.industry_code,
            above_scale=row.above_scale,
            land_holding=row.land_holding,
            landlord_code=row.landlord.credit_code if row.landlord else "",
            founded_on=row.founded_on,
            rungs=tuple(one["code"] for one in rungs_of(row)),
        )


def regions_by_code(codes: Iterable[str]) -> dict[str, Region]:
    """The divisions with these codes."""
    return {one.code: one for one in Region.objects.filter(code__in=list(codes))}


def subject_places(kind: str) -> dict[str, tuple[int | None, int]]:
    """For each park code (kind ``park``) or credit code (``enterprise``) the keys of its park and
    of its region. For use by actions that write about all subjects of an office."""
    if kind == "park":
        parks = Park.objects.values_list("code", "pk", "region_id")
        return {code: (pk, region) for code, pk, region in parks}
    if kind == "enterprise":
        rows = Enterprise.objects.values_list("credit_code", "park_id", "region_id")
        return {code: (park, region) for code, park, region in rows.iterator(chunk_size=5000)}
    return {}


def subject_url(kind: str, code: str, user: Any) -> str:
    """The page of a park or an enterprise in its register, if ``user`` sees it there."""
    registers: dict[str, tuple[Any, str, str]] = {
        "park": (Park, "code", "park-detail"),
        "enterprise": (Enterprise, "credit_code", "enterprise-detail"),
    }
    if kind not in registers:
        return ""
    model, field, page = registers[kind]
    is_there = model.objects.visible_to(user).filter(**{field: code}).exists()
    return reverse(page, args=[code]) if is_there else ""


def import_file(
    kind: str, path: Path | str, acting_user: Any, *, leave_out_faulty: bool = False
) -> ImportReport:
    """Import a table of ``regions``, ``parks`` or ``enterprises``.

    Without ``leave_out_faulty`` one faulty row keeps everything out; the report's ``faults`` say
    line, code and reason. Raises ``FaultyInput`` for a file that can't be read as such a table,
    ``Refused`` for a person who may not, ``KeyError`` for an unknown kind.
    """
    importer = importer_for(kind)
    if importer is None:
        raise KeyError(kind)
    return import_path(
        acting_user=acting_user,
        importer=importer,
        path=Path(path),
        leave_out_faulty=leave_out_faulty,
    )


def rows_called(names: Iterable[str], user: Any) -> dict[str, tuple[str, str]]:
    """Of these names, those of a region, a park (its short name too) or an enterprise that
    ``user`` sees: kind and code. A name that several bear is left out."""
    wanted = sorted({one for one in names if one})
    found: dict[str, set[tuple[str, str]]] = {}
    rows: list[tuple[str, Any, str, str]] = [
        ("enterprise", Enterprise, "name", "credit_code"),
        ("park", Park, "short_name", "code"),
        ("park", Park, "name", "code"),
        ("region", Region, "name", "code"),
    ]
    for kind, model, field, key in rows:
        seen = model.objects.visible_to(user).filter(**{f"{field}__in": wanted})
        for name, code in seen.values_list(field, key)[: 4 * len(wanted) + 4]:
            found.setdefault(name, set()).add((kind, code))
    return {name: next(iter(rows)) for name, rows in found.items() if len(rows) == 1}


def region_names(user: Any) -> list[tuple[str, str]]:
    """Code and name of the divisions down to the county that ``user`` sees."""
    rows = Region.objects.visible_to(user).filter(kind__in=("province", "prefecture", "county"))
    return list(rows.order_by("code").values_list("code", "name"))
