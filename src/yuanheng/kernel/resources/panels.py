from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import models
from django.http import HttpRequest

from yuanheng.kernel.directory import directory
from yuanheng.kernel.history import history_of
from yuanheng.kernel.history_lines import entries_of
from yuanheng.kernel.masking import Masks
from yuanheng.kernel.tables import Column, build_table, cell_writer


class Panel:
    """A card on a detail page. ``wide`` takes the whole width; ``on_paper``: printed, too."""

    template = ""
    wide = False
    on_paper = True

    def __init__(self, title: Any) -> None:
        self.title = title

    def prepare(self, rows: models.QuerySet, user: Any) -> models.QuerySet:
        """The query of the page's row, with what the card wants read in it."""
        return rows

    def context(self, row: Any, request: HttpRequest) -> dict[str, Any] | None:
        """What the template gets as ``panel``; ``None`` hides the card."""
        raise NotImplementedError


class FieldsPanel(Panel):
    """Names and values."""

    template = "kernel/_panel_fields.html"

    def __init__(self, title: Any, fields: Sequence[Column | str]) -> None:
        super().__init__(title)
        self.fields = [Column(one) if isinstance(one, str) else one for one in fields]

    def context(self, row: Any, request: HttpRequest) -> dict[str, Any]:
        model = type(row)
        masks = Masks(request.user, model, [row])
        pairs = [
            (one.heading(model), cell_writer(one, model, None, masks)(row)) for one in self.fields
        ]
        if not directory().is_inside(request.user):  # the park or region of an enterprise: 404
            pairs = [(heading, cell._replace(href=None)) for heading, cell in pairs]
        return {"pairs": pairs}


class RelatedPanel(Panel):
    """The first rows of another register that belong to this row, and a link to the rest.

    ``rows`` gets the row and the user and must return a queryset that went through
    ``visible_to``; ``query`` gets the row and returns the filter that shows all of them.
    """

    template = "kernel/_panel_table.html"
    wide = True

    def __init__(
        self,
        title: Any,
        resource_name: str,
        rows: Callable[[Any, Any], models.QuerySet],
        *,
        columns: Sequence[Column] = (),
        query: Callable[[Any], str] | None = None,
        limit: int = 10,
    ) -> None:
        super().__init__(title)
        self.resource_name = resource_name
        self.rows = rows
        self.columns = columns
        self.query = query
        self.limit = limit

    def context(self, row: Any, request: HttpRequest) -> dict[str, Any] | None:
        from yuanheng.kernel.resources.base import resource_for

        resource = resource_for(self.resource_name)
        queryset = self.rows(row, request.user)
        shown = list(resource.prepare(queryset)[: self.limit])
        if not shown:
            return None
        total = len(shown) if len(shown) < self.limit else queryset.count()
        table = build_table(
            self.columns or resource.columns,
            shown,
            model=resource.model,
            link=resource.link,
            user=request.user,
        )
        more = f"{resource.url('list')}?{self.query(row)}" if self.query else ""
        return {"table": table, "total": total, "more": more if total > self.limit else ""}


class TemplatePanel(Panel):
    """A card of one's own."""

    def __init__(
        self,
        title: Any,
        template: str,
        fill: Callable[[Any, HttpRequest], dict[str, Any] | None],
        *,
        wide: bool = False,
    ) -> None:
        super().__init__(title)
        self.template = template
        self.fill = fill
        self.wide = wide

    def context(self, row: Any, request: HttpRequest) -> dict[str, Any] | None:
        return self.fill(row, request)


class HistoryPanel(Panel):
    """Who changed this row, when and why."""

    template = "kernel/_panel_history.html"
    wide = True
    on_paper = False

    def context(self, row: Any, request: HttpRequest) -> dict[str, Any] | None:
        from yuanheng.kernel.resources.base import resource_of

        resource = resource_of(type(row))
        if resource is None:
            return None
        changes = history_of(row, request.user, limit=10)
        entries = entries_of(resource, row, changes, request.user, brief=True)
        return {"entries": entries, "resource": resource, "row": row} if entries else None
