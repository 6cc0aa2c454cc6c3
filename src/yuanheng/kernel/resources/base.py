from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import quote

from django.db import models
from django.urls import get_script_prefix, reverse

from yuanheng.kernel import navigation
from yuanheng.kernel.policies import VIEW, can
from yuanheng.kernel.resources.api import ApiOptions
from yuanheng.kernel.resources.exchange import ExchangeOptions
from yuanheng.kernel.resources.listing import ListOptions
from yuanheng.kernel.resources.panels import HistoryPanel, Panel
from yuanheng.kernel.resources.rows import Button, RowOptions
from yuanheng.kernel.resources.tagging import TagFilter

_resources: dict[str, Resource] = {}
_starts: dict[tuple[str, str], str] = {}  # by register and script prefix


class Resource(ListOptions, RowOptions, ExchangeOptions, ApiOptions):
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
    nav_group: ClassVar[navigation.NavGroup | None] = None
    nav_action: ClassVar[str] = VIEW  # who finds the entry in the navigation
    nav_for_staff: ClassVar[bool] = False  # an enterprise's own people have no use for it

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if cls.form_sections and not cls.form_fields:
            cls.form_fields = [name for one in cls.form_sections for name in one.fields]

    @property
    def title(self) -> Any:
        return self.model._meta.verbose_name_plural

    @property
    def list_name(self) -> str:
        """The list's name among the addresses."""
        return f"{self.name}-list"

    @property
    def detail_name(self) -> str:
        """The row's page among the addresses."""
        return f"{self.name}-detail"

    def list_buttons(self, user: Any) -> Sequence[Button]:
        """Further things to do on the list's page."""
        return ()

    def url(self, page: str, row: Any = None, *more: Any) -> str:
        arguments = [getattr(row, self.lookup), *more] if row is not None else []
        return reverse(f"{self.name}-{page}", args=arguments)

    def link(self, row: Any) -> str:
        return self.url_of(getattr(row, self.lookup))

    def url_of(self, key: Any) -> str:
        """The address of the row with this key: for hundreds on a page, past ``reverse``."""
        start = _starts.get((self.name, get_script_prefix()))
        if start is None:
            start = _starts[self.name, get_script_prefix()] = self.url("list")
        return f"{start}{quote(str(key), safe='!$&()*+,;=~:@')}/"


def register(kind: type[Resource]) -> type[Resource]:
    """Class decorator: the register gets its pages and its place in the navigation."""
    if kind.companions and not any(one.name == "tag" for one in kind.filters):
        kind.filters = [*kind.filters, TagFilter()]
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
                is_for_staff=resource.nav_for_staff,
            )
        )
    return kind


def resource_for(name: str) -> Resource:
    """The register called ``name``."""
    return _resources[name]


def add_panel(name: str, panel: Panel) -> None:
    """Put a room's card on the page of another room's rows; before that page's history."""
    resource = _resources[name]
    panels = list(resource.panels)
    at = next((i for i, one in enumerate(panels) if isinstance(one, HistoryPanel)), len(panels))
    panels.insert(at, panel)
    type(resource).panels = panels


def all_resources() -> list[Resource]:
    return list(_resources.values())


def resource_of(model: type[models.Model]) -> Resource | None:
    """The register that shows rows of ``model``, if one does."""
    return next((one for one in _resources.values() if one.model is model), None)
