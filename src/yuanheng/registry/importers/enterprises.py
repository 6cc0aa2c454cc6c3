from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.accounts.api import Place
from yuanheng.kernel import clock
from yuanheng.kernel.actions.imports import CannotImport
from yuanheng.kernel.figures import MISSING
from yuanheng.kernel.importing import RegisterImporter, RowFault, RowPlan, register
from yuanheng.kernel.importing.base import chunks
from yuanheng.kernel.policies import IMPORT, policy_for
from yuanheng.registry.importers.finders import ParkFinder, RegionFinder, one_of
from yuanheng.registry.models import Enterprise, LadderRung, LadderStanding, Region
from yuanheng.tabular import FieldSpec
from yuanheng.tabular.credit_code import normal_credit_code

PARTICULARS = (
    FieldSpec("enterprise_type", "text", ("企业类型", "enterprise_type")),
    FieldSpec("scale", "text", ("企业规模", "scale")),
    FieldSpec("operating_state", "text", ("经营状态", "operating_state")),
    FieldSpec(
        "registered_capital_yuan",
        "number",
        ("注册资本", "registered_capital_yuan"),
        unit="元",
        low=0,
    ),
    FieldSpec("industrial_chain", "text", ("所属产业链", "industrial_chain")),
    FieldSpec("main_products", "text", ("主要产品", "main_products")),
    FieldSpec("business_scope", "text", ("经营范围", "business_scope")),
    FieldSpec("moved_in_on", "date", ("入园日期", "moved_in_on")),
    FieldSpec("production_on", "date", ("投产日期", "production_on")),
    FieldSpec("listed_code", "text", ("证券代码", "listed_code")),
    FieldSpec("land_area_mu", "number", ("用地面积", "land_area_mu"), unit="亩", low=0),
    FieldSpec("floor_area_m2", "number", ("建筑面积", "floor_area_m2"), unit="平方米", low=0),
    FieldSpec("address", "text", ("详细地址", "地址", "address")),
    FieldSpec("postal_code", "text", ("邮政编码", "postal_code")),
    FieldSpec("longitude", "number", ("经度", "longitude"), low=-180, high=180),
    FieldSpec("latitude", "number", ("纬度", "latitude"), low=-90, high=90),
    FieldSpec("website", "text", ("网址", "website")),
    FieldSpec("legal_representative", "text", ("法定代表人", "legal_representative")),
    FieldSpec("contact_name", "text", ("联系人", "contact_name")),
    FieldSpec("contact_phone", "text", ("联系电话", "contact_phone")),
)
TYPES = {
    "有限责任公司": "limited",
    "股份有限公司": "joint_stock",
    "国有企业": "state_owned",
    "外商投资企业": "foreign",
    "港澳台投资企业": "hmt",
    "合伙企业": "partnership",
    "个人独资企业": "sole",
    "分公司": "branch",
    "其他": "other",
}
SCALES = {"大型": "large", "中型": "medium", "小型": "small", "微型": "micro"}
STATES = {"在建": "building", "在营": "operating", "停产": "suspended", "关闭": "closed"}
_WORDS = {"enterprise_type": TYPES, "scale": SCALES, "operating_state": STATES}
_MONEY_AND_AREA = {"registered_capital_yuan", "land_area_mu", "floor_area_m2"}
HOLDINGS = {"自有": "owned", "租赁": "rented"}
# Column of the file → rung of the ladder
RUNGS = {"high_tech": "high_tech", "specialised": "specialised"}


def _particular(value: Any, code: str) -> Any:
    if code in _WORDS:
        return one_of(value, _WORDS[code], code)
    if code in _MONEY_AND_AREA and value is not None:
        return Decimal(str(value)).quantize(Decimal("0.01"))
    return value


@dataclass
class _Lookups:
    regions: RegionFinder
    parks: ParkFinder
    place: Place
    codes_in_file: set[str]
    landlords: dict[str, int]  # credit code → number, of those in the register
    held: dict[int, set[str]]  # number of the enterprise → rungs it stands on
    rung_names: dict[str, str]


