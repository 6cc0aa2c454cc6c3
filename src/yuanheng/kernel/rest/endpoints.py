"""The addresses of one register."""

# Annotations are read by ninja when the function is made, so they stay objects here.
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router

from yuanheng.kernel.resources import Resource
from yuanheng.kernel.rest import history, listing, schemas, writing
from yuanheng.kernel.rest.once import once
from yuanheng.kernel.rest.stamps import etag, stamp_of

# What reading, and writing, may answer besides; and the header of a write.
READ = {code: schemas.Faults for code in (400, 401, 403, 404)}
WRITE = READ | {code: schemas.Faults for code in (409, 413, 422)}
ONCE = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 100, "pattern": "^[A-Za-z0-9._:-]+$"},
}
_MATCH = {"name": "If-Match", "in": "header", "required": False, "schema": {"type": "string"}}


def router_of(resource: Resource) -> Router:
    """Everything that programs may do with ``resource``, as far as it allows it."""
    router = Router(tags=[resource.name])
    if resource.form_fields:
        _add_many(router, resource)  # before ``/{key}/``, which would take "bulk" for a key
    _add_reading(router, resource)
    if resource.form_fields:
        _add_writing(router, resource)
    if resource.archivable:
        _add_archiving(router, resource)
    resource.extra_routes(router)
    return router


def _add_reading(router: Router, resource: Resource) -> None:
    page, row = schemas.page_schema(resource), schemas.row_schema(resource)

    def rows(request: HttpRequest) -> HttpResponse:
        return _answer(200, listing.list_rows(request, resource))

    def one(request: HttpRequest, key: str) -> HttpResponse:
        found = listing.visible_row(request, resource, key)
        return _answer_row(200, resource, found, request)

    def events(request: HttpRequest, key: str) -> HttpResponse:
        found = listing.visible_row(request, resource, key)
        return _answer(200, history.history(request, resource, found))

    parameters = {"parameters": [_parameter(one) for one in listing.parameters_of(resource)]}
    _add(router, "get", "/", rows, resource, {200: page} | READ, extra=parameters)
    _add(router, "get", "/{key}/", one, resource, {200: row} | READ)
    _add(router, "get", "/{key}/history/", events, resource, {200: schemas.History} | READ)


def _add_writing(router: Router, resource: Resource) -> None:
    row = schemas.row_schema(resource)
    new = schemas.new_schema(resource)
    some = schemas.change_schema(resource)

    def create(request: HttpRequest, body: new) -> HttpResponse:  # type: ignore[valid-type]
        def do() -> tuple[int, Any]:
            made = writing.create(resource, request.user, _sent(body))
            return 201, _read_again(request, resource, made)

        return once(request, do)

    def change(request: HttpRequest, key: str, body: some) -> HttpResponse:  # type: ignore[valid-type]
        def do() -> tuple[int, Any]:
            found = listing.visible_row(request, resource, key)
            sent = _sent(body)
            stamp = sent.pop("stamp", None)
            writing.require_fresh(request, resource, found, stamp, sent)
            changed = writing.change(resource, request.user, found, sent)
            return 200, _read_again(request, resource, changed)

        return once(request, do)

    head = {"parameters": [ONCE]}
    if resource.creatable:
        _add(router, "post", "/", create, resource, {201: row} | WRITE, extra=head)
    if resource.editable:
        stale = {code: schemas.Stale for code in (409, 412)}
        head = {"parameters": [_MATCH, ONCE]}
        answers = {200: row} | WRITE | stale
        _add(router, "patch", "/{key}/", change, resource, answers, extra=head)


def _add_many(router: Router, resource: Resource) -> None:
    lot = schemas.many_schema(resource)

    def many(request: HttpRequest, body: lot) -> HttpResponse:  # type: ignore[valid-type]
        def do() -> tuple[int, Any]:
            sent = [_sent(one) for one in body.rows]  # type: ignore[attr-defined]
            done = writing.write_many(acting_user=request.user, resource=resource, rows=sent)
            return 200, _many_written(resource, done)

        return once(request, do)

    head = {"parameters": [ONCE]}
    _add(router, "post", "/bulk/", many, resource, {200: schemas.ManyWritten} | WRITE, extra=head)


def _add_archiving(router: Router, resource: Resource) -> None:
    row = schemas.row_schema(resource)

    def archive(request: HttpRequest, key: str, body: schemas.Reason) -> HttpResponse:
        def do() -> tuple[int, Any]:
            found = listing.visible_row(request, resource, key)
            done = writing.archive(resource, request.user, found, body.reason)
            return 200, _read_again(request, resource, done)

        return once(request, do)

    def restore(
        request: HttpRequest, key: str, body: schemas.OptionalReason | None = None
    ) -> HttpResponse:
        def do() -> tuple[int, Any]:
            found = listing.visible_row(request, resource, key)
            done = writing.restore(resource, request.user, found, body.reason if body else "")
            return 200, _read_again(request, resource, done)

        return once(request, do)

    head = {"parameters": [ONCE]}
    answers = {200: row} | WRITE
    _add(router, "post", "/{key}/archive/", archive, resource, answers, extra=head)
    _add(router, "post", "/{key}/restore/", restore, resource, answers, extra=head)


def _add(
    router: Router,
    method: str,
    path: str,
    view: Any,
    resource: Resource,
    answers: dict[int, Any],
    extra: dict[str, Any] | None = None,
) -> None:
    name = f"{resource.name}-{view.__name__}"
    router.api_operation(
        [method.upper()],
        path,
        response=answers,
        operation_id=name.replace("-", "_"),
        url_name=f"api-{name}",
        openapi_extra=extra,
    )(view)


def _sent(body: Any) -> dict[str, Any]:
    """Only what was in the body; what wasn't sent stays as it is."""
    return body.model_dump(exclude_unset=True)


def _read_again(request: HttpRequest, resource: Resource, row: Any) -> dict[str, Any]:
    key = listing.key_of_row(resource, row)
    found = listing.visible_row(request, resource, key)
    return listing.row_as_values(resource, found, request.user)


def _many_written(resource: Resource, done: list[tuple[Any, bool]]) -> dict[str, Any]:
    rows = [
        {"key": listing.key_of_row(resource, row), "is_new": is_new, "stamp": stamp_of(row)}
        for row, is_new in done
    ]
    created = sum(1 for one in rows if one["is_new"])
    return {"created": created, "changed": len(rows) - created, "rows": rows}


def _answer(code: int, content: Any) -> HttpResponse:
    return JsonResponse(content, status=code, json_dumps_params={"ensure_ascii": False})


def _answer_row(code: int, resource: Resource, row: Any, request: HttpRequest) -> HttpResponse:
    content = listing.row_as_values(resource, row, request.user)
    response = _answer(code, content)
    response.headers["ETag"] = etag(content["stamp"])
    return response


def _parameter(one: listing.Parameter) -> dict[str, Any]:
    shape: dict[str, Any] = {"type": one.kind}
    if one.choices:
        shape["enum"] = list(one.choices)
    return {
        "name": one.name,
        "in": "query",
        "required": False,
        "schema": shape,
    }
