"""What happens to every request: its language, and a limit on its size."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from yuanheng.kernel.origin import coming_from
from yuanheng.web.errors import too_large

GetResponse = Callable[[HttpRequest], HttpResponse]
_CHUNK = 1024 * 1024


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

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
            return too_large(request)
        return None


def _drain(request: HttpRequest, count: int) -> None:
    """Read and forget, since a browser that is still sending would not show our page."""
    stream = request.META.get("wsgi.input")
    while stream is not None and count > 0:
        chunk = stream.read(min(_CHUNK, count))
        if not chunk:
            return
        count -= len(chunk)
