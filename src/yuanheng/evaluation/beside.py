"""Two schemes on the same figures, for whoever may evaluate on these."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from yuanheng.engine import SchemesCompared, compare_scheme_files
from yuanheng.evaluation.looking import kept_text, look
from yuanheng.kernel.policies import EDIT, instances
from yuanheng.ledger.api import Snapshot, table_of

TWO = "two schemes"


@look(TWO)
def on_figures(user: Any, *, one: str, other: str, snapshot: str, period: str) -> SchemesCompared:
    """Runs both; LookupError where the person may not use the figures. FaultyInput."""
    figures = instances(user, EDIT, Snapshot.objects.visible_to(user)).filter(code=snapshot)
    chosen = figures.first()
    if chosen is None:
        raise LookupError(snapshot)
    return _run_both(kept_text(one), kept_text(other), chosen, period)


def _run_both(one: str, other: str, snapshot: Snapshot, period: str) -> SchemesCompared:
    with tempfile.TemporaryDirectory(prefix="against-") as folder, table_of(snapshot) as table:
        paths = []
        for name, text in (("one", one), ("other", other)):
            path = Path(folder) / f"{name}.yaml"
            path.write_text(text, encoding="utf-8")
            paths.append(path)
        return compare_scheme_files(
            paths[0], paths[1], table, period=period or None, sheet=snapshot.sheet or None
        )
