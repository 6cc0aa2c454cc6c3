"""What went wrong, as data: where, what, what was found, what to do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

SHOWN = 100  # characters of a wrong value that an answer repeats


class ApiError(Exception):
    """An answer other than "done"; ``errors`` are made by ``fault``."""

    def __init__(self, code: int, *errors: dict[str, Any], **further: Any) -> None:
        super().__init__(code, errors)
        self.code = code
        self.errors = errors
        self.further = further


def fault(what: Any, *, where: str = "", found: Any = None, do: Any = "") -> dict[str, Any]:
    """One error. ``found`` is the value seen, shortened."""
    return {"where": where, "what": str(what), "found": shortened(found), "do": str(do)}


def shortened(value: Any) -> str | None:
    """A value as an answer repeats it; what can't be written as UTF-8 is marked."""
    if value is None:
        return None
    text = str(value).replace("\x00", "\ufffd")
    text = text.encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def answer(code: int, errors: Iterable[dict[str, Any]], **further: Any) -> HttpResponse:
    """The errors as JSON."""
    content = {"errors": list(errors), **further}
    response = JsonResponse(content, status=code, json_dumps_params={"ensure_ascii": False})
    if code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def not_found() -> ApiError:
    return ApiError(
        404,
        fault(
            _("There is nothing at this address, or it lies outside your area."),
            do=_("Look the key up in the list of this register."),
        ),
    )


def of_validation(error: ValidationError, sent: Any = None, prefix: str = "") -> list[dict]:
    """The errors of a form or a model, each at its field."""
    sent = sent or {}
    if not hasattr(error, "error_dict"):
        return [fault(text, where=prefix.rstrip(".")) for text in error.messages]
    faults = []
    for name, errors in error.error_dict.items():
        where = prefix.rstrip(".") if name == NON_FIELD_ERRORS else f"{prefix}{name}"
        for one in errors:
            faults += [fault(text, where=where, found=sent.get(name)) for text in one.messages]
    return faults


_SENTENCES = {
    "missing": lambda e: _("This field must be given."),
    "literal_error": lambda e: (
        _("One of these values is expected: %(names)s")
        % {"names": e.get("ctx", {}).get("expected", "")}
    ),
    "extra_forbidden": lambda e: _("There is no such field here."),
    "string_type": lambda e: _("A text is expected."),
    "string_too_long": lambda e: _("This text is too long."),
    "bool_type": lambda e: _("true or false is expected."),
    "int_type": lambda e: _("A whole number is expected."),
    "int_parsing": lambda e: _("A whole number is expected."),
    "int_from_float": lambda e: _("A whole number is expected."),
    "decimal_type": lambda e: _("A number is expected."),
    "decimal_parsing": lambda e: _("A number is expected."),
    "float_type": lambda e: _("A number is expected."),
    "finite_number": lambda e: _("A number is expected."),
    "list_type": lambda e: _("A list is expected."),
    "too_long": lambda e: _("The list is too long."),
    "too_short": lambda e: _("The list is empty."),
    "model_attributes_type": lambda e: _("An object with fields is expected."),
    "model_type": lambda e: _("An object with fields is expected."),
    "dict_type": lambda e: _("An object with fields is expected."),
}


def of_schema(errors: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What pydantic found, in sentences; ``names`` in an error are the fields that exist."""
    faults = []
    for error in errors:
        kind = error["type"]
        sentence = _SENTENCES.get(kind)
        what = sentence(error) if sentence else _("The value has the wrong form.")
        if kind == "value_error":
            what = str(error.get("ctx", {}).get("error", what))
        found = None if kind == "missing" else error.get("input")
        known = ", ".join(error.get("names", ()))
        do = _("These fields exist: %(names)s") % {"names": known} if "extra" in kind else ""
        faults.append(fault(what, where=_where(error["loc"]), found=found, do=do))
    return faults


def _where(location: Iterable[Any]) -> str:
    """``("body", "body", "rows", 3, "name")`` → ``rows[3].name``."""
    parts = list(location)
    while parts and parts[0] in {"body", "query", "path"}:
        parts.pop(0)
    text = ""
    for part in parts:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text
