"""Runs schemes on tables: files in, results out; no server, no Django."""

from yuanheng.engine.run_directory import RunDirectory
from yuanheng.engine.runs import RunSummary, evaluate_files, file_hash, read_scheme_file

__all__ = ["RunDirectory", "RunSummary", "evaluate_files", "file_hash", "read_scheme_file"]
