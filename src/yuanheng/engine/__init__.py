"""Runs schemes on tables: files in, results out; no server, no Django."""

from yuanheng.engine.comparison import Comparison, compare_runs
from yuanheng.engine.diagnosis import DiagnosedSubject, diagnose_run
from yuanheng.engine.improvement import Way, improve_subject, way_of
from yuanheng.engine.loaded import LoadedRun, load_files, load_run
from yuanheng.engine.robustness import RobustRun, assess_run
from yuanheng.engine.run_directory import RunDirectory
from yuanheng.engine.runs import RunSummary, evaluate_files, file_hash, read_scheme_file
from yuanheng.engine.scheme_comparison import SchemesCompared, compare_scheme_files
from yuanheng.engine.verify import Verification, verify_run

__all__ = [
    "Comparison",
    "DiagnosedSubject",
    "LoadedRun",
    "RobustRun",
    "RunDirectory",
    "RunSummary",
    "SchemesCompared",
    "Verification",
    "Way",
    "assess_run",
    "compare_runs",
    "compare_scheme_files",
    "diagnose_run",
    "evaluate_files",
    "file_hash",
    "improve_subject",
    "load_files",
    "load_run",
    "read_scheme_file",
    "verify_run",
    "way_of",
]
