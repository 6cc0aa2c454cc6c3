"""The pages of accounts that are special: ending a grant, deputising, change of post."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yuanheng.accounts.actions import end_grant
from yuanheng.accounts.forms import ChangePostForm, DeputiseForm, EndGrantForm
from yuanheng.accounts.posts import change_post, deputise
from yuanheng.kernel.forms import add_errors, prepare_form
from yuanheng.kernel.policies import EDIT, require
from yuanheng.kernel.resources import resource_for
from yuanheng.kernel.views.details import visible_row

_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(_METHODS)
def end(request: HttpRequest, key: str) -> HttpResponse:
    """Asks for the last day, then ends the grant."""

    def do(grant: Any, values: dict[str, Any]) -> str:
        end_grant(acting_user=request.user, grant=grant, **values)
        return _("The grant has been ended.")

    words = {"title": _("End: %(name)s"), "submit": _("End this grant")}
    return _ask(request, "grant", key, EndGrantForm, words, do)


@require_http_methods(_METHODS)
def stand_in(request: HttpRequest, key: str) -> HttpResponse:
    """Asks who stands in for a person and when, then gives the roles."""

    def do(person: Any, values: dict[str, Any]) -> str:
        deputise(acting_user=request.user, absent=person, **values)
        return _("%(deputy)s deputises for %(person)s until %(day)s.") % {
            "deputy": values["deputy"],
            "person": person,
            "day": values["last_day"],
        }

    words = {
        "title": _("Deputise for: %(name)s"),
        "submit": _("Give the roles"),
        "lead": _(
            "The deputy gets the roles of this person for these days. Each is kept as "
            "given in deputising, and ends by itself."
        ),
    }
    return _ask(request, "user", key, DeputiseForm, words, do)


@require_http_methods(_METHODS)
def move(request: HttpRequest, key: str) -> HttpResponse:
    """Asks where a person goes, then ends the old roles and gives the new one."""

    def do(person: Any, values: dict[str, Any]) -> str:
        done = change_post(acting_user=request.user, user=person, **values)
        return _("%(post)s from %(day)s on.") % {"post": done.post, "day": done.post.valid_from}

    words = {
        "title": _("Change of post: %(name)s"),
        "submit": _("Change the post"),
        "lead": _("All present roles and posts end with the last day; nothing is erased."),
    }
    return _ask(request, "user", key, ChangePostForm, words, do)


def _ask(
    request: HttpRequest,
    name: str,
    key: str,
    kind: type[forms.Form],
    words: dict[str, str],
    do: Callable[[Any, dict[str, Any]], str],
) -> HttpResponse:
    """A form about one row; what is filled in is done, and the row shown again."""
    resource = resource_for(name)
    row = visible_row(request, resource, key)
    require(request.user, EDIT, row)
    form = prepare_form(kind(request.POST if request.method == "POST" else None), request.user)
    if request.method == "POST" and form.is_valid():
        try:
            said = do(row, form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, said)
            return redirect(resource.link(row))
    context = {
        "form": form,
        "title": words["title"] % {"name": row},
        "submit": words["submit"],
        "lead": words.get("lead", ""),
        "back_url": resource.link(row),
        "trail": [(resource.title, resource.url("list"))],
    }
    return render(request, "kernel/form.html", context, status=422 if form.errors else 200)
