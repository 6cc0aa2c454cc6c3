"""``Idempotency-Key``: the same request sent twice has one effect and one answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from yuanheng.kernel import clock
from yuanheng.kernel.models import ApiCall
from yuanheng.kernel.rest.bodies import is_form
from yuanheng.kernel.rest.errors import ApiError, fault

KEPT = timedelta(days=7)
LONGEST = 100


def once(request: HttpRequest, do: Callable[[], tuple[int, Any]]) -> HttpResponse:
    """Runs ``do`` in one transaction; a repeated key answers with what was answered first.

    A call that fails leaves no trace, so it may be sent again under the same key.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        with transaction.atomic():
            return _json(*do())
    if len(key) > LONGEST or not key.isascii() or not key.isprintable():
        what = _("A key has at most 100 visible ASCII characters.")
        raise ApiError(400, fault(what, where="Idempotency-Key", found=key))
    asked = _digest(request)
    try:
        with transaction.atomic():
            _forget_old(request.user)
            call = ApiCall.objects.create(user=request.user, key=key, asked=asked)
            code, content = do()
            response = _json(code, content)
            call.code, call.answer = code, response.content.decode()
            call.save(update_fields=["code", "answer"])
            return response
    except IntegrityError:
        earlier = ApiCall.objects.filter(user=request.user, key=key).first()
        if earlier is None:  # something else was violated
            raise
    if earlier.asked != asked:
        what = _("This key was used for another request. Take a new one for each.")
        raise ApiError(422, fault(what, where="Idempotency-Key", found=key))
    response = HttpResponse(earlier.answer, status=earlier.code, content_type="application/json")
    response.headers["Idempotent-Replayed"] = "true"
    return response


def _digest(request: HttpRequest) -> str:
    """What was asked; of a form with files, whose boundary differs each time, its content."""
    content = hashlib.sha256(f"{request.method} {request.path}\n".encode())
    if not is_form(request):
        content.update(request.body)
        return content.hexdigest()
    content.update(repr(sorted(request.POST.lists())).encode("utf-8", "backslashreplace"))
    for name, files in sorted(request.FILES.lists()):
        for one in files:
            content.update(repr((name, one.name, one.size)).encode("utf-8", "backslashreplace"))
            for chunk in one.chunks():
                content.update(chunk)
    return content.hexdigest()


def forget_old_calls() -> int:
    """Remove the answers that no program will ask for again; how many they were. For the tick."""
    return ApiCall.objects.filter(at__lt=clock.now() - KEPT).delete()[0]


def _forget_old(user: Any) -> None:
    ApiCall.objects.filter(user=user, at__lt=clock.now() - KEPT).delete()


def _json(code: int, content: Any) -> HttpResponse:
    text = json.dumps(content, ensure_ascii=False)
    return HttpResponse(text, status=code, content_type="application/json")
