"""The columns of the files, as offices head them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "whole", "number", "date"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its plain name, its unit if it has one, and what its cells are."""

    name: str
    unit: str = ""
    kind: Kind = "text"
    decimals: int = 2

    @property
    def header(self) -> str:
        """The name with the unit in brackets, as in CSV files and workbooks."""
        return f"{self.name}({self.unit})" if self.unit else self.name


REGION_HEADERS = ("区划代码", "名称", "上级代码", "层级")
PARK_HEADERS = (
    "园区代码",
    "园区名称",
    "简称",
    "级别",
    "管委会",
    "所在县区",
    "上级园区",
    "主导产业",
    "特色产业",
    "规划面积(亩)",
)
PARTICULAR_HEADERS = (
    "企业类型",
    "企业规模",
    "经营状态",
    "注册资本(万元)",
    "所属产业链",
    "主要产品",
    "经营范围",
    "入园日期",
    "投产日期",
    "证券代码",
    "用地面积(亩)",
    "建筑面积(平方米)",
    "详细地址",
    "邮政编码",
    "经度",
    "纬度",
    "网址",
    "法定代表人",
    "联系人",
    "联系电话",
)
REGISTER_HEADERS = (
    "统一社会信用代码",
    "企业名称",
    "所属园区",
    "所在县区",
    "行业代码",
    "行业名称",
    "规上",
    "高新技术企业",
    "专精特新",
    "成立日期",
    "出租方代码",
    "用地方式",
    *PARTICULAR_HEADERS,
)

FIGURE_GROUPS: tuple[tuple[str, tuple[Column, ...]], ...] = (
    (
        "基本情况",
        (
            Column("年度", kind="whole"),
            Column("统一社会信用代码"),
            Column("企业名称"),
            Column("县区"),
            Column("园区"),
            Column("行业代码"),
            Column("规上"),
        ),
    ),
    (
        "投入与产出",
        (
            Column("用地面积", "亩", "number"),
            Column("实缴税收", "万元", "number"),
            Column("工业增加值", "万元", "number"),
            Column("营业收入", "万元", "number"),
        ),
    ),
    (
        "能源与排放",
        (
            Column("综合能耗", "吨标准煤", "number"),
            Column("用电量", "千瓦时", "whole"),
            Column("主要污染物排放量", "吨", "number", 4),
        ),
    ),
    (
        "人员与创新",
        (
            Column("平均从业人数", "人", "whole"),
            Column("研发经费支出", "万元", "number"),
            Column("技改投资", "万元", "number"),
        ),
    ),
    (
        "安全与环保",
        (
            Column("较大及以上安全事故", "起", "whole"),
            Column("环境违法", "起", "whole"),
        ),
    ),
    ("其他", (Column("建成投产日期", kind="date"),)),
)
FIGURE_COLUMNS = tuple(column for _, columns in FIGURE_GROUPS for column in columns)

PARK_FIGURE_COLUMNS = (
    Column("年度", kind="whole"),
    Column("园区代码"),
    Column("园区名称"),
    Column("级别"),
    Column("县区"),
    Column("主导产业集聚度", "%", "number"),
    Column("土地建成率", "%", "number"),
    Column("亩均税收", "万元/亩", "number"),
    Column("技工贸总收入", "亿元", "number", 4),
    Column("省级以上创新平台数", "个", "whole"),
    Column("研发投入强度", "%", "number"),
    Column("高新技术企业数", "家", "whole"),
    Column("高新技术产业增加值占比", "%", "number"),
    Column("新签约亿元以上项目数", "个", "whole"),
    Column("项目履约率", "%", "number"),
    Column("固定资产投资", "亿元", "number"),
    Column("规模工业增加值", "亿元", "number", 4),
    Column("审批平均办理时长", "工作日", "number"),
    Column("企业诉求按期办结率", "%", "number"),
    Column("入库税收", "亿元", "number", 4),
    Column("技工贸总收入增速", "%", "number"),
    Column("企业满意度", "%", "number"),
    Column("单位增加值能耗", "吨标准煤/万元", "number", 4),
    Column("规模工业增加值增速", "%", "number"),
    Column("进出口总额", "亿元", "number"),
    Column("较大及以上安全事故", "起", "whole"),
    Column("中央环保督察问题", "个", "whole"),
)
PUBLISHED_HEADERS = (
    "地方",
    "对象",
    "文件",
    "媒体",
    "日期",
    "日期依据",
    "指标",
    "期间",
    "数值",
    "单位",
    "同比(%)",
    "说明",
)
