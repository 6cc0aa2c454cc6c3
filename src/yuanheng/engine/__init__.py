"""Runs schemes on tables: files in, results out; no server, no Django."""

from yuanheng.engine.runs import RunSummary, evaluate_files, file_hash, read_scheme_file

__all__ = ["RunSummary", "evaluate_files", "file_hash", "read_scheme_file"]
