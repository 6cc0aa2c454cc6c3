"""Who asks: a person at a browser, or a program with a person's token."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from yuanheng.kernel.rest.errors import ApiError, fault
from yuanheng.kernel.rest.identity import bearer_of

SAFE = {"GET", "HEAD", "OPTIONS"}


class TokenAccess(HttpBearer):
    """``Authorization: Bearer yh_…``. The request then runs as the token's person."""

    openapi_name = "token"

    def __call__(self, request: HttpRequest) -> Any:
        header = request.headers.get("Authorization")
        if header is None:
            return None
        scheme, _space, token = header.partition(" ")
        bearer = bearer_of(token.strip()) if scheme.lower() == "bearer" else None
        if bearer is None:
            what = _("This token isn't valid: it is wrong, has expired or was revoked.")
            raise ApiError(
                401,
                fault(what, where="Authorization", do=_("Make a new one under “API tokens”.")),
            )
        if bearer.is_read_only and request.method not in SAFE:
            raise ApiError(
                403,
                fault(
                    _("This token may only read."),
                    where="Authorization",
                    do=_("Use a token that may also write."),
                ),
            )
        request.user = bearer.user
        return bearer.user

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        raise NotImplementedError  # __call__ does it all


class SessionAccess(APIKeyCookie):
    """The session of the browser; a write also needs the form's CSRF token."""

    param_name = "yuanheng_session"

    def __init__(self) -> None:
        super().__init__(csrf=False)
        self.openapi_name = "session"

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        if not request.user.is_authenticated:
            what = _("Sign in, or send a token: Authorization: Bearer …")
            raise ApiError(401, fault(what, where="Authorization"))
        if request.method not in SAFE and check_csrf(request):
            raise ApiError(
                403,
                fault(
                    _("A write from a browser needs the header X-CSRFToken."),
                    where="X-CSRFToken",
                    do=_("Programs send a token instead: Authorization: Bearer …"),
                ),
            )
        return request.user
