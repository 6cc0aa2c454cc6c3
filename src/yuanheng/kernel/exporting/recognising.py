"""What the import makes of the stamp of a workbook that was exported here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from yuanheng.calc.faults import Fault, FaultyInput
from yuanheng.kernel.exporting.stamp import read_stamp, schema_of


def refuse_other_register(importer: Any, path: Path) -> None:
    """Raise ``FaultyInput`` for a workbook that was exported from another register."""
    stamp = read_stamp(path) if path.suffix.lower() == ".xlsx" else None
    if stamp is None or stamp.resource == importer.code:
        return
    from yuanheng.kernel.importing.registry import importer_for

    other = importer_for(stamp.resource)
    if other is None:
        return
    said = _("This workbook was exported from “%(other)s”; here “%(this)s” are imported. "
             "Import it there.") % {"other": other.title, "this": importer.title}  # fmt: skip
    raise FaultyInput([Fault("other_register", said, said)])


def stamp_notes(importer: Any, path: Path) -> list[str]:
    """When it was exported, by whom, and whether the register has got other columns since."""
    stamp = read_stamp(path) if path.suffix.lower() == ".xlsx" else None
    if stamp is None:
        return []
    notes = [
        _("Exported from here on %(at)s by %(by)s: %(rows)d rows.")
        % {"at": stamp.exported_at, "by": stamp.by, "rows": stamp.rows}
    ]
    if stamp.schema != schema_of(importer.fields):
        notes.append(
            _(
                "The columns of this register have changed since. Columns that are gone are left "
                "out; for new ones export again."
            )
        )
    return notes
