"""What every address of the endpoint has in common: its language, and errors that are JSON."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from yuanheng.kernel.origin import coming_from
from yuanheng.kernel.rest.errors import answer, fault

_log = logging.getLogger("yuanheng.rest")
View = Callable[..., HttpResponse]


def door(view: View) -> View:
    """Wraps a view: no sign-in page, no CSRF page, no error page; JSON in Chinese or English."""

    @functools.wraps(view, updated=())
    def enter(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        place = f"API {request.META.get('REMOTE_ADDR', '')}".strip()
        with coming_from(place), translation.override(language_of(request)):
            response = _told(request, view, *args, **kwargs)
            response.headers["Content-Language"] = translation.get_language() or ""
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["Vary"] = "Accept-Language, Authorization, Cookie"
        return response

    enter.login_required = False  # type: ignore[attr-defined]
    enter.csrf_exempt = True  # type: ignore[attr-defined]  # sessions are checked by access.py
    return enter


def language_of(request: HttpRequest) -> str:
    """Chinese, unless English is what the program asks for first."""
    first = request.headers.get("Accept-Language", "").split(",")[0].strip().lower()
    return "en" if first.startswith("en") else "zh-hans"


def _told(request: HttpRequest, view: View, *args: Any, **kwargs: Any) -> HttpResponse:
    try:
        response = view(request, *args, **kwargs)
    except RequestDataTooBig:
        return answer(413, [fault(_("The body is too large."), where="body")])
    except SuspiciousOperation:  # too many parameters, an impossible host
        return answer(400, [fault(_("The request can't be understood."))])
    except PermissionDenied as error:
        return answer(403, [fault(str(error) or _("You may not do this."))])
    except Exception:
        _log.exception("%s %s", request.method, request.path)
        got_request_exception.send(sender=None, request=request)
        what = _("Something went wrong on our side and nothing was changed.")
        return answer(
            500, [fault(what, do=_("Tell your administrator the time and the address."))]
        )
    if response.status_code == 405:
        found = answer(
            405,
            [
                fault(
                    _("This address doesn't know this method."),
                    where="method",
                    found=request.method,
                    do=response.headers.get("Allow", ""),
                )
            ],
        )
        found.headers["Allow"] = response.headers.get("Allow", "")
        return found
    return response
