"""The description of the endpoint: OpenAPI for programs, a page in the reader's language."""

from __future__ import annotations

import functools
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yuanheng.kernel.policies import VIEW, can
from yuanheng.kernel.resources import Resource, all_resources
from yuanheng.kernel.rest import access, errors, listing
from yuanheng.kernel.rest.fields import fields_of, written_fields

_METHODS = {"get": "green", "post": "blue", "patch": "orange"}


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """OpenAPI 3.1, for whoever is signed in or has a token."""
    try:
        _user = access.TokenAccess()(request) or access.SessionAccess()(request)
    except errors.ApiError as error:
        return errors.answer(error.code, error.errors)
    return JsonResponse(document(), json_dumps_params={"ensure_ascii": False})


def document() -> dict[str, Any]:
    """The description, with every field's name in the language of the moment."""
    return _document(get_language() or "")


@functools.cache
def _document(_language: str) -> dict[str, Any]:
    from yuanheng.kernel.rest.urls import ROOT, api

    found = dict(api().get_openapi_schema(path_prefix=ROOT))
    schemas = found["components"]["schemas"]
    for resource in all_resources():
        name = resource.model.__name__
        for ending in ("Row", "New", "Change", "Upsert"):
            properties = schemas.get(f"{name}{ending}", {}).get("properties", {})
            for one in fields_of(resource):
                if one.name in properties:
                    properties[one.name]["title"] = str(one.label)
        # What depends on the language is filled in here: ninja builds its part once.
        listed = found["paths"].get(f"/{ROOT}{resource.path}/", {}).get("get", {})
        labels = {one.name: str(one.label) for one in listing.parameters_of(resource)}
        for parameter in listed.get("parameters", ()):
            parameter["description"] = labels[parameter["name"]]
    for operations in found["paths"].values():
        for operation in operations.values():
            operation["summary"] = summary_of(operation["operationId"])
    return found


def summary_of(operation_id: str) -> str:
    """What an operation does, in words."""
    words = {
        "rows": _("List: filter, search, sort"),
        "one": _("One row"),
        "events": _("Its history"),
        "create": _("Add a row"),
        "many": _("Add or change up to 1000 rows, all or none"),
        "change": _("Change fields of a row"),
        "archive": _("Archive with a reason"),
        "restore": _("Bring back"),
    }
    return words.get(operation_id.rpartition("_")[2], operation_id)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What programs may read and write, for the people who write them."""
    shown = [one for one in all_resources() if one.api and can(request.user, VIEW, one.model)]
    described = document()
    context = {
        "title": _("Interface for programs (API)"),
        "subtitle": _("Every register as JSON, under the same rights as the pages."),
        "registers": [_register(one, described) for one in shown],
        "root": request.build_absolute_uri("/api/v1/"),
        "header_buttons": "kernel/rest/_buttons.html",
    }
    return render(request, "kernel/rest/reference.html", context)


def _register(resource: Resource, described: dict[str, Any]) -> dict[str, Any]:
    prefix = f"/api/v1/{resource.path}/"
    operations = [
        {"method": method.upper(), "tone": _METHODS[method], "path": path, "does": one["summary"]}
        for path, methods in described["paths"].items()
        if path.startswith(prefix)
        for method, one in methods.items()
        if method in _METHODS
    ]
    written = {one.name for one in written_fields(resource)}
    return {
        "resource": resource,
        "operations": operations,
        "parameters": listing.parameters_of(resource),
        "fields": [
            {"field": one, "kind": _kind(one.kind), "is_written": one.name in written}
            for one in fields_of(resource)
        ],
    }


def _kind(kind: str) -> str:
    return {
        "text": _("text"),
        "integer": _("whole number"),
        "number": _("number (as text, every digit kept)"),
        "flag": _("true or false"),
        "day": _("date, 2024-07-31"),
        "moment": _("time, ISO 8601"),
        "choice": _("code"),
        "relation": _("key of another register"),
        "json": "JSON",
    }[kind]
