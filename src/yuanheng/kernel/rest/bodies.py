"""Reading a request's JSON, of which nothing is believed."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _

from yuanheng.kernel.rest.errors import ApiError, fault

LARGEST = 4 * 1024 * 1024  # bytes; a thousand rows have room in it
DEEPEST = 12
LISTS = {"marked"}  # fields of a form that may be given several times
_DIGITS = 40
_BAD = {chr(code) for code in range(32)} - {"\t", "\n", "\r"}


def read_json(request: HttpRequest) -> Any:
    """The body as values; numbers with a point come as ``Decimal``.

    Raises ``ApiError``: 413 for a body that is too large, 400 for one that isn't JSON, is nested
    too deeply, or holds characters that no register can store.
    """
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length) > LARGEST:
        raise _refused(413, _("The body is larger than %(limit)d MB.") % {"limit": LARGEST >> 20})
    body = request.body
    if len(body) > LARGEST:
        raise _refused(413, _("The body is larger than %(limit)d MB.") % {"limit": LARGEST >> 20})
    if not body.strip():
        return {}
    try:
        found = json.loads(
            body.decode("utf-8-sig"),
            parse_float=_number,
            parse_int=_whole,
            parse_constant=_constant,
        )
    except UnicodeDecodeError:
        raise _refused(400, _("The body is not UTF-8.")) from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:
        raise _refused(400, _("The body is not JSON."), found=error) from None
    _check(found, "", 0)
    return found


def is_form(request: HttpRequest) -> bool:
    """Whether the body is a form with files."""
    return request.content_type == "multipart/form-data"


def read_form(request: HttpRequest) -> dict[str, Any]:
    """The fields of a form with files, checked like those of a JSON body; the files themselves
    are in ``request.FILES``. ``ApiError`` 400 if it isn't one."""
    try:
        sent = request.POST
    except (MultiPartParserError, ValueError):
        raise _refused(400, _("The form can't be read.")) from None
    found = {name: sent.getlist(name) if name in LISTS else sent[name] for name in sent}
    _check(found, "", 0)
    return found


def _check(value: Any, where: str, depth: int) -> None:
    if depth > DEEPEST:
        raise _too_deep()
    if isinstance(value, str):
        _check_text(value, where)
    elif isinstance(value, list):
        for at, one in enumerate(value):
            _check(one, f"{where}[{at}]", depth + 1)
    elif isinstance(value, dict):
        for name, one in value.items():
            _check_text(name, where)
            _check(one, f"{where}.{name}" if where else name, depth + 1)


def _check_text(text: str, where: str) -> None:
    if not _BAD.isdisjoint(text) or any("\ud800" <= one <= "\udfff" for one in text):
        raise ApiError(
            400,
            fault(
                _("The text holds a control character or half a character."),
                where=where,
                found=text,
                do=_("Take it out and send the request again."),
            ),
        )


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise _refused(400, _("This number is too large."), found=text) from None
    if number and abs(number.adjusted()) > _DIGITS:
        raise _refused(400, _("This number is too large."), found=text)
    return number


def _whole(text: str) -> int:
    if len(text) > _DIGITS:
        raise _refused(400, _("This number is too large."), found=text)
    return int(text)


def _constant(text: str) -> NoReturn:
    raise _refused(400, _("NaN and Infinity are no numbers here; leave an unknown figure null."))


def _too_deep() -> ApiError:
    return _refused(400, _("The body is nested too deeply."))


def _refused(code: int, what: str, *, found: Any = None) -> ApiError:
    advice = (
        _("Send fewer rows at a time.") if code == 413 else _("Correct the body of the request.")
    )
    return ApiError(code, fault(what, where="body", found=found, do=advice))
