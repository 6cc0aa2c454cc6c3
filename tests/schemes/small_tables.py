"""A small table for any scheme, made from its own declaration of columns."""

from __future__ import annotations

import csv
from pathlib import Path

from tests.schemes.credit_codes import credit_code

from yuanheng.calc.scheme.model import FieldDeclaration, Scheme

TEXTS = {
    "级别": ["国家级", "省级"],
    "区域": ["东部", "中部", "西部"],
    "单位类别": ["部门", "乡镇街道", "园区管委会"],
    "园区类型": ["综合", "生态保护", "旅游度假", "出口加工"],
    "园区层级": ["市级", "县级"],
    "县区": ["东县", "西县"],
    "园区": ["一园", "二园"],
    "行业代码": ["3411", "2621", "1310"],
    "宗地号": ["", "", "G1", "G2", "", "", "", ""],
    "出租方信用代码": [credit_code(1)],
}
RARE = {"环境违法", "综合保税区", "严重违规违纪", "数据核查不实", "服务业"}
"""Conditions that few subjects meet, so that enough are rated."""


def _is_event(name: str) -> bool:
    return any(word in name for word in ("事故", "事件", "督察", "案例", "违法", "缺额", "推迟"))


def value_of(declared: FieldDeclaration, subject: int, year: int) -> str:
    """A plausible figure: positive, different for each subject, growing by year."""
    if declared.kind == "text":
        choices = TEXTS[declared.name]
        return choices[subject % len(choices)]
    if declared.kind == "boolean":
        if declared.name == "规上":
            return "是" if subject % 3 else "否"
        every = 11 if declared.name in RARE else 5
        return "是" if subject % every == every - 1 else "否"
    if declared.kind == "date":
        return f"{2000 + subject % 9}-06-01"
    if _is_event(declared.name):
        return "1" if subject % 12 == 7 else "0"
    if declared.at_most == 100:
        return str(55 + subject * 7 % 43)
    spread = len(declared.code) * 5 % 17 + 3
    return str(round(10 + subject * spread % 29 + (year % 10) * 0.5, 2))


def write_small_table(scheme: Scheme, path: Path, subjects: int) -> Path:
    """A table of ``subjects`` rows for each of two years where the scheme has a period column."""
    years = [int(scheme.period[:4])]
    if scheme.data.period:
        years.insert(0, years[0] - 1)
    header = [*scheme.data.period[:1], scheme.data.id[0]]
    named = [n for n in scheme.data.name[:1] if n != scheme.data.id[0]]
    fields = scheme.data.fields
    columns = [f"{f.name}({f.measure})" if f.measure else f.name for f in fields]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([*header, *named, *columns])
        for year in years:
            for subject in range(1, subjects + 1):
                code = credit_code(subject) if scheme.data.id_check else f"P{subject:03d}"
                start = [str(year), code] if scheme.data.period else [code]
                values = [value_of(f, subject, year) for f in fields]
                writer.writerow([*start, *(f"主体{subject}" for _ in named), *values])
    return path
