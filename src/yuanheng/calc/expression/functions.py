"""The functions of the language: names, Chinese names, numbers of arguments.

Meanings: ``min``, ``max`` and ``sum`` are unknown if any argument is. ``round(x, n)`` rounds half
away from zero, as a spreadsheet shows it (2.675 to 2.68): see `rounding.py`. ``year`` and
``month`` take a date; ``days_between(a, b)`` is b minus a; ``months_between(a, b)`` counts full
months, so that 31 January to 29 February is none, and is negative when b is before a.
``starts_with(x, "44", "45")`` is whether a text begins with one of some literals.
``coalesce`` is its first argument that is known; ``is_known`` is never unknown.
"""

from __future__ import annotations

from dataclasses import dataclass

from yuanheng.calc.expression.nodes import Statistic


@dataclass(frozen=True, slots=True)
class Function:
    """A function as written: English name, other names, and how many arguments it takes.

    ``most`` is None where any number is allowed.
    """

    name: str
    aliases: tuple[str, ...]
    least: int
    most: int | None


FUNCTIONS: tuple[Function, ...] = (
    Function("if", ("如果",), 3, 3),
    Function("min", ("最小",), 2, None),
    Function("max", ("最大",), 2, None),
    Function("sum", ("求和",), 2, None),
    Function("abs", ("绝对值",), 1, 1),
    Function("round", ("四舍五入",), 1, 2),
    Function("floor", ("向下取整",), 1, 1),
    Function("ceil", ("向上取整",), 1, 1),
    Function("coalesce", ("首个已知",), 2, None),
    Function("is_known", ("已知",), 1, 1),
    Function("starts_with", ("开头是",), 2, None),
    Function("previous", ("上期",), 1, 1),
    Function("same_period_last_year", ("上年同期",), 1, 1),
    Function("group_mean", ("组均值",), 1, 1),
    Function("group_max", ("组最大",), 1, 1),
    Function("group_min", ("组最小",), 1, 1),
    Function("group_sum", ("组合计",), 1, 1),
    Function("group_count", ("组家数",), 1, 1),
    Function("group_sd", ("组标准差",), 1, 1),
    Function("group_quantile", ("组分位",), 2, 2),
    Function("date", ("日期",), 1, 1),
    Function("year", ("年份",), 1, 1),
    Function("month", ("月份",), 1, 1),
    Function("days_between", ("相隔天数",), 2, 2),
    Function("months_between", ("相隔月数",), 2, 2),
)

BY_NAME: dict[str, Function] = {
    name: function for function in FUNCTIONS for name in (function.name, *function.aliases)
}
CHINESE_NAME: dict[str, str] = {function.name: function.aliases[0] for function in FUNCTIONS}

STATISTICS: dict[str, Statistic] = {
    "group_mean": "mean",
    "group_max": "max",
    "group_min": "min",
    "group_sum": "sum",
    "group_count": "count",
    "group_sd": "sd",
    "group_quantile": "quantile",
}

WORDS: dict[str, str] = {
    "and": "and",
    "且": "and",
    "or": "or",
    "或": "or",
    "not": "not",
    "非": "not",
    "in": "in",
    "属于": "in",
    "不属于": "not in",
    "true": "true",
    "真": "true",
    "是": "true",
    "false": "false",
    "假": "false",
    "否": "false",
    "unknown": "unknown",
    "未知": "unknown",
}
"""The reserved words (Latin ones in any case) and what they stand for."""


def find_function(name: str) -> Function | None:
    """The function of that English or Chinese name (Latin letters in any case), if there is one.

    >>> find_function("最小").name
    'min'
    """
    return BY_NAME.get(name) or BY_NAME.get(name.lower())
