"""The action of an export: write the file, and write down who took what."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from yuanheng.kernel.actions.core import action
from yuanheng.kernel.actions.exports import record_export
from yuanheng.kernel.exporting.selection import ExportRequest
from yuanheng.kernel.exporting.writing import Export, write_export
from yuanheng.kernel.policies import VIEW, require


@action("kernel.export_register")
def export_register(
    *,
    acting_user: Any,
    request: ExportRequest,
    path: Path,
    format: str,
    progress: Any = lambda done, total, text="": None,
) -> Export:
    """Write what the list shows into ``path``; logged with filter, rows and hash of the file."""
    require(acting_user, VIEW, request.resource.model)
    done = write_export(request, path, format, progress)
    record_export(
        acting_user=acting_user,
        resource=request.resource,
        query=request.query,
        rows=done.rows,
        sha256=done.sha256,
        format=format,
    )
    return done
