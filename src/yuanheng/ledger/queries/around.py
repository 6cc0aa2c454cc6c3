"""Who stands around the subjects that are checked: the parts of a sum, the regions that a park is
part of, and those with whom each is compared. All of them in one query."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BooleanField, Exists, OuterRef, Q, QuerySet, Value
from django.utils.translation import gettext as _

from yuanheng.kernel.policies import VIEW, Refused, policy_for
from yuanheng.ledger.choices import Against, BearerKind, CheckKind
from yuanheng.ledger.models import Subject
from yuanheng.ledger.rules import FIRMS, PARKS, Names, ReadRule

_CHUNK = 2000
_LEVELS = (4, 6, 9)  # digits of the division codes of a city, a county, a town


@dataclass(frozen=True, slots=True)
class Of:
    """What judging needs to know of a subject."""

    kind: str
    name: str
    region: str
    park_id: int | None
    rank: str
    zone_id: int | None = None  # the zone that its park is part of
    is_public: bool = False
    is_seen: bool = True  # by who asks
    code: str = ""
    industry: str = ""
    own_id: int | None = None  # its number in the register

    @property
    def peers(self) -> str:
        """With whom it is compared: parks of its rank, enterprises of its park."""
        if self.kind == BearerKind.PARK and self.rank:
            return f"rank:{self.rank}"
        if self.kind == BearerKind.ENTERPRISE and self.park_id:
            return f"park:{self.park_id}"
        return ""


FIELDS = (
    "pk", "code", "kind", "name", "is_public", "region__code", "park__region__code",
    "enterprise__region__code", "park_id", "enterprise__park_id", "park__parent_zone_id",
    "enterprise__park__parent_zone_id", "park__rank", "enterprise__industry_code",
    "region_id", "enterprise_id",
)  # fmt: skip


_REGIONS = ("region__code", "park__region__code", "enterprise__region__code")


def facts_of(rows: QuerySet, *further: str) -> dict[int, Of]:
    """By number. ``further`` may be the name of an annotation that says whether each is seen."""
    found = {}
    names = (*FIELDS, *further)
    for line in rows.order_by().values_list(*names):
        one = dict(zip(names, line, strict=True))
        found[one["pk"]] = Of(
            one["kind"],
            one["name"],
            next((one[at] for at in _REGIONS if one[at]), ""),
            one["park_id"] or one["enterprise__park_id"],
            one["park__rank"] or "",
            one["park__parent_zone_id"] or one["enterprise__park__parent_zone_id"],
            one["is_public"],
            all(one[name] for name in further),
            one["code"],
            one["enterprise__industry_code"] or "",
            one["region_id"] or one["park_id"] or one["enterprise_id"],
        )
    return found


def facts_of_row(row: Subject) -> Of:
    """Of a subject that was read with its region, park and enterprise and theirs."""
    park, firm = row.park, row.enterprise
    home = firm.park if firm is not None else None
    at = row.region or (park and park.region) or (firm and firm.region)
    return Of(
        row.kind,
        row.name,
        at.code if at else "",
        row.park_id or (home.pk if home else None),
        park.rank if park else "",
        (park or home).parent_zone_id if park or home else None,
        row.is_public,
        True,
        row.code,
    )


def subjects_seen(keys: Iterable[int], user: Any) -> dict[int, Of]:
    """These subjects; ``Refused`` if this person doesn't see them all."""
    wanted = sorted(set(keys))
    found: dict[int, Of] = {}
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        found |= facts_of(Subject.objects.visible_to(user).filter(pk__in=chunk))
    if len(found) < len(wanted):
        raise Refused(_("These figures lie outside your area."))
    return found


@dataclass(slots=True)
class Around:
    """``parts``: by (over, subject) who is added up; ``above``: regions whose sum the checked
    parks are part of; ``beside``: with whom each is compared; ``veiled``: subjects of whose parts
    somebody is out of the reader's sight, so that a sum would tell it."""

    parts: dict[tuple[str, int], dict[int, Of]] = field(default_factory=dict)
    above: dict[int, Of] = field(default_factory=dict)
    beside: dict[int, Of] = field(default_factory=dict)
    veiled: set[int] = field(default_factory=set)


