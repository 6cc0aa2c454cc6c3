"""The scheme file: an evaluation method as text that an official can read."""

from yuanheng.calc.scheme.document import (
    SchemeText,
    content_hash,
    format_scheme_text,
    read_scheme_text,
)
from yuanheng.calc.scheme.model import Scheme, json_schema

__all__ = [
    "Scheme",
    "SchemeText",
    "content_hash",
    "format_scheme_text",
    "json_schema",
    "read_scheme_text",
]
