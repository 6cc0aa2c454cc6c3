"""One round of the demonstration: parks, walked to the publicity, with objections on the way."""

from __future__ import annotations

from typing import Any

from yuanheng.accounts.models import User
from yuanheng.evaluation.api import Run
from yuanheng.kernel.actions import create_row
from yuanheng.kernel.flow import flow_for, open_case, perform
from yuanheng.kernel.jobs.worker import work_off
from yuanheng.rounds.api import (
    DynamicRule,
    EvaluationRound,
    Sheet,
    confirm_sheets,
    object_to,
)

TITLE = "2024年度“五好”园区综合评价（示例）"
_OBJECTING = "YZ06"


def load_round(admin: Any, run: Run) -> None:
    """A round over the figures of ``run``, in publicity, one objection under way. Done once."""
    analyst = User.objects.filter(username="analyst").first()
    reporter = User.objects.filter(username="reporting").first()
    done = EvaluationRound.objects.filter(title=TITLE).exists()
    if analyst is None or reporter is None or done:
        return
    values = {
        "title": TITLE, "scheme_version": run.scheme_version, "table": run.snapshot,
        "period": run.period, "previous": run.previous,
    }  # fmt: skip
    case = open_case(acting_user=analyst, flow=flow_for(EvaluationRound), values=values)
    case = perform(acting_user=analyst, case=case, action="prepare")
    case = _worked(case, "checking")
    case = perform(acting_user=analyst, case=case, action="send_out")
    sheets = Sheet.objects.filter(round=case)
    objecting = sheets.filter(subject_code=_OBJECTING).select_related("round").first()
    confirm_sheets(acting_user=reporter, case=case, sheets=sheets.exclude(subject_code=_OBJECTING))
    if objecting is not None:
        _object_to_figure(case, objecting, reporter, analyst)
    case = perform(acting_user=analyst, case=_again(case), action="close_confirmation")
    case = perform(acting_user=analyst, case=case, action="compute")
    case = _worked(case, "computed")
    note = "对公示结果有异议的，请在公示期内登录系统提出并附佐证材料。受理单位：演示市园区办。"
    values = {"shows": "ranks", "public_note": note}
    case = perform(acting_user=analyst, case=case, action="publicise", values=values)
    if objecting is not None:
        objecting.round = case
        object_to(
            acting_user=reporter, sheet=objecting, about="result",
            grounds="评价未计入本园区年底新认定的省级平台，请复核创新平台一项（示例）。",
        )  # fmt: skip


def load_rules(admin: Any) -> None:
    """Two rules of dynamic management for parks, as samples. Done once."""
    if DynamicRule.objects.exists():
        return
    for name, effect, measure, size, times, within in (
        ("连续两年位列同类后两名（示例）", "warning", "last", 2, 2, 2),
        ("位列同类第一名（示例）", "promotion", "first", 1, 1, 1),
    ):
        values = {
            "name": name, "subject_kind": "park", "effect": effect, "measure": measure,
            "size": size, "times": times, "within": within, "clause": "系统示例，不是公布的规则",
        }  # fmt: skip
        create_row(acting_user=admin, model=DynamicRule, values=values)


def _object_to_figure(case: Any, sheet: Any, reporter: Any, analyst: Any) -> None:
    """One figure is objected to and the objection upheld."""
    numbers = [one for one in case.fields_given if one["kind"] == "number"]
    field = next((one for one in numbers if sheet.figures.get(one["code"])), None)
    if field is None:
        return
    shown = sheet.figures[field["code"]]
    claim = {
        "field": field["code"], "shown": shown, "claimed": round(shown * 1.02, 2),
        "reason": "年报定案数与快报数不同（示例）",
    }  # fmt: skip
    made = object_to(acting_user=reporter, sheet=sheet, about="figures", claims=[claim])
    made = perform(acting_user=analyst, case=made, action="accept")
    values = {
        "upheld_0": "yes", "value_0": "",
        "decision": "经统计部门核对，以年报定案数为准，予以采纳（示例）。",
    }  # fmt: skip
    perform(acting_user=analyst, case=made, action="decide", values=values)


def _worked(case: Any, state: str) -> Any:
    """The jobs that wait are done at once."""
    work_off()
    found = _again(case)
    if found.state != state:
        raise RuntimeError(f"{found}: {found.state} where {state} was expected")
    return found


def _again(case: Any) -> Any:
    return EvaluationRound.objects.get(pk=case.pk)
