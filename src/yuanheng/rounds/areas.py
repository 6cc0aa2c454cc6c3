"""The area list before an evaluation: sheets from area items, decisions that correct them."""

from __future__ import annotations

from typing import Any

from yuanheng.estate.api import AreaKind, AreaSheet, area_sheets, correct_area
from yuanheng.rounds.choices import Purpose
from yuanheng.rounds.given import Given, GivenRow
from yuanheng.rounds.models import EvaluationRound

TOTAL = "land_area"


def area_list_of(case: EvaluationRound) -> EvaluationRound | None:
    """The area list of the same office and year that was settled last."""
    rows = EvaluationRound.objects.filter(
        purpose=Purpose.AREAS, org_unit=case.org_unit_id, period=case.period, state="published"
    )
    return rows.order_by("-closed_at").first()


def read_areas(user: Any, year: int) -> Given:
    """One row an enterprise that the person keeps: its area, the mu of each kind, and every figure
    of every item, with the total of the year before."""
    columns = [_number(TOTAL, "用地面积"), *(_number(f"kind_{one}", str(one.label)) for one in
                                        AreaKind)]  # fmt: skip
    given = Given({"file": "", "sheet": "", "format": "areas", "rejected": 0, "fields": columns})
    for at, one in enumerate(area_sheets(user, year), 1):
        given.rows.append(_row(one, at))
    return given


def _number(code: str, name: str) -> dict[str, Any]:
    return {"code": code, "name": name, "unit": "亩", "kind": "number", "letter": "",
            "header": name}  # fmt: skip


def _row(one: AreaSheet, at: int) -> GivenRow:
    figures: dict[str, Any] = {TOTAL: one.area_mu}
    figures |= {f"kind_{kind}": mu for kind, mu in one.by_kind.items()}
    fields: list[dict[str, Any]] = [{**_number(TOTAL, "用地面积"), "fixed": True, "basis": ""}]
    for line in one.lines:
        code = f"{line.figure}_{line.key.replace('-', '')}"
        figures[code] = line.value
        fields.append(
            {"code": code, "name": line.name, "unit": line.measure, "kind": "number",
             "basis": line.basis, "zh": line.zh, "en": line.en, "item": line.key,
             "figure": line.figure}
        )  # fmt: skip
    before = {} if one.before_mu is None else {TOTAL: one.before_mu}
    return GivenRow(one.code, one.name, at, figures, before, fields)


def settle_claims(user: Any, case: Any, earlier: list[dict[str, Any]]) -> None:
    """Write what was decided of an area objection into the area items: what is upheld counts from
    the first day of the year. What an earlier decision upheld and this one doesn't is put
    back."""
    if not case.round.is_area_list:
        return
    fields = {one["code"]: one for one in case.sheet.fields_given}
    before = {one["field"]: one for one in earlier}
    for claim in case.claims:
        field = fields.get(claim["field"], {})
        if "item" not in field:
            continue
        was = before.get(claim["field"], {}).get("upheld")
        if not claim["upheld"] and not was:
            continue
        correct_area(
            acting_user=user,
            token=field["item"],
            figure=field["figure"],
            value=claim["value"] if claim["upheld"] else claim.get("shown"),
            year=int(case.round.period),
            reason=f"{case.number}：{case.decision}"[:300],
        )
