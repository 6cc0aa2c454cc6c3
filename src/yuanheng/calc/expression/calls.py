"""Turns a function as written into its node, checking the number and form of the arguments."""

from __future__ import annotations

from typing import NoReturn

from yuanheng.calc.expression.dates import days_of
from yuanheng.calc.expression.functions import STATISTICS, Function
from yuanheng.calc.expression.nodes import Call, Const, Expr, GroupStat, If, Shifted, Span
from yuanheng.calc.expression.tokens import fail

MAX_DIGITS = 10


def build_call(function: Function, args: tuple[Expr, ...], span: Span) -> Expr:
    """The node of a call; FaultyInput if the arguments are too few, too many or not literals
    where literals are needed (digits of round, share of group_quantile, text of date)."""
    if len(args) < function.least or (function.most is not None and len(args) > function.most):
        _wrong_count(function, len(args), span)
    name = function.name
    if name == "if":
        return If(*args, span=span)
    if name == "previous":
        return Shifted("previous", args[0], span=span)
    if name == "same_period_last_year":
        return Shifted("last_year", args[0], span=span)
    if name == "group_quantile":
        return GroupStat("quantile", args[0], _share(args[1]), span=span)
    if name in STATISTICS:
        return GroupStat(STATISTICS[name], args[0], span=span)
    if name == "date":
        return Const(_days(args[0]), "date", span=span)
    if name == "round":
        digits = args[1] if len(args) == 2 else Const(0.0, span=span)
        _check_digits(digits)
        args = (args[0], digits)
    if name == "starts_with":
        for prefix in args[1:]:
            _check_prefix(prefix)
    return Call(name, args, span=span)


def _check_prefix(arg: Expr) -> None:
    if isinstance(arg, Const) and isinstance(arg.value, str) and arg.value:
        return
    fail(
        "prefix",
        f"第 {arg.span.start + 1} 个字符处：开头应是加引号的文字，例如 "
        '开头是(行业代码, "44", "45")。',
        f"Character {arg.span.start + 1}: a beginning is a quoted text, as in "
        'starts_with(sector, "44", "45").',
        arg.span.start,
        arg.span.end,
    )


def _wrong_count(function: Function, found: int, span: Span) -> NoReturn:
    if function.most is None:
        zh, en = f"至少 {function.least} 个", f"at least {function.least}"
    elif function.most == function.least:
        zh, en = f"{function.least} 个", f"{function.least}"
    else:
        zh = f"{function.least} 至 {function.most} 个"
        en = f"{function.least} to {function.most}"
    label = f"{function.name}（{function.aliases[0]}）"
    fail(
        "argument_count",
        f"第 {span.start + 1} 个字符处的函数 {label} 需要{zh}参数，却有 {found} 个。",
        f"The function {function.name} at character {span.start + 1} takes {en} arguments, "
        f"found {found}.",
        span.start,
        span.end,
    )


def _share(arg: Expr) -> float:
    if isinstance(arg, Const) and arg.kind == "number" and arg.unit in ("", "1"):
        share = arg.value
        if isinstance(share, float) and 0.0 <= share <= 1.0:
            return share
    fail(
        "quantile_share",
        f"第 {arg.span.start + 1} 个字符处：分位应写 0 到 1 之间的数字，例如 0.9 或 90%。",
        f"Character {arg.span.start + 1}: the share is a number from 0 to 1, as in 0.9 or 90%.",
        arg.span.start,
        arg.span.end,
    )


def _days(arg: Expr) -> float:
    if isinstance(arg, Const) and isinstance(arg.value, str):
        try:
            return days_of(arg.value)
        except ValueError:
            pass
    fail(
        "bad_date",
        f'第 {arg.span.start + 1} 个字符处：日期应写成 date("2024-01-31") 的样子，'
        "并且是真实存在的一天。",
        f'Character {arg.span.start + 1}: write a date as date("2024-01-31"), a day that exists.',
        arg.span.start,
        arg.span.end,
    )


def _check_digits(arg: Expr) -> None:
    digits = arg.value if isinstance(arg, Const) and not arg.unit else None
    if isinstance(digits, float) and digits in range(MAX_DIGITS + 1):
        return
    fail(
        "round_digits",
        f"第 {arg.span.start + 1} 个字符处：小数位数应是 0 到 {MAX_DIGITS} 的整数。",
        f"Character {arg.span.start + 1}: the number of digits is a whole number from 0 to "
        f"{MAX_DIGITS}.",
        arg.span.start,
        arg.span.end,
    )
