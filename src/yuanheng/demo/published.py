"""Real figures that two places published about their parks, word for word with the source.

They are the only real figures in the demonstration, and stand in a file of their own.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Article:
    """A published report; the year of its date is concluded from what the text says."""

    place: str
    subject: str
    document: str
    outlet: str
    published_on: str
    date_reason: str
    figures: tuple[tuple[str, str, str, str, str, str], ...]


_SHAOYANG = _Article(
    "湖南省邵阳市",
    "全市园区",
    "全市“五好”园区建设推进会报道",
    "邵阳新闻网",
    "2023-05-31",
    "电头为“5月31日讯”，未写年份；文中以2022年为“去年”，故为2023年",
    (
        ("入园企业", "2022年", "3980", "家", "", "“达到”，期末数"),
        ("规模以上工业企业", "2022年", "1481", "家", "", "“达到”，期末数"),
        ("规模工业增加值增速", "2022年", "8.5", "%", "", ""),
        ("技工贸总收入", "2022年", "3923.37", "亿元", "18.08", ""),
    ),
)
_LENGSHUIJIANG = _Article(
    "湖南省冷水江市",
    "冷水江经开区",
    "经开区“五好”园区创建工作调研报道",
    "湖南日报·新湖南客户端",
    "2022-02-16",
    "电头为“2月16日讯”，未写年份；文中以2021年全年为最近数据，故为2022年；文末注来源冷水江新闻网",
    (
        ("企业数", "2022年2月", "71", "家", "", "“现有”，以报道时为准"),
        ("规模企业", "2022年2月", "49", "家", "", "“现有企业71家，其中”"),
        ("高新技术企业", "2022年2月", "15", "家", "", "“现有企业71家，其中”"),
        ("技工贸总收入", "2021年", "272.80", "亿元", "17.23", ""),
        ("规模工业增加值", "2021年", "68.46", "亿元", "27.6", ""),
        ("入库税收", "2021年", "1.4", "亿元", "", ""),
        ("引进新项目", "2021年", "5", "个", "", "“全年共引进”"),
        ("引进新项目总投资", "2021年", "14.2", "亿元", "", "“全年共引进”"),
        ("项目政策性补助资金", "2021年", "933.35", "万元", "", "“向上争取”，原文未另写期间"),
    ),
)


def published_rows() -> list[tuple[str, ...]]:
    """One row per figure, in the order of ``PUBLISHED_HEADERS``."""
    return [
        (
            article.place,
            article.subject,
            article.document,
            article.outlet,
            article.published_on,
            article.date_reason,
            *figure,
        )
        for article in (_SHAOYANG, _LENGSHUIJIANG)
        for figure in article.figures
    ]
