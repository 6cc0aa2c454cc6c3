"""A workbook or another file as an answer."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from django.http import HttpResponse
from django.utils.encoding import iri_to_uri

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def workbook_bytes(write: Callable[[Path], object]) -> bytes:
    """What ``write`` puts into the file that it is given."""
    with tempfile.TemporaryDirectory(prefix="workbook-") as folder:
        path = Path(folder) / "workbook.xlsx"
        write(path)
        return path.read_bytes()


def workbook_response(name: str, content: bytes) -> HttpResponse:
    """A workbook as a download."""
    return file_response(name, content, XLSX)


def file_response(name: str, content: bytes, kind: str) -> HttpResponse:
    """A download under ``name``, which may hold Chinese."""
    response = HttpResponse(content, content_type=kind)
    quoted = iri_to_uri(name).replace("'", "%27").replace(",", "%2C").replace(";", "%3B")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quoted}"
    return response
