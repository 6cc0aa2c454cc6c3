"""Runs schemes on tables: files in, results out; no server, no Django."""

from yuanheng.engine.comparison import Comparison, compare_runs
from yuanheng.engine.run_directory import RunDirectory
from yuanheng.engine.runs import RunSummary, evaluate_files, file_hash, read_scheme_file
from yuanheng.engine.verify import Verification, verify_run

__all__ = [
    "Comparison",
    "RunDirectory",
    "RunSummary",
    "Verification",
    "compare_runs",
    "evaluate_files",
    "file_hash",
    "read_scheme_file",
    "verify_run",
]
