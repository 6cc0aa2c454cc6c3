from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse

from yuanheng.kernel import navigation
from yuanheng.kernel.policies import VIEW, can
from yuanheng.kernel.resources.exchange import ExchangeOptions
from yuanheng.kernel.resources.listing import ListOptions
from yuanheng.kernel.resources.rows import Button, RowOptions

_resources: dict[str, Resource] = {}


class Resource(ListOptions, RowOptions, ExchangeOptions):
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
    nav_action: ClassVar[str] = VIEW  # who finds the entry in the navigation

    @property
    def title(self) -> Any:
        return self.model._meta.verbose_name_plural

    def list_buttons(self, user: Any) -> Sequence[Button]:
        """Further things to do on the list's page."""
        return ()

    def url(self, page: str, row: Any = None) -> str:
        arguments = [getattr(row, self.lookup)] if row is not None else []
        return reverse(f"{self.name}-{page}", args=arguments)

    def link(self, row: Any) -> str:
        return self.url("detail", row)


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
                shown_to=lambda user: can(user, resource.nav_action, resource.model),
            )
        )
    return kind


def resource_for(name: str) -> Resource:
    """The register called ``name``."""
    return _resources[name]


def all_resources() -> list[Resource]:
    return list(_resources.values())


def resource_of(model: type[models.Model]) -> Resource | None:
    """The register that shows rows of ``model``, if one does."""
    return next((one for one in _resources.values() if one.model is model), None)