@register
class EnterpriseImporter(RegisterImporter):
    """The enterprise register."""

    code = "enterprises"
    title = gettext_lazy("Enterprises")
    hint = gettext_lazy(
        "One row an enterprise, known by its unified social credit code. A park is named by name "
        "or code; without a region, that of the park counts."
    )
    order = 30
    model = Enterprise
    key = "credit_code"
    id_field = "credit_code"
    done_url_name = "enterprise-list"
    fields = (
        FieldSpec(
            "credit_code",
            "text",
            ("统一社会信用代码", "credit_code"),
            required=True,
            check="credit_code",
        ),
        FieldSpec("name", "text", ("企业名称", "name"), required=True),
        FieldSpec("park", "text", ("所属园区", "park")),
        FieldSpec("region", "text", ("所在县区", "county", "region")),
        FieldSpec("industry_code", "text", ("行业代码", "industry_code")),
        FieldSpec("industry_name", "text", ("行业名称", "industry_name")),
        FieldSpec("above_scale", "boolean", ("规上", "above_scale")),
        FieldSpec("high_tech", "boolean", ("高新技术企业", "high_tech")),
        FieldSpec("specialised", "boolean", ("专精特新", "specialised")),
        FieldSpec("founded_on", "date", ("成立日期", "founded_on")),
        FieldSpec("landlord_code", "text", ("出租方代码", "landlord_code")),
        FieldSpec("land_holding", "text", ("用地方式", "land_holding")),
        *PARTICULARS,
    )

    def normal_key(self, raw: str) -> str:
        return normal_credit_code(raw)

    def lookups(self, rows: list[dict[str, Any]], user: Any) -> _Lookups:
        place = policy_for(Enterprise).place(user, IMPORT)  # type: ignore[attr-defined]
        named = {normal_credit_code(r["landlord_code"]) for r in rows if r.get("landlord_code")}
        landlords: dict[str, int] = {}
        for chunk in chunks(sorted(named)):
            found = Enterprise.objects.filter(credit_code__in=chunk)
            landlords.update(found.values_list("credit_code", "pk"))
        return _Lookups(
            RegionFinder({row.get("region") for row in rows}, place),
            ParkFinder(user),
            place,
            {row["credit_code"] for row in rows},
            landlords,
            _held([row["credit_code"] for row in rows]),
            dict(LadderRung.objects.values_list("code", "name")),
        )

    def values(self, row: dict[str, Any], lookups: _Lookups) -> dict[str, Any]:
        park = lookups.parks.find(row.get("park"))
        region = lookups.regions.find(row.get("region")) or (park.region if park else None)
        return {
            "name": row.get("name"),
            "park_id": park.pk if park else None,
            "region_id": region.pk if region else None,
            "industry_code": row.get("industry_code"),
            "industry_name": row.get("industry_name"),
            "above_scale": row.get("above_scale"),
            "land_holding": one_of(row.get("land_holding"), HOLDINGS, "land_holding"),
            "founded_on": row.get("founded_on"),
            **{spec.code: _particular(row.get(spec.code), spec.code) for spec in PARTICULARS},
        }

    def in_area(self, values: dict[str, Any], existing: Any, lookups: _Lookups) -> bool:
        region_id = values.get("region_id") or (existing and existing.region_id)
        if not region_id:
            raise RowFault(
                _("Neither park nor region is given. Write “所属园区” or “所在县区” in the file.")
            )
        if existing is not None and not {"region_id", "park_id"} & values.keys():
            return True  # it stays where it is, and the row itself is writable
        region = self._region(region_id, lookups)
        park = lookups.parks.by_pk.get(values.get("park_id") or (existing and existing.park_id))
        committee_id = park.committee_id if park else None
        return lookups.place.covers(division_code=region.code, org_unit_id=committee_id)

    def shown(self, name: str, value: Any, lookups: _Lookups) -> str:
        if value is None:
            return MISSING
        if name == "region_id":
            return self._region(value, lookups).name
        if name == "park_id":
            park = lookups.parks.by_pk.get(value)
            return park.name if park else MISSING
        if name == "land_holding" and value:
            return next(word for word, code in HOLDINGS.items() if code == value)
        return super().shown(name, value, lookups)

    def extra_changes(
        self, row: dict[str, Any], existing: Any, lookups: _Lookups
    ) -> list[tuple[str, str, str]]:
        """The landlord, which may stand further down in the file, and the rungs."""
        changes = []
        landlord = row.get("landlord_code")
        if landlord:
            row["landlord_code"] = code = normal_credit_code(landlord)
            self._check_landlord(code, row, lookups)
            if existing and lookups.landlords.get(code) != existing.landlord_id:
                changes.append((_("landlord"), "", code))
        held = lookups.held.get(existing.pk, set()) if existing else set()
        for column, rung in RUNGS.items():
            wanted = row.get(column)
            if wanted is not None and wanted != (rung in held):
                said = (_("No"), _("Yes"))
                changes.append((lookups.rung_names[rung], said[not wanted], said[wanted]))
        return changes

    def after_write(self, rows: list[RowPlan], acting_user: Any) -> None:
        wanted = {one.key for one in rows}
        wanted |= {code for one in rows if (code := one.row.get("landlord_code"))}
        numbers: dict[str, int] = {}
        for chunk in chunks(sorted(wanted)):
            found = Enterprise.objects.filter(credit_code__in=chunk)
            numbers.update(found.values_list("credit_code", "pk"))
        tenants = []
        for one in rows:
            landlord = one.row.get("landlord_code")
            if landlord and landlord not in numbers:
                raise CannotImport(
                    _(
                        "Line %(line)d rents from %(code)s, whose own line can't be used. "
                        "Mend that."
                    )
                    % {"line": one.line, "code": landlord}
                )
            if landlord:
                tenants.append(Enterprise(pk=numbers[one.key], landlord_id=numbers[landlord]))
        Enterprise.objects.bulk_update(tenants, ["landlord"], batch_size=300)
        _write_standings(rows, numbers)

    def _check_landlord(self, code: str, row: dict[str, Any], lookups: _Lookups) -> None:
        if code == row["credit_code"]:
            raise RowFault(_("An enterprise can't be its own landlord."), "landlord_code")
        if code not in lookups.landlords and code not in lookups.codes_in_file:
            raise RowFault(
                _("Landlord %(code)s is neither in the register nor in this file. Add it first.")
                % {"code": code},
                "landlord_code",
            )

    def _region(self, pk: int, lookups: _Lookups) -> Region:
        found = lookups.regions.by_pk.get(pk)
        if found is None:
            found = lookups.regions.by_pk[pk] = Region.objects.get(pk=pk)
        return found


def _held(codes: list[str]) -> dict[int, set[str]]:
    held: dict[int, set[str]] = defaultdict(set)
    for chunk in chunks(codes):
        rows = LadderStanding.objects.filter(
            enterprise__credit_code__in=chunk, until__isnull=True
        ).values_list("enterprise_id", "rung__code")
        for number, rung in rows:
            held[number].add(rung)
    return held


def _write_standings(rows: list[RowPlan], numbers: dict[str, int]) -> None:
    held = _held([one.key for one in rows])
    rungs = {rung.code: rung for rung in LadderRung.objects.filter(code__in=RUNGS.values())}
    today = clock.today()
    won, lost = [], []
    for one in rows:
        number = numbers[one.key]
        for column, code in RUNGS.items():
            wanted = one.row.get(column)
            if wanted and code not in held[number]:
                won.append(LadderStanding(enterprise_id=number, rung=rungs[code], since=today))
            elif wanted is False and code in held[number]:
                lost.append((number, code))
    LadderStanding.objects.bulk_create(won, batch_size=1000)
    for number, code in lost:
        LadderStanding.objects.filter(
            enterprise_id=number, rung__code=code, until__isnull=True
        ).update(until=today)
