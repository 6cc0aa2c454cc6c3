"""Runs schemes on tables: files in, results out; no server, no Django."""

from yuanheng.engine.comparison import Comparison, compare_runs
from yuanheng.engine.loaded import LoadedRun, load_files, load_run
from yuanheng.engine.robustness import RobustRun, assess_run
from yuanheng.engine.run_directory import RunDirectory
from yuanheng.engine.runs import RunSummary, evaluate_files, file_hash, read_scheme_file

__all__ = [
    "Comparison",
    "LoadedRun",
    "RobustRun",
    "RunDirectory",
    "RunSummary",
    "assess_run",
    "compare_runs",
    "evaluate_files",
    "file_hash",
    "load_files",
    "load_run",
    "read_scheme_file",
]
