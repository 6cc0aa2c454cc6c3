"""企业诉求: what an enterprise asks for, from opening to closing. One file: model, flow, pages."""

from django.db import models

from yuanheng.kernel import flow
from yuanheng.kernel.clocks import Term
from yuanheng.kernel.resources import register


class EnterpriseRequest(flow.Case):
    """One request of an enterprise."""

    enterprise = models.CharField("企业名称", max_length=100)
    wish = models.TextField("诉求内容", blank=True)
    cost_wan = models.DecimalField(
        "涉及金额（万元）", max_digits=12, decimal_places=2, null=True, blank=True
    )
    measure = models.TextField("办理措施", blank=True)
    answer = models.TextField("答复意见", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "企业诉求"


LEAD = flow.in_charge("analyst")


@flow.flow
class RequestFlow(flow.Flow):
    code, title, model, number = (
        "request",
        "企业诉求",
        EnterpriseRequest,
        "诉求〔{year}〕{serial}号",
    )
    states = [
        flow.State("new", "待受理", "blue"),
        flow.State("accepted", "办理中", "azure"),
        flow.State("answered", "待评价", "cyan"),
        flow.State("closed", "已办结", "green", final=True),
        flow.State("withdrawn", "已撤回", "secondary", final=True, aside=True),
    ]
    required = {"new": ["enterprise", "wish"], "accepted": ["measure"], "answered": ["answer"]}
    clocks = [Term("accept", "受理", days=1), Term("finish", "办结", days=5)]
    opening = flow.Opening(
        ["title", "enterprise", "wish", "cost_wan"], ["analyst", "park_reporter"], ["accept"]
    )
    small = flow.Guard(
        "已知(answer) 且 cost_wan < 1000", "金额在 1000 万元以上的诉求请移交上级办理。"
    )
    actions = [
        flow.Action(
            "accept", "受理", ["new"], "accepted", LEAD, stops=["accept"], starts=["finish"]
        ),
        flow.Action(
            "answer", "答复企业", ["accepted"], "answered", LEAD, guards=[small], stops=["finish"]
        ),
        flow.closing("closed", flow.opener() + LEAD, ["answered"]),
        flow.Action(
            "mend",
            "补正",
            ["new"],
            may=flow.opener(),
            fields=["enterprise", "wish", "cost_wan"],
            expected=False,
        ),
        flow.sending_back("new", LEAD, ["accepted"], starts=["accept"], pauses=["finish"]),
        flow.withdrawing("withdrawn", flow.opener(), ["new", "accepted"]),
        flow.reopening("accepted", flow.opener(), ["closed"], days=15, starts=["finish"]),
        flow.handing_over(LEAD, ["new", "accepted"]),
        flow.suspending(LEAD),
        flow.extending(LEAD, flow.superior("analyst"), "finish"),
        flow.co_units(LEAD, ["analyst"], Term("word", "协办", days=3), ["accepted"]),
    ]


@register
class RequestResource(flow.CaseResource):
    flow, path, nav_order = RequestFlow, "requests", 45
