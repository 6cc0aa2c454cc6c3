"""What the tests of a register stand on: its data, its addresses, a signed-in client."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db import models
from django.test import Client

from yuanheng.kernel.models import AuditEvent
from yuanheng.kernel.resources import Resource, resource_for
from yuanheng.kernel.rest.fields import written_fields

BACKEND = "django.contrib.auth.backends.ModelBackend"


def holds_where(condition: Callable[[type[RegisterGround]], object]) -> Callable[[Any], Any]:
    """A test of registers that are as ``condition`` says; the others don't have it at all.

    A skip for each register that can't have such a fault would hide the skips that say something.
    """

    def mark(test: Any) -> Any:
        test.holds_where = condition
        return test

    return mark


class RegisterGround:
    """The data that a register gives, and how its pages and endpoint are asked."""

    resource_name: ClassVar[str]
    editor: ClassVar[str] = "analyst"  # sees the rows and may change them
    viewer: ClassVar[str] = "reader"  # sees the rows and may not change them; "" if there is none
    outsider: ClassVar[str] = "stranger"  # has the same role elsewhere; "" if all see all
    valid: ClassVar[Mapping[str, Any]] = {}  # a new row as a program sends it
    change: ClassVar[Mapping[str, Any]] = {}  # another value for some of its fields
    invalid: ClassVar[Mapping[str, Any]] = {}  # one wrong value for each of some fields
    text_field: ClassVar[str] = "name"  # a field that takes any text
    # "list": anybody may open the list, and finds what is theirs; "rows": all see every row
    public: ClassVar[str] = ""
    masked_for: ClassVar[str] = ""  # sees the rows, but not the fields of ``secrets``
    secrets: ClassVar[Mapping[str, str]] = {}  # field → a telling value

    def __init_subclass__(cls, **named: Any) -> None:
        super().__init_subclass__(**named)
        if not hasattr(cls, "resource_name"):
            return
        register = cls.register()
        if register.form_fields and register.creatable and not cls.valid:
            raise TypeError(
                f"{cls.__name__}: `valid` is missing, a new row of {cls.resource_name}"
            )
        for name in dir(cls):
            condition = getattr(getattr(cls, name), "holds_where", None)
            if condition is not None and not condition(cls):
                setattr(cls, name, None)

    @classmethod
    def register(cls) -> Resource:
        return resource_for(cls.resource_name)

    @classmethod
    def has_form(cls, *, change: bool = False) -> bool:
        """Whether rows are added by hand; with ``change``, whether they are changed by hand."""
        register = cls.register()
        given = register.editable and cls.change if change else register.creatable and cls.valid
        return bool(register.form_fields and given)

    @classmethod
    def text_is_chosen(cls) -> bool:
        """Whether the text field only takes what is on a list."""
        fields = {one.name: one for one in written_fields(cls.register())}
        return bool(fields[cls.text_field].choices)

    def make(self, world: Any, number: int) -> models.Model:
        """Row ``number``, which lies in the area of the editor and the viewer."""
        raise NotImplementedError

    @property
    def resource(self) -> Resource:
        return resource_for(self.resource_name)

    @property
    def address(self) -> str:
        return f"/api/v1/{self.resource.path}/"

    def key(self, row: Any) -> str:
        return str(getattr(row, self.resource.lookup))

    def one(self, row: Any) -> str:
        return f"{self.address}{self.key(row)}/"

    def sign_in(self, world: Any, name: str) -> Client:
        client = Client()
        client.force_login(getattr(world, name), backend=BACKEND)
        return client

    def send(self, client: Client, method: str, address: str, body: Any = None, **headers: Any):
        data = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
        return client.generic(
            method, address, data, content_type="application/json", headers=headers
        )

    def form_data(self, world: Any, values: Mapping[str, Any]) -> dict[str, Any]:
        """What a person would type for these values: a relation is chosen by its number."""
        found = {}
        fields = {one.name: one for one in written_fields(self.resource)}
        for name, value in values.items():
            target = fields[name].target
            if target is not None and value:
                rows = target._base_manager.filter(**{fields[name].target_key: value})
                value = rows.values_list("pk", flat=True).first() or 0
            if isinstance(value, bool):
                value = "on" if value else ""
            found[name] = value
        return {name: "" if value is None else value for name, value in found.items()}

    def events(self, code: str) -> models.QuerySet:
        meta = self.resource.model._meta
        return AuditEvent.objects.filter(
            action_code__contains=code, subject_model=meta.label
        ).order_by("pk")

    # reading pages

    @property
    def key_name(self) -> str:
        return "id" if self.resource.lookup == "pk" else self.resource.lookup

    def found(self, values: Mapping[str, Any]) -> Any:
        """The row of an answer."""
        rows = self.resource.model._base_manager
        return rows.get(**{self.resource.lookup: values[self.key_name]})

    def keys_of_page(self, response: Any) -> list[str]:
        """The keys of the rows that a list's page links to."""
        main = response.text.partition("<tbody")[2].partition("</tbody")[0]
        found = re.findall(rf'href="/{self.resource.path}/([^/"?]+)/"', main)
        return list(dict.fromkeys(found))


def form_errors(page: Any) -> list[str]:
    """What a form that came back says is wrong."""
    return re.findall(r"invalid-feedback[^>]*>([^<]*)", page.text)
