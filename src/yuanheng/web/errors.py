"""Pages for a request that can't be answered; each says what to do next."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _


def _page(request: HttpRequest, code: int, title: str, sentence: str, **link: str) -> HttpResponse:
    context = {"code": code, "title": title, "sentence": sentence, **link}
    return render(request, "web/error.html", context, status=code)


def _before_all(request: HttpRequest, code: int, title: str, sentence: str) -> HttpResponse:
    """For what is refused before anything else has looked at it: the address is forgotten."""
    request.META["QUERY_STRING"] = ""
    request.path = request.path_info = "/"
    return _page(request, code, title, sentence)


def _language(request: HttpRequest) -> str:
    asked = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) or settings.LANGUAGE_CODE
    return asked if asked == "en" else settings.LANGUAGE_CODE


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, with the sentence of the list that could not follow its address."""
    from yuanheng.kernel.lists.address import BadAddress

    if isinstance(exception, BadAddress):
        link = {"href": request.path, "action": _("Show without conditions")}
        return _page(request, 400, _("Request not understood"), str(exception), **link)
    sentence = _("The request can't be understood. Go back, reload the page and try again.")
    return _page(request, 400, _("Request not understood"), sentence)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403, with the sentence that the policy gave."""
    from yuanheng.kernel.policies import Refused

    said = str(exception) if isinstance(exception, Refused) else ""
    fallback = _("You may not do this. Ask your administrator for the right if you need it.")
    return _page(request, 403, _("Not allowed"), said or fallback)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that has grown old."""
    sentence = _("This form has expired. Go back, reload the page and send it again.")
    return _page(request, 403, _("Form expired"), sentence)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: not there, or not visible to this person; the page doesn't say which."""
    sentence = _(
        "There is nothing at this address, or it lies outside the area that you are in charge of."
    )
    return _page(request, 404, _("Not found"), sentence)


def address_too_long(request: HttpRequest) -> HttpResponse:
    """414"""
    with translation.override(_language(request)):
        sentence = _(
            "This address is too long. Open the page from the navigation and search again."
        )
        return _before_all(request, 414, _("Address too long"), sentence)


def unreadable_address(request: HttpRequest) -> HttpResponse:
    """400 for an address with characters that can't be read."""
    with translation.override(_language(request)):
        sentence = _(
            "This address holds characters that can't be read. Open the page from the navigation "
            "and type what you look for again."
        )
        return _before_all(request, 400, _("Request not understood"), sentence)


def too_large(request: HttpRequest) -> HttpResponse:
    """413"""
    language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) or settings.LANGUAGE_CODE
    with translation.override(language if language == "en" else settings.LANGUAGE_CODE):
        sentence = _(
            "What you sent is larger than %(limit)d MB. Split the workbook into several files, "
            "or save it as .xlsx without pictures, and send it again."
        ) % {"limit": settings.UPLOAD_LIMIT_MB}
        return _page(request, 413, _("File too large"), sentence)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: written without the database, which may be what failed."""
    sentence = _(
        "Something went wrong on our side and nothing was changed. "
        "Try again; if it stays, give your administrator the time and this address."
    )
    return _page(request, 500, _("The server failed"), sentence)
