"""Bytes of a file to its text, by kind of file."""

from yuanheng.reading.loading.kinds import KINDS, LARGEST, Loaded, load

__all__ = ["KINDS", "LARGEST", "Loaded", "load"]
