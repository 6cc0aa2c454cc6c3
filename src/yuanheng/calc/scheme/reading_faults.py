"""Pydantic's findings about a scheme file, said for the official who wrote it."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from yuanheng.calc.faults import Fault
from yuanheng.calc.scheme.composing import COMPARED_BY

DISCRIMINATED = {"item", "dimension"}
ALTERNATIVES = {
    "missing": (
        "fail、zero_points、group_mean_score、leave_out、{points: 数}、{share: 比例} 或 "
        "{impute: group_median}",
    ),
    "zero": (
        "as_value、as_missing、fail、zero_points、group_mean_score、leave_out、"
        "{points: 数} 或 {share: 比例}",
    ),
    "benchmark": (
        "一个数、{by_year: {2022: 数}}、{by: 字段, values: {类别: 数}}、"
        "{statistic: mean, of: last_year, scope: 字段, times: 2} 或 {formula: 公式}",
    ),
    "false_data": ("none，或一列 {when: 条件, then: 处理}",),
    "cap": ("none、{points: 数} 或 {times_weight: 倍数}",),
}
ALTERNATIVES["negative"] = ALTERNATIVES["zero"]
for _name in ("target", "base", "low", "high", "satisfactory", "not_allowed"):
    ALTERNATIVES[_name] = ALTERNATIVES["benchmark"]
ALTERNATIVES["floor"] = ALTERNATIVES["cap"]


def _real_path(loc: tuple[int | str, ...], data: Any, missing: bool) -> tuple[str, bool]:
    """The path in the file (the model's own tags left out), and whether a union was entered."""
    path, here, in_union = "", data, False
    for number, part in enumerate(loc):
        last = number == len(loc) - 1
        if part in DISCRIMINATED and not last and isinstance(loc[number - 1], int):
            continue  # The tag of a node, though a dimension has a key of this name.
        if isinstance(part, int) and isinstance(here, list) and part < len(here):
            here, path = here[part], f"{path}[{part}]"
        elif isinstance(here, dict) and part in here:
            here, path = here[part], f"{path}.{part}" if path else str(part)
        elif last and missing and isinstance(here, dict):
            path = f"{path}.{part}" if path else str(part)
        elif part not in DISCRIMINATED and not (
            isinstance(here, dict) and here.get("method") == part
        ):
            in_union = True
            if not (isinstance(part, str) and "[" in part) and not last:
                continue
    return path, in_union


def _shown(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _one(error: ErrorDetails, path: str) -> Fault:
    kind, value, context = error["type"], _shown(error["input"]), error.get("ctx", {})
    name = path.rsplit(".", 1)[-1]
    if kind == "missing":
        return Fault("missing_key", f"缺少必填项 {name}。", f"{name} is required.", path=path)
    if kind == "extra_forbidden":
        return Fault(
            "unknown_key",
            f"不认识的项 {name}（值为 {value}）；请检查拼写或删去。",
            f"Unknown key {name} (value {value}); check the spelling or remove it.",
            path=path,
        )
    if kind in ("literal_error", "union_tag_invalid"):
        expected = str(context.get("expected") or context.get("expected_tags", ""))
        near = difflib.get_close_matches(value, re.findall("'([^']*)'", expected), 1)
        hint_zh = f"是否想写 {near[0]}？" if near else ""
        hint_en = f" Did you mean {near[0]}?" if near else ""
        return Fault(
            "not_a_choice",
            f"{name} 写的是“{value}”，只能是：{expected}。{hint_zh}",
            f"{name} is “{value}”; it must be one of {expected}.{hint_en}",
            path=path,
        )
    if kind == "union_tag_not_found":
        return Fault(
            "missing_key",
            f"{name} 缺少 method（得分方法），例如 method: ratio_to_benchmark。",
            f"{name} lacks its method, for example method: ratio_to_benchmark.",
            path=path,
        )
    if kind == "value_error":
        reason = str(context.get("error", error["msg"]))
        return Fault("inconsistent", VALUE_ERRORS.get(reason, reason), reason, path=path)
    expected_zh = EXPECTED.get(kind, "")
    return Fault(
        "wrong_kind",
        f"{name or '文件'} 的值“{value}”不对：{expected_zh or error['msg']}。",
        f"{name or 'the file'} has the value “{value}”: {error['msg']}.",
        path=path,
    )


EXPECTED = {
    "string_type": "应为文字（含冒号、引号的请加引号）",
    "float_type": "应为数字",
    "int_type": "应为整数",
    "bool_type": "应为 true 或 false",
    "list_type": "应为列表（每行以“- ”开头）",
    "dict_type": "应为“键: 值”",
    "model_type": "应为“键: 值”",
    "model_attributes_type": "应为“键: 值”",
    "too_short": "内容太少，至少一项",
    "string_too_short": "不能为空",
    "string_pattern_mismatch": (
        "写法不符（编码只用小写字母、数字和下划线；年度写成 2022、2024Q3 之类）"
    ),
    "greater_than_equal": "数字太小",
    "less_than_equal": "数字太大",
    "greater_than": "数字太小",
    "less_than": "数字太大",
    "tuple_type": "应为一对数，例如 [1, 3]",
}
VALUE_ERRORS = {
    "say either points or times_weight": "points 与 times_weight 只能写一个，且必须写一个。",
    "say either points or per_event": "points 与 per_event 只能写一个，且必须写一个。",
    "a quota needs rounding: down, up or nearest": (
        "按比例定档必须写明名额取整方式 rounding:down(舍去)、up(进一)或 nearest(四舍五入)。"
    ),
    "within is for benefit_of_the_doubt only": (
        "within（自选权重可偏离的幅度）只用于 benefit_of_the_doubt（择优加权），请删去。"
    ),
    "within must be above 0 and at most 100%": (
        "within 应大于 0、不超过 100%，例如 within: 30% 表示自选权重可比写定的权重高或低三成。"
    ),
    "power_mean needs power, and nothing else has one": (
        "power_mean（幂平均）要写 power（幂次），例如 power: 0.5；其他合成办法不写 power。"
    ),
    "power is too near to 0": "power 离 0 太近，请写 0（即几何平均），或绝对值不小于 0.05 的数。",
    "majority must be from 0 to 100%": "majority 应在 0 到 100% 之间。",
    "least must be between 0 and 100%": "least 应在 0 到 100% 之间（不含两端）。",
    "with_given must be from 0 to below 100%": (
        "with_given（写定的权重所占份额）应在 0 至 100% 之间，不含 100%。"
    ),
    "low must be below high, both within 0 and 100%": (
        "low 应小于 high，两者都在 0 至 100% 之间，例如 low: 5%, high: 95%。"
    ),
    "on is for regression and nearest only": (
        "on（看哪几项）只用于 regression、nearest，请删去。"
    ),
    "k is for nearest only": "k（取几家）只用于 nearest，请删去。",
    "write comparisons or experts, not both": (
        "comparisons 与 experts 只能写一个：一位专家写 comparisons，几位专家写 experts。"
    ),
    **{
        f"{key} is for {method} only": f"{key} 只用于 {method}，请删去或改 method。"
        for method, keys in COMPARED_BY.items()
        for key in keys
    },
    "a sample says 示例 in its title": "示例方案（nature: sample）的标题必须含“示例”二字。",
}


def model_faults(error: ValidationError, data: Any) -> list[Fault]:
    """Every fault of form, one a place, in the order of the file."""
    plain: list[Fault] = []
    unions: dict[str, list[ErrorDetails]] = defaultdict(list)
    for detail in error.errors(include_url=False):
        path, in_union = _real_path(detail["loc"], data, detail["type"] == "missing")
        if in_union:
            unions[_union_root(path)].append(detail)
        else:
            plain.append(_one(detail, path))
    for path, details in unions.items():
        name = path.rsplit(".", 1)[-1]
        choices = ALTERNATIVES.get(name, ("方案写法说明中列出的形式之一",))[0]
        value = _shown(_value_at(data, path))
        plain.append(
            Fault(
                "not_a_choice",
                f"{name} 写的是“{value}”，不对；可以写：{choices}。",
                f"{name} is “{value}”, which is none of its forms: "
                + "; ".join(dict.fromkeys(d["msg"] for d in details))
                + ".",
                path=path,
            )
        )
    return plain


def _union_root(path: str) -> str:
    """The place where the choice was made: the nearest key that has alternatives."""
    parts = path.split(".")
    for index in range(len(parts), 0, -1):
        if parts[index - 1] in ALTERNATIVES:
            return ".".join(parts[:index])
    return path


def _value_at(data: Any, path: str) -> Any:
    here = data
    for part in path.replace("[", ".[").split("."):
        if not part:
            continue
        try:
            here = here[int(part[1:-1])] if part.startswith("[") else here[part]
        except (KeyError, IndexError, TypeError, ValueError):
            return ""
    return here
