"""The actions of cases for programs: what may be done with a case, and doing it."""

# Annotations are read by ninja when the function is made, so they stay objects here.
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema

from yuanheng.kernel.flow.errors import NotNow
from yuanheng.kernel.flow.program import act, possible_actions
from yuanheng.kernel.resources import Resource
from yuanheng.kernel.rest.bodies import is_form, read_form, read_json
from yuanheng.kernel.rest.endpoints import ONCE, READ, WRITE
from yuanheng.kernel.rest.errors import ApiError, fault, not_found, of_validation
from yuanheng.kernel.rest.once import once

# Which fields an action asks hangs on the case; ``GET …/actions/`` says it.
_VALUE = {"type": ["string", "number", "boolean", "array", "null"], "items": {"type": "string"}}
_NAMED = {
    "reason": {"type": "string"},
    "marked": {"type": "array", "items": {"type": "string"}},
    "token": {"type": ["string", "null"], "format": "uuid"},
    "seen": {"type": ["integer", "null"], "minimum": 0},
}
_FILES = {"evidence": {"type": "array", "items": {"type": "string", "format": "binary"}}}
_BODY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {"type": "object", "properties": _NAMED, "additionalProperties": _VALUE}
        },
        # For an action that asks for evidence: the same fields, and the files.
        "multipart/form-data": {"schema": {"type": "object", "properties": _NAMED | _FILES}},
    },
}


class Asked(Schema):
    """A field that an action asks; ``kind`` as in the register's own fields."""

    name: str
    label: str
    required: bool
    choices: list[str] | None = None


class Possible(Schema):
    """An action that begins in the case's state."""

    action: str
    title: str
    possible: bool
    why_not: str
    fields: list[Asked]


class PossibleActions(Schema):
    """What may be done with a case now, and why not the rest."""

    actions: list[Possible]


class Acted(Schema):
    """Where the case is after the action."""

    code: str
    number: str
    state: str
    due_on: str | None
    moves: int


def add_actions(router: Router, resource: Resource) -> None:
    """``GET …/actions/`` and ``POST …/actions/<action>/`` of one case type."""
    flow: Any = resource.the_flow  # type: ignore[attr-defined]
    codes = Literal[tuple(one.code for one in flow.all_actions)]

    def actions(request: HttpRequest, key: str) -> HttpResponse:
        try:
            found = possible_actions(resource, request.user, key)  # type: ignore[arg-type]
        except (resource.model.DoesNotExist, ValueError):
            raise not_found() from None
        content = {"actions": found}
        return JsonResponse(content, json_dumps_params={"ensure_ascii": False})

    def do(request: HttpRequest, key: str, action: codes) -> HttpResponse:  # type: ignore[valid-type]
        sent = read_form(request) if is_form(request) else read_json(request)
        if not isinstance(sent, dict):
            raise ApiError(422, fault(_("An object with fields is expected."), where="body"))
        files = request.FILES if is_form(request) else None

        def acted() -> tuple[int, Any]:
            return 200, _acted(resource, request.user, key, action, sent, files)

        return once(request, acted)

    router.api_operation(
        ["GET"],
        "/{key}/actions/",
        response={200: PossibleActions} | READ,
        operation_id=f"{resource.name}_actions",
        url_name=f"api-{resource.name}-actions",
    )(actions)
    router.api_operation(
        ["POST"],
        "/{key}/actions/{action}/",
        response={200: Acted} | WRITE,
        operation_id=f"{resource.name}_act",
        url_name=f"api-{resource.name}-act",
        openapi_extra={"parameters": [ONCE], "requestBody": _BODY},
    )(do)


def _acted(
    resource: Any, user: Any, key: str, action: str, sent: dict[str, Any], files: Any
) -> dict[str, Any]:
    try:
        done = act(resource, user, key, action, sent, files)
    except (resource.model.DoesNotExist, ValueError):
        raise not_found() from None
    except NotNow as error:
        raise ApiError(409, fault(error, where="action", found=action)) from None
    except ValidationError as error:
        raise ApiError(422, *of_validation(error, sent)) from None
    return {**done, "due_on": done["due_on"] and done["due_on"].isoformat()}
