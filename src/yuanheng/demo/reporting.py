"""One monthly form with submissions in every state. The figures are invented, as the city is."""

from __future__ import annotations

from random import Random
from typing import Any

from yuanheng.accounts.models import User
from yuanheng.calc.periods import MONTH, Period
from yuanheng.kernel.flow import flow_for, open_case, perform
from yuanheng.ledger.api import (
    Catalogue,
    EntrySource,
    NewFigure,
    figures_between,
    subjects_of,
    write_figures,
)
from yuanheng.ledger.reporting import (
    Draft,
    Form,
    Sheet,
    Submission,
    confirm_all,
    save_drafts,
)
from yuanheng.registry.api import regions_by_code

CODE, FIRM_CODE = "YB01", "QY01"
_FIRM_INDICATORS = ("revenue", "profit", "tax_actual", "rd_spend", "employees", "electricity")
_INDICATORS = (
    "total_income", "industrial_va", "fixed_investment", "tax_paid_in", "revenue", "rd_spend",
    "rd_intensity", "firms", "scale_firms", "hightech_firms",
)  # fmt: skip
# 亿元 and 家 of a middling park in a month, of which there is no month to go by.
_USUAL = {
    "total_income": (28, 62), "industrial_va": (7, 16), "fixed_investment": (3, 9),
    "tax_paid_in": (0.8, 2.4), "revenue": (26, 58), "rd_spend": (0.6, 1.9), "firms": (210, 460),
    "scale_firms": (90, 190), "hightech_firms": (40, 95),
}  # fmt: skip
# Park → how far its committee is. The others have not begun.
_STATES = {
    "YZ01": "accepted", "YZ02": "county", "YZ03": "approved", "YZ04": "reported",
    "YZ05": "begun", "YZ06": "sent_back", "YZ07": "begun",
}  # fmt: skip
_WAY = {
    "reported": ("report",),
    "sent_back": ("report", "send_back"),
    "approved": ("report", "approve"),
    "county": ("report", "approve", "county_approve"),
    "accepted": ("report", "approve", "county_approve", "accept"),
}


def load_reporting(admin: Any) -> str:
    """Issue the form and bring some submissions on their way; the form's code. Done once."""
    analyst = User.objects.filter(username="analyst").first()
    reporter = User.objects.filter(username="reporting").first()
    if analyst is None or reporter is None or Form.objects.filter(form_code=CODE).exists():
        return CODE
    values = {
        "title": "园区经济运行月报（示例）", "form_code": CODE, "frequency": "month", "rank": "",
        "region": None, "due_days": 20, "first_period": "",
        "indicator_names": "\n".join(_INDICATORS),
        "note": "按月填报本园区数据，金额单位为亿元。税收由税务部门推送，核对无误后确认即可。",
    }  # fmt: skip
    form = open_case(acting_user=analyst, flow=flow_for(Form), values=values)
    form = perform(acting_user=analyst, case=form, action="ask")
    form = perform(acting_user=admin, case=form, action="issue")
    row = form.periods.first()
    if row is None:
        return CODE
    usual = Usual(admin, row.period)
    _tax_is_known(admin, row.period, usual)
    for case in Submission.objects.filter(form_period=row).order_by("pk"):
        park = case.cells.values_list("subject__code", flat=True).first()
        if park in _STATES:
            _bring(case, park, _STATES[park], admin, reporter, usual)
    return CODE


def load_firm_form(admin: Any) -> None:
    """A quarterly form to the enterprises above scale of the county where the demonstration's
    enterprise lies. Done once."""
    analyst = User.objects.filter(username="analyst").first()
    firm = User.objects.filter(username="enterprise").first()
    if analyst is None or firm is None or Form.objects.filter(form_code=FIRM_CODE).exists():
        return
    county = firm.org_unit.parent.parent.code
    values = {
        "title": "规模以上工业企业季报（示例）", "form_code": FIRM_CODE, "frequency": "quarter",
        "asks": "enterprise", "only_above_scale": True, "rank": "", "due_days": 60,
        "region": regions_by_code([county])[county], "first_period": "",
        "indicator_names": "\n".join(_FIRM_INDICATORS),
        "note": "企业填报本单位数据，金额单位为亿元；没有发生的填 0，不掌握的留空并说明原因。",
    }  # fmt: skip
    form = open_case(acting_user=analyst, flow=flow_for(Form), values=values)
    form = perform(acting_user=analyst, case=form, action="ask")
    perform(acting_user=admin, case=form, action="issue")


def _tax_is_known(admin: Any, period: Period, usual: Usual) -> None:
    """Another office has brought one of the figures already."""
    figures = [
        NewFigure(
            usual.ids[code],
            usual.by_code["tax_paid_in"].pk,
            period,
            round(usual(code, "tax_paid_in") * 1e8, 2),
        )
        for code in _STATES
    ]
    write_figures(
        acting_user=admin,
        figures=figures,
        source=EntrySource.FEED,
        title="税务数据（示例）",
        source_name="税务部门推送（示例）",
        source_key=f"demo-tax-{period.label}",
    )


class Usual:
    """What a park would report: the same month of last year, moved as the month before has."""

    def __init__(self, admin: Any, period: Period) -> None:
        self.start = period.start
        self.by_code = Catalogue().by_code
        self.ids = subjects_of("park", _STATES, acting_user=admin)
        numbers = [self.by_code[code].pk for code in _USUAL]
        rows = figures_between(
            list(self.ids.values()), self.start - 13, self.start - 1, numbers, [MONTH]
        )
        self.known = {(row[0], row[3], row[1]): row[5] or 0.0 for row in rows}

    def __call__(self, park: str, code: str) -> float:
        """In the unit that is shown."""
        one = self.by_code[code]
        last, then, before = (
            self.known.get((self.ids[park], one.pk, self.start - back)) for back in (12, 13, 1)
        )
        if not last:
            low, high = _USUAL[code]
            found = Random(f"{park}{code}").uniform(low, high)  # noqa: S311  invented figures
        else:
            found = last * (before / then if before and then else 1) * one.shown_factor
        return round(found, 2) if one.measure == "元" else round(found)


def _bring(
    case: Submission, park: str, state: str, admin: Any, reporter: Any, usual: Usual
) -> None:
    """As far as ``state``: some of the figures, all of them, reported, approved."""
    cells = [one for one in Sheet(case).cells if one.state == "missing"]
    if state == "begun":
        cells = cells[: len(cells) // 2]
    drafts = [
        Draft(park, one.indicator.code, text=f"{usual(park, one.indicator.code)}") for one in cells
    ]
    save_drafts(acting_user=reporter, submission=case, drafts=drafts)
    if state == "begun":
        return
    confirm_all(acting_user=reporter, submission=case)
    for action in _WAY[state]:
        by = reporter if action == "report" else admin
        more: dict[str, Any] = {}
        if action == "send_back":
            cell = case.cells.get(indicator__code="rd_spend")
            more = {
                "reason": "研发经费与上月相差较大，请核对。",
                "values": {"figures": [str(cell.pk)]},
            }
        case = perform(acting_user=by, case=case, action=action, **more)