def read_around(rules: Sequence[ReadRule], names: Names, own: dict[int, Of], user: Any) -> Around:
    """What the rules need of others than the subjects themselves."""
    asked = {
        names.terms[ref.name].over
        for read in rules
        for compared in read.comparisons
        for ref in compared.refs
    }
    has_peers = any(
        one.rule.kind == CheckKind.OUTLIER and one.rule.against == Against.PEERS for one in rules
    )
    wanted = Q(pk__in=())
    if PARKS in asked:
        wanted |= _of_regions(own)
    if FIRMS in asked:
        wanted |= _of_parks(own)
    if has_peers:
        wanted |= _of_classes(own)
    found = Around()
    if wanted == Q(pk__in=()):
        return found
    others = facts_of(Subject.objects.filter(wanted).annotate(is_seen=_seen(user)), "is_seen")
    if PARKS in asked:
        _add_regions(found, own, others)
    if FIRMS in asked:
        _add_firms(found, own, others)
    if has_peers:
        classes = {of.peers for of in own.values() if of.peers}
        found.beside = {
            pk: of
            for pk, of in others.items()
            if of.peers in classes and pk not in own and of.is_seen and not of.is_public
        }
    return found


def _seen(user: Any) -> Any:
    policy: Any = policy_for(Subject)
    if policy.place(user, VIEW).everything:
        return Value(True, BooleanField())
    return Exists(Subject.objects.visible_to(user).filter(pk=OuterRef("pk")).order_by())


def _above(own: dict[int, Of]) -> set[str]:
    """The division codes in which the parks lie."""
    return {
        of.region[:size]
        for of in own.values()
        if of.kind == BearerKind.PARK
        for size in _LEVELS
        if len(of.region) >= size
    }


def _of_regions(own: dict[int, Of]) -> Q:
    """Regions with their parks: those that are checked, and those in which a checked park lies."""
    above = _above(own)
    wanted = Q(kind=BearerKind.REGION, region__code__in=above) if above else Q(pk__in=())
    codes = above | {of.region for of in own.values() if of.kind == BearerKind.REGION}
    widest = [one for one in codes if not any(one[:size] in codes for size in range(1, len(one)))]
    for code in sorted(filter(None, widest)):
        wanted |= Q(kind=BearerKind.PARK, park__region__code__startswith=code)
    return wanted


def _of_parks(own: dict[int, Of]) -> Q:
    parks = {of.park_id for of in own.values() if of.kind == BearerKind.PARK and of.park_id}
    if not parks:
        return Q(pk__in=())
    inside = Q(enterprise__park__in=parks) | Q(enterprise__park__parent_zone__in=parks)
    return inside & Q(kind=BearerKind.ENTERPRISE)


def _of_classes(own: dict[int, Of]) -> Q:
    ranks = {of.rank for of in own.values() if of.peers.startswith("rank:")}
    parks = {of.park_id for of in own.values() if of.peers.startswith("park:")}
    wanted = Q(pk__in=())
    if ranks:
        wanted |= Q(kind=BearerKind.PARK, park__rank__in=ranks, is_public=False)
    if parks:
        wanted |= Q(kind=BearerKind.ENTERPRISE, enterprise__park__in=parks, is_public=False)
    return wanted


def _add_regions(found: Around, own: dict[int, Of], others: dict[int, Of]) -> None:
    codes = _above(own)
    found.above = {
        pk: of
        for pk, of in others.items()
        if of.kind == BearerKind.REGION and of.region in codes and pk not in own
    }
    parks = {pk: of for pk, of in others.items() if of.kind == BearerKind.PARK}
    parks |= {pk: of for pk, of in own.items() if of.kind == BearerKind.PARK}
    regions = {pk: of for pk, of in own.items() if of.kind == BearerKind.REGION} | found.above
    for key, region in regions.items():
        if not region.region:
            continue
        inside = {pk: of for pk, of in parks.items() if of.region.startswith(region.region)}
        whole = _whole_parks(inside)
        found.parts[PARKS, key] = whole
        if not region.is_seen or not all(of.is_seen for of in whole.values()):
            found.veiled.add(key)


def _whole_parks(found: dict[int, Of]) -> dict[int, Of]:
    """Without parks of a zone that is there itself: its figures hold theirs."""
    zones = {of.park_id for of in found.values()}
    return {pk: of for pk, of in found.items() if of.zone_id not in zones or of.zone_id is None}


def _add_firms(found: Around, own: dict[int, Of], others: dict[int, Of]) -> None:
    firms = {pk: of for pk, of in (others | own).items() if of.kind == BearerKind.ENTERPRISE}
    for key, park in own.items():
        if park.kind != BearerKind.PARK or not park.park_id:
            continue
        mine = {
            pk: of
            for pk, of in firms.items()
            if park.park_id in (of.park_id, of.zone_id) and of.is_seen
        }
        found.parts[FIRMS, key] = mine
