"""Evaluation: a scheme becomes a program, a program and a table become scores with their trace."""

from yuanheng.calc.evaluation.arrays import ArrayRun
from yuanheng.calc.evaluation.build import BuiltScheme, build_program, check_scheme
from yuanheng.calc.evaluation.checking import check_columns
from yuanheng.calc.evaluation.sql import SqlProgram, input_column, print_program

__all__ = [
    "ArrayRun",
    "BuiltScheme",
    "SqlProgram",
    "build_program",
    "check_columns",
    "check_scheme",
    "input_column",
    "print_program",
]
