"""Made-up contents for the page that shows every component (``/style/``)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.http import QueryDict

from yuanheng.kernel import clock
from yuanheng.kernel.components import Passport, Tab, TimelineEntry
from yuanheng.kernel.forms import prepare_form
from yuanheng.kernel.resources import Badge, Column
from yuanheng.kernel.resources.filters import BoundFilter, Option
from yuanheng.kernel.tables import build_table

_TONES = ("blue", "azure", "cyan", "teal", "green", "yellow", "orange", "red", "purple")
_ROWS = [
    {
        "code": "91430100MA4L16JQ9B",
        "name": "湖南冷水江锑都新材料科技股份有限公司",
        "park": "冷水江经济开发区",
        "revenue": 1234567890,
        "share": 0.1234,
        "grade": [Badge("A 类", "green"), Badge("规上", "blue")],
    },
    {
        "code": "91430100MA4L16JQ0C",
        "name": "园区示范机械厂",
        "park": "娄底经济技术开发区",
        "revenue": None,
        "share": -0.0251,
        "grade": [Badge("D 类", "red")],
    },
]


class _SampleForm(forms.Form):
    name = forms.CharField(label="企业名称", help_text="与营业执照一致。")
    park = forms.ChoiceField(label="所属园区", choices=[("", "请选择"), ("1", "冷水江经开区")])
    started_on = forms.DateField(label="开工日期", required=False, widget=forms.DateInput())
    above_scale = forms.BooleanField(label="规模以上", required=False)
    note = forms.CharField(label="备注", required=False, widget=forms.Textarea())


def samples() -> dict[str, Any]:
    """What ``web/style.html`` shows."""
    return {
        "themes": [(theme, _table(theme)) for theme in ("light", "dark")],
        "badge_samples": [Badge("未开始"), *(Badge(f"标签 {tone}", tone) for tone in _TONES)],
        "lights": _lights(),
        "entries": _entries(),
        "passport": _passport(),
        "tabs": [
            Tab("待办", "?tab=1", 12, is_active=True),
            Tab("已办", "?tab=2", 1280),
            Tab("抄送我的", "?tab=3"),
        ],
        "filters": [
            BoundFilter("rank", "园区级别", "", [Option("national", "国家级")]),
            BoundFilter("city", "市州", "4313", [Option("4313", "娄底市")]),
        ],
        "list_url": "/style/",
        "forms": [_form("empty"), _form("faulty", {"name": "", "started_on": "2024年"})],
    }


def _lights() -> list[dict[str, str]]:
    told = [
        ("green", "进展正常", "计划期内完成 80% 以上"),
        ("yellow", "进度滞后", "落后计划 10% 以内"),
        ("orange", "即将超期", "距到期不足 3 个工作日"),
        ("red", "已超期 5 个工作日", "超过办理时限"),
        ("blue", "提前完成", ""),
        ("grey", "暂停计时", ""),
    ]
    return [dict(zip(("colour", "words", "clause"), one, strict=True)) for one in told]


def _entries() -> list[TimelineEntry]:
    now = clock.now()
    return [
        TimelineEntry("受理", now - timedelta(days=9), "王敏(营商办)", "已通知企业补充材料。"),
        TimelineEntry(
            "退回补正",
            now - timedelta(days=7),
            "李强",
            tone="warn",
            lines=["缺少上年度审计报告", "统一社会信用代码与营业执照不一致"],
        ),
        TimelineEntry(
            "修改登记",
            now - timedelta(days=5),
            "锑都新材料",
            changes=[("营业收入", "1,200 万元", "12,345.68 万元"), ("员工人数", None, "318 人")],
        ),
        TimelineEntry("督办", now - timedelta(days=2), "市督查室", tone="bad", href="#"),
        TimelineEntry("会办:市自然资源局", now, "进行中", tone="now"),
        TimelineEntry("办结"),
    ]


def _passport() -> Passport:
    return Passport(
        period="2024 年 1—12 月",
        source="2024 年亩均效益评价填报表 第 37 行",
        source_href="#",
        filled_by="冷水江经开区管委会 张伟",
        approved_by="娄底市工信局 刘芳",
        known_at=clock.now(),
        definition="规模以上工业企业当年实缴税金总额,不含出口退税和海关代征。",
        exact="123,456,789.12",
    )


def _columns() -> list[Column]:
    return [
        Column("name", "企业名称", link=True),
        Column("code", "统一社会信用代码", kind="code", phone=False),
        Column("park", "所属园区"),
        Column("revenue", "营业收入(万元)", kind="wan"),
        Column("share", "增速", kind="percent"),
        Column("grade", "评价", kind="badges", value=lambda row: row["grade"], sort=False),
    ]


def _table(theme: str) -> Any:
    query = QueryDict("sort=-revenue")
    return build_table(
        _columns(), _ROWS, link=lambda _row: "#", query=query, caption=f"示例表 {theme}"
    )


def _form(prefix: str, data: dict[str, str] | None = None) -> Any:
    found = {f"{prefix}-{name}": value for name, value in data.items()} if data else None
    return prepare_form(_SampleForm(found, prefix=prefix), None)
