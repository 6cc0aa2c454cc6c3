"""Yuanheng 园衡: evaluates industrial parks and enterprises by published schemes."""

__version__ = "0.1.0"
