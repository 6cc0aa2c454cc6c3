"""Every address of the endpoint: ``/api/v1/…`` for programs, ``/api/`` for who writes them."""

from __future__ import annotations

import functools
from typing import Any, get_args

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as InvalidValues
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser

from yuanheng.kernel.policies import Refused
from yuanheng.kernel.resources import all_resources
from yuanheng.kernel.rest import bodies, errors, reference
from yuanheng.kernel.rest.access import SessionAccess, TokenAccess
from yuanheng.kernel.rest.door import door
from yuanheng.kernel.rest.endpoints import router_of

ROOT = "api/v1/"


class _Parser(Parser):
    def parse_body(self, request: HttpRequest) -> Any:
        return bodies.read_json(request)


class _Api(NinjaAPI):
    """Errors of our own form."""

    def validation_error_from_error_contexts(self, contexts: Any) -> ValidationError:
        """Each error also names the fields that exist where it was found."""
        found = []
        for context in contexts:
            for error in context.pydantic_validation_error.errors(include_url=False):
                names = _names(context.model, error["loc"])
                found.append({**error, "names": names})
        return ValidationError(found)


@functools.cache
def api() -> NinjaAPI:
    """Built when the first address is asked for."""
    made = _Api(
        title="Yuanheng",
        version="1",
        openapi_url="",
        docs_url="",
        urls_namespace="api",
        auth=[TokenAccess(), SessionAccess()],
        parser=_Parser(),
    )
    handlers: dict[Any, Any] = {
        errors.ApiError: lambda r, e: errors.answer(e.code, e.errors, **e.further),
        Refused: lambda r, e: errors.answer(403, [errors.fault(e)]),
        PermissionDenied: lambda r, e: errors.answer(403, [errors.fault(e)]),
        Http404: lambda r, e: _answer_of(errors.not_found()),
        ValidationError: lambda r, e: errors.answer(422, errors.of_schema(e.errors)),
        InvalidValues: lambda r, e: errors.answer(422, errors.of_validation(e)),
        HttpError: _http_error,
        Exception: _raise,
    }
    for kind, handler in handlers.items():
        made.add_exception_handler(kind, handler)
    for resource in all_resources():
        if resource.api:
            made.add_router(f"/{resource.path}", router_of(resource))
    return made


def addresses() -> list[URLPattern]:
    """With and without the last slash: a redirect would lose the body of a write."""
    found: list[Any] = [
        path("api/", reference.page, name="api-reference"),
        path(f"{ROOT}openapi.json", door(reference.openapi), name="api-openapi"),
    ]
    for pattern in api().urls[0]:
        route = str(pattern.pattern)
        if not route:  # ninja's own root
            continue
        view = door(pattern.callback)
        found.append(path(ROOT + route, view, name=pattern.name))
        found.append(path(ROOT + route.rstrip("/"), view))
    found.append(re_path(rf"^{ROOT}.*$", door(_nothing)))
    return found


def _answer_of(error: errors.ApiError) -> HttpResponse:
    return errors.answer(error.code, error.errors)


def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    cause = error.__cause__  # ninja wraps what our parser says
    if isinstance(cause, errors.ApiError):
        return _answer_of(cause)
    return errors.answer(error.status_code, [errors.fault(error)])


def _names(model: Any, location: tuple[Any, ...]) -> list[str]:
    """The fields of the innermost object that ``location`` leads to."""
    fields = model.model_fields
    for part in location:
        field = fields.get(part) if isinstance(part, str) else None
        if field is None:
            continue
        kind = field.annotation
        inner = next((one for one in get_args(kind) if hasattr(one, "model_fields")), kind)
        if not hasattr(inner, "model_fields"):
            break
        fields = inner.model_fields
    return sorted(fields)


def _nothing(request: HttpRequest) -> HttpResponse:
    return _answer_of(errors.not_found())


def _raise(request: HttpRequest, error: Exception) -> HttpResponse:
    raise error
