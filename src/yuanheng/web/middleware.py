"""What happens to every request: its language, and a limit on its size."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from yuanheng.kernel.lists.address import BadAddress
from yuanheng.kernel.origin import coming_from
from yuanheng.web.errors import (
    address_too_long,
    bad_request,
    too_large,
    unreadable_address,
)

GetResponse = Callable[[HttpRequest], HttpResponse]
_CHUNK = 1024 * 1024
LONGEST_ADDRESS = 8_000
# Lines and tabs may come from a text box; U+FFFD stands for bytes that are no UTF-8.
_UNREADABLE = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f\ufffd\\ud800-\\udfff]")


class LanguageMiddleware:
    """Chinese, unless this person has switched; the browser's own language decides nothing."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.known = {code for code, _name in settings.LANGUAGES}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = wanted if wanted in self.known else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class OriginMiddleware:
    """Actions of a request are recorded with the address that it came from.

    Behind ``TRUSTED_PROXIES`` proxies the address is the one that the outermost of these saw; what
    a client writes into the header itself is never believed.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with coming_from(client_address(request)):
            return self.get_response(request)


def client_address(request: HttpRequest) -> str:
    """From where a request came."""
    nearest = str(request.META.get("REMOTE_ADDR") or "unknown")
    proxies = settings.TRUSTED_PROXIES
    if not proxies:
        return nearest
    hops = [one.strip() for one in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    hops = [one for one in hops if one]
    return hops[-min(proxies, len(hops))] if hops else nearest


class UploadLimitMiddleware:
    """A request above the limit gets a page that says so, before it is read."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        limit = settings.UPLOAD_LIMIT_MB * _CHUNK
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        if length > limit:
            _drain(request, min(length, 4 * limit))
            return too_large(request)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Read the form here, before anybody else does and takes a long text for an attack."""
        try:
            request.POST  # noqa: B018  reading it is what counts
        except (RequestDataTooBig, TooManyFieldsSent):
            return too_large(request)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
            return too_large(request)
        return None


class AddressMiddleware:
    """An address that nobody can have typed or clicked gets a page that says so: too long, or with
    characters that can't be read (NUL, control characters, bytes that are no UTF-8)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if len(query) + len(request.path) > LONGEST_ADDRESS:
            return address_too_long(request)
        if _UNREADABLE.search(unquote(query)) or _UNREADABLE.search(request.path):
            return unreadable_address(request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        # Here, and not as Django does it, which writes each into the log as a fault.
        return bad_request(request, exception) if isinstance(exception, BadAddress) else None


def _drain(request: HttpRequest, count: int) -> None:
    """Read and forget, since a browser that is still sending would not show our page."""
    stream = request.META.get("wsgi.input")
    while stream is not None and count > 0:
        chunk = stream.read(min(_CHUNK, count))
        if not chunk:
            return
        count -= len(chunk)
