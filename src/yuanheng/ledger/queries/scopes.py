"""Which subjects are meant: parks of a rank, of a region, of a zone; enterprises of a park."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import OuterRef, Subquery

from yuanheng.accounts.api import OrgKind
from yuanheng.ledger.choices import BearerKind
from yuanheng.ledger.models import Subject
from yuanheng.registry.api import ParkFacts, park_facts
from yuanheng.registry.choices import ParkRank
from yuanheng.registry.models import Region


@dataclass(frozen=True, slots=True)
class Scope:
    """``kind`` is park, enterprise or department (bureaus, towns, committees). ``rank`` is the
    parks' (national, provincial, other), ``region`` the beginning of a division code, ``park``
    the code of one park."""

    kind: str = BearerKind.PARK
    rank: str = ""
    region: str = ""
    park: str = ""

    def as_dict(self) -> dict[str, str]:
        """Only what narrows it."""
        return {name: str(value) for name, value in asdict(self).items() if value}


@dataclass(frozen=True, slots=True)
class Member:
    """One subject of a scope; ``subject_id`` is None as long as it has no figure. ``facts`` are
    what the register says of it, headed as offices head them (级别, 县区, 规上)."""

    subject_id: int | None
    code: str
    name: str
    facts: dict[str, str] = field(default_factory=dict)
    committee_id: int | None = None


def parks_in(scope: Scope, user: Any, *, words: bool = False) -> list[Member]:
    """The parks of a scope that ``user`` sees. A park that is part of a zone in the same scope is
    left out: the zone's figures hold it already. ``words``: with what the register says of it."""
    subject = Subject.objects.filter(kind=BearerKind.PARK, code=OuterRef("code")).values("pk")
    whole = whole_parks(scope, user, Subquery(subject[:1]))
    regions = dict(Region.objects.values_list("code", "name")) if words else {}
    return [
        Member(
            one.beside, one.code, one.name,
            _park_words(one, regions) if words else {}, one.committee_id,
        )
        for one in whole
    ]  # fmt: skip


def whole_parks(scope: Scope, user: Any, beside: Any = None) -> list[ParkFacts]:
    """The same parks as the register knows them, with what is read ``beside`` each."""
    facts = [one for one in park_facts(user, beside) if _fits(one, scope)]
    zones = {one.code for one in facts}
    return [one for one in facts if one.parent_zone_code not in zones]


def members_of(scope: Scope, user: Any) -> list[Member]:
    """The subjects of a scope that ``user`` sees, by code. Of enterprises those with figures."""
    if scope.kind == BearerKind.PARK:
        return parks_in(scope, user, words=True)
    rows = Subject.objects.visible_to(user).filter(kind=scope.kind, is_public=False)
    if scope.kind == BearerKind.DEPARTMENT:
        return _units(rows)
    if scope.park:
        rows = rows.filter(enterprise__park__code=scope.park)
    if scope.rank:
        rows = rows.filter(enterprise__park__rank=scope.rank)
    if scope.region:
        rows = rows.filter(enterprise__region__code__startswith=scope.region)
    found = rows.order_by("code").values_list("pk", "code", "name", *_ENTERPRISE.values())
    return [
        Member(pk, code, name, dict(zip(_ENTERPRISE, map(_word, facts), strict=True)))
        for pk, code, name, *facts in found
    ]


def _units(rows: Any) -> list[Member]:
    found = rows.filter(org_unit__archived_at__isnull=True).order_by("code")
    columns = ("pk", "code", "name", "org_unit__kind", "org_unit__parent__name")
    return [
        Member(pk, code, name, {"单位类别": UNIT_KINDS.get(kind, "其他"), "上级单位": above or ""})
        for pk, code, name, kind, above in found.values_list(*columns)
    ]


UNIT_KINDS = {
    OrgKind.BUREAU: "部门", OrgKind.STREET: "乡镇街道", OrgKind.COMMITTEE: "园区管委会",
    OrgKind.PLATFORM: "平台公司", OrgKind.COUNTY: "县区",
}  # fmt: skip
"""What tables call the kinds of organisations that are appraised."""
_ENTERPRISE = {
    "所属园区": "enterprise__park__name",
    "县区": "enterprise__region__name",
    "行业代码": "enterprise__industry_code",
    "规上": "enterprise__above_scale",
    "出租方代码": "enterprise__landlord__credit_code",
}
_RANKS = {ParkRank.NATIONAL: "国家级", ParkRank.PROVINCIAL: "省级", ParkRank.OTHER: "其他"}


# (kind, day, codes) → code → (heading → word)
FactSource = Callable[[str, date, Sequence[str]], Mapping[str, Mapping[str, str]]]
_told: list[tuple[str, tuple[str, ...], FactSource]] = []


def tell_facts(kind: str, headings: Sequence[str], source: FactSource) -> None:
    """Register who knows more of subjects of a kind than the register does, on a day; a subject of
    which nothing is said has empty words under these headings."""
    if (kind, tuple(headings), source) not in _told:
        _told.append((kind, tuple(headings), source))


def with_facts(members: Sequence[Member], kind: str, on: date) -> list[Member]:
    """The same members with what other rooms say of them."""
    found = list(members)
    for of, headings, source in _told:
        if of != kind:
            continue
        said = source(kind, on, [one.code for one in found])
        found = [
            replace(one, facts={**one.facts, **dict.fromkeys(headings, ""),
                                **said.get(one.code, {})})
            for one in found
        ]  # fmt: skip
    return found


def _park_words(one: ParkFacts, regions: dict[str, str]) -> dict[str, str]:
    rank = _RANKS[ParkRank(one.rank)] if one.rank else ""
    return {
        "级别": rank,
        "县区": regions.get(one.region_code, ""),
        "行政区划代码": one.region_code,
        "所属片区": one.parent_zone_code,
    }


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)


def _fits(one: ParkFacts, scope: Scope) -> bool:
    return (
        (not scope.rank or one.rank == scope.rank)
        and (not scope.park or scope.park in {one.code, one.parent_zone_code})
        and one.region_code.startswith(scope.region)
    )
