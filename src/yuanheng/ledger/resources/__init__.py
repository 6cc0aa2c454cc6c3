"""What the generic screens show of the ledger, and what it adds to the registers' pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.resources import TemplatePanel, add_panel
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
)
from yuanheng.registry import resources as _registers  # noqa: F401  they come first


def _figures_of(kind: str) -> Any:
    def fill(row: Any, request: HttpRequest) -> dict[str, Any] | None:
        code = row.credit_code if kind == "enterprise" else row.code
        subject = Subject.objects.visible_to(request.user).filter(kind=kind, code=code).first()
        if subject is None:
            return None
        return {"subject": subject, "href": reverse("subject-figures", args=[kind, code])}

    return fill


for _kind in ("park", "enterprise"):
    add_panel(
        _kind,
        TemplatePanel(
            _("Figures in the ledger"), "ledger/_panel_figures.html", _figures_of(_kind)
        ),
    )
