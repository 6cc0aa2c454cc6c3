from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.forms import ModelForm, modelform_factory
from django.http import HttpRequest
from django.urls import reverse

from yuanheng.kernel import navigation
from yuanheng.kernel.actions import archive_row, create_row, restore_row, update_row
from yuanheng.kernel.forms import prepare_form
from yuanheng.kernel.models import Archivable
from yuanheng.kernel.policies import VIEW, can
from yuanheng.kernel.resources.filters import Filter
from yuanheng.kernel.resources.panels import Panel
from yuanheng.kernel.tables import Badge, Column


@dataclass(frozen=True)
class Button:
    """A link in the head of a page that looks like a button."""

    text: Any
    href: str
    icon: str
    is_main: bool = False


_resources: dict[str, Resource] = {}


class Resource:
    """What the generic screens show of one model.

    From it come the pages ``<name>-list``, ``-detail`` and, where ``form_fields`` is given,
    ``-create``, ``-edit``; where the model is ``Archivable``, ``-archive`` and ``-restore``.
    The address is ``/<path>/`` and ``/<path>/<lookup>/``.
    """

    name: ClassVar[str]
    path: ClassVar[str]
    model: ClassVar[type[models.Model]]
    lookup: ClassVar[str] = "code"
    icon: ClassVar[str] = "file-text"
    nav_order: ClassVar[int | None] = None  # None: no entry in the navigation
    nav_group: ClassVar[Any] = ""
    nav_capability: ClassVar[str] = VIEW  # who finds the entry in the navigation

    columns: ClassVar[Sequence[Column]] = ()
    filters: ClassVar[Sequence[Filter]] = ()
    search: ClassVar[Sequence[str]] = ()
    search_hint: ClassVar[Any] = ""
    ordering: ClassVar[Sequence[str]] = ()
    page_size: ClassVar[int] = 50
    related: ClassVar[Sequence[str]] = ()  # select_related
    prefetch: ClassVar[Sequence[str]] = ()
    panels: ClassVar[Sequence[Panel]] = ()
    form_fields: ClassVar[Sequence[str]] = ()
    editable: ClassVar[bool] = True  # False: rows are added, never changed
    form_class: ClassVar[type[ModelForm]] = ModelForm
    importer_code: ClassVar[str] = ""
    empty_text: ClassVar[Any] = ""

    # Rows ------------------------------------------------------------------------------
    def queryset(self, user: Any) -> models.QuerySet:
        """Every row that ``user`` may see."""
        return self.model._default_manager.visible_to(user)  # type: ignore[attr-defined]

    def prepare(self, queryset: models.QuerySet) -> models.QuerySet:
        """With what the columns need, in the register's own order."""
        queryset = queryset.order_by(*(self.ordering or (self.lookup,)))
        if self.related:
            queryset = queryset.select_related(*self.related)
        return queryset.prefetch_related(*self.prefetch) if self.prefetch else queryset

    def searched(self, queryset: models.QuerySet, text: str) -> models.QuerySet:
        """Rows in which every word of ``text`` is found in one of the search fields."""
        for word in text.split()[:5]:
            found = Q()
            for field in self.search:
                found |= Q(**{f"{field}__icontains": word})
            queryset = queryset.filter(found)
        return queryset

    # Words -----------------------------------------------------------------------------
    @property
    def title(self) -> Any:
        return self.model._meta.verbose_name_plural

    def row_title(self, row: Any) -> str:
        return str(row)

    def subtitle(self, row: Any) -> Any:
        return getattr(row, self.lookup)

    def badges(self, row: Any) -> Sequence[Badge]:
        return ()

    def buttons(self, row: Any, user: Any) -> Sequence[Button]:
        """Further things to do on the row's page; each leads to a page that asks or shows."""
        return ()

    def list_buttons(self, user: Any) -> Sequence[Button]:
        """Further things to do on the list's page."""
        return ()

    def crumbs(self, row: Any) -> Sequence[tuple[Any, str]]:
        """(text, address) between the register and the row, such as a region's ancestors."""
        return ()

    # Addresses -------------------------------------------------------------------------
    def url(self, page: str, row: Any = None) -> str:
        arguments = [getattr(row, self.lookup)] if row is not None else []
        return reverse(f"{self.name}-{page}", args=arguments)

    def link(self, row: Any) -> str:
        return self.url("detail", row)

    @property
    def archivable(self) -> bool:
        return issubclass(self.model, Archivable)

    # Forms and writes ------------------------------------------------------------------
    def form(self, request: HttpRequest, row: Any = None) -> ModelForm:
        kind = modelform_factory(self.model, form=self.form_class, fields=list(self.form_fields))
        data = request.POST if request.method == "POST" else None
        # An address may fill a new form: ?user=7
        initial = {name: request.GET[name] for name in self.form_fields if name in request.GET}
        return prepare_form(kind(data, instance=row, initial=initial), request.user)

    def create(self, *, acting_user: Any, values: dict[str, Any]) -> models.Model:
        return create_row(acting_user=acting_user, model=self.model, values=values)

    def update(self, *, acting_user: Any, row: Any, values: dict[str, Any]) -> models.Model:
        return update_row(acting_user=acting_user, row=row, values=values)

    def archive(self, *, acting_user: Any, row: Any, reason: str) -> models.Model:
        return archive_row(acting_user=acting_user, row=row, reason=reason)

    def restore(self, *, acting_user: Any, row: Any) -> models.Model:
        return restore_row(acting_user=acting_user, row=row)


def register(kind: type[Resource]) -> type[Resource]:
    """Class decorator: the register gets its pages and its place in the navigation."""
    resource = kind()
    _resources[resource.name] = resource
    if resource.nav_order is not None:
        navigation.add(
            navigation.NavItem(
                title=resource.title,
                url_name=f"{resource.name}-list",
                icon=resource.icon,
                order=resource.nav_order,
                group=resource.nav_group,
                shown_to=lambda user: can(user, resource.nav_capability, resource.model),
            )
        )
    return kind


def resource_for(name: str) -> Resource:
    """The register called ``name``."""
    return _resources[name]


def all_resources() -> list[Resource]:
    return list(_resources.values())
