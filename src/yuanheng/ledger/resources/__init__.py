"""What the generic screens show of the ledger, and what it adds to the registers' pages."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.resources import Panel, add_panel
from yuanheng.ledger import target_uses as _target_uses  # noqa: F401
from yuanheng.ledger.models import Subject
from yuanheng.ledger.resources import (  # noqa: F401
    entries,
    forms,
    freezes,
    indicators,
    observations,
    rules,
    snapshots,
    submissions,
    targets,
)
from yuanheng.registry import resources as _registers  # noqa: F401  they come first


class FiguresPanel(Panel):
    """Leads to the figures of the row's subject, where the ledger has any."""

    template = "ledger/_panel_figures.html"
    on_paper = False

    def __init__(self, kind: str) -> None:
        super().__init__(_("Figures in the ledger"))
        self.kind, self.code = kind, "credit_code" if kind == "enterprise" else "code"

    def prepare(self, rows: QuerySet, user: Any) -> QuerySet:
        subjects = Subject.objects.visible_to(user).filter(kind=self.kind).order_by()
        return rows.annotate(has_figures=Exists(subjects.filter(code=OuterRef(self.code))))

    def context(self, row: Any, request: HttpRequest) -> dict[str, Any] | None:
        if not row.has_figures:
            return None
        return {"href": reverse("subject-figures", args=[self.kind, getattr(row, self.code)])}


for _kind in ("park", "enterprise"):
    add_panel(_kind, FiguresPanel(_kind))
