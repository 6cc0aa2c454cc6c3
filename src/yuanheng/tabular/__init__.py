"""Tables of offices: reads them as they come, says what was mended, and writes whole files."""

from yuanheng.tabular.credit_code import check_credit_code
from yuanheng.tabular.reading import read_table
from yuanheng.tabular.relation import Relation, open_relation
from yuanheng.tabular.sheets import Sheet, write_xlsx
from yuanheng.tabular.table import FieldSpec, Rejected, Source, Table
from yuanheng.tabular.writing import whole_directory, whole_file

__all__ = [
    "FieldSpec",
    "Rejected",
    "Relation",
    "Sheet",
    "Source",
    "Table",
    "check_credit_code",
    "open_relation",
    "read_table",
    "whole_directory",
    "whole_file",
    "write_xlsx",
]
