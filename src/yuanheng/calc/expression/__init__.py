"""The expression language: read, check, evaluate, explain and print formulas and conditions.

>>> symbols = {"tax": Symbol("tax", "number", "万元"), "land": Symbol("land", "number", "亩", 0.1)}
>>> checked = check(parse("tax / land"), symbols)
>>> checked.unit
'万元/亩'
>>> interpret(checked.expr, {"tax": 30.0, "land": 2.0})
15.0
"""

from yuanheng.calc.expression.arrays import PreparedExpression, SharedFormulas, evaluate_arrays
from yuanheng.calc.expression.check import check
from yuanheng.calc.expression.dates import date_text, days_of
from yuanheng.calc.expression.functions import FUNCTIONS, Function
from yuanheng.calc.expression.interpret import Explanation, explain, interpret
from yuanheng.calc.expression.nodes import (
    Binary,
    Call,
    Const,
    Expr,
    GroupStat,
    If,
    In,
    Kind,
    Node,
    Ref,
    Shift,
    Shifted,
    Span,
    Statistic,
    Unary,
    walk,
)
from yuanheng.calc.expression.parser import parse
from yuanheng.calc.expression.printing import format_expression, words_of
from yuanheng.calc.expression.sql import to_sql
from yuanheng.calc.expression.symbols import Checked, Symbol

__all__ = [
    "FUNCTIONS",
    "Binary",
    "Call",
    "Checked",
    "Const",
    "Explanation",
    "Expr",
    "Function",
    "GroupStat",
    "If",
    "In",
    "Kind",
    "Node",
    "PreparedExpression",
    "Ref",
    "SharedFormulas",
    "Shift",
    "Shifted",
    "Span",
    "Statistic",
    "Symbol",
    "Unary",
    "check",
    "date_text",
    "days_of",
    "evaluate_arrays",
    "explain",
    "format_expression",
    "interpret",
    "parse",
    "to_sql",
    "walk",
    "words_of",
]
