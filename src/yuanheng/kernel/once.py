"""A form that is sent twice has one effect, and the second answer leads to the first result.

``{% once %}`` puts a token into a form; ``OnceMiddleware`` does the rest for any view. What the
view does and the token's use are one transaction, so two at the same moment wait for each other.
A form that came back with mistakes has not used its token: what leads nowhere is undone. A page
that shows what is shown once, such as a key, says with `carried_out` that the form has done.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from yuanheng.kernel import clock
from yuanheng.kernel.actions.core import actions_done
from yuanheng.kernel.models import FormTicket

FIELD = "_once"
KEPT_FOR = timedelta(days=7)
_SHAPE = re.compile(r"[0-9A-Za-z-]{16,64}")
_CLEAN_EVERY = 200  # so many uses of a token between two clearings
_NOT_CONTENT = {FIELD, "csrfmiddlewaretoken"}


def new_token() -> str:
    return get_random_string(32)


class OnceMiddleware:
    """Stands last in the list, so that every other check has been made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if request.method != "POST" or not request.user.is_authenticated:
            return None
        token = request.POST.get(FIELD)
        if token is None:
            return None
        if not _SHAPE.fullmatch(token):
            return _ask_again(request, "", _("This form has no valid token any more."))
        with transaction.atomic():
            ticket = _claim(request, token)
            if ticket.result or ticket.digest != _digest(request):
                return _answer_again(request, ticket)
            before = actions_done()
            response = view(request, *args, **kwargs)
            result = _leads_to(response)
            if result:
                ticket.result = result[:2000]
                ticket.save(update_fields=["result"])
            else:
                transaction.set_rollback(True)
                if response.status_code < 400 and actions_done() != before:
                    # Better an error than a page that tells of what has just been undone.
                    raise RuntimeError(f"{request.path}: see kernel.once.carried_out")
        return response


def carried_out(response: HttpResponse, address: str) -> HttpResponse:
    """Mark an answer as that of a form that has done, or of one with mistakes of which the rest is
    kept; sent again it leads to ``address``."""
    response.carried_out = address  # type: ignore[attr-defined]
    return response


def _leads_to(response: HttpResponse) -> str:
    """Where a form that has done leads; nothing for one that came back."""
    done = str(getattr(response, "carried_out", ""))
    if done or response.status_code >= 400:
        return done
    return response.headers.get("HX-Redirect") or response.headers.get("Location", "")


def forget_old_tickets() -> int:
    """Remove the tokens of forms that nobody will send again; how many they were."""
    old = FormTicket.objects.filter(used_at__lt=clock.now() - KEPT_FOR)
    return old.delete()[0]


def _claim(request: HttpRequest, token: str) -> FormTicket:
    """This form's ticket; a second sender waits here until the first has done."""
    try:
        with transaction.atomic():
            ticket = FormTicket.objects.create(
                user=request.user, token=token, digest=_digest(request)
            )
    except IntegrityError:
        return FormTicket.objects.get(user=request.user, token=token)
    if ticket.pk % _CLEAN_EVERY == 0:
        forget_old_tickets()
    return ticket


def _answer_again(request: HttpRequest, ticket: FormTicket) -> HttpResponse:
    if ticket.digest == _digest(request):
        messages.info(request, _("This form was sent twice; it has been carried out once."))
        if request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Redirect": ticket.result})
        return redirect(ticket.result)
    said = _(
        "This form has been sent and carried out already, and what it says now is different. "
        "Nothing has been changed this second time."
    )
    return _ask_again(request, ticket.result, said)


def _ask_again(request: HttpRequest, result: str, said: str) -> HttpResponse:
    """The values once more with a fresh token: nothing that was typed is lost."""
    pairs = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in _NOT_CONTENT
        for value in values
    ]
    context = {"pairs": pairs, "result": result, "said": said, "has_files": bool(request.FILES)}
    return render(request, "kernel/sent_already.html", context, status=409)


def _digest(request: HttpRequest) -> str:
    content = hashlib.sha256(request.path.encode())
    for name, values in sorted(request.POST.lists()):
        if name not in _NOT_CONTENT:
            content.update(repr((name, values)).encode("utf-8", "backslashreplace"))
    for name, uploads in sorted(request.FILES.lists()):
        content.update(repr((name, [(one.name, one.size) for one in uploads])).encode())
    return content.hexdigest()
