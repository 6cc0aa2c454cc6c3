"""The pages of API tokens: a list, a form, the token once, a button to revoke."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yuanheng.accounts.models import ApiToken
from yuanheng.accounts.tokens import create_token, revoke_token
from yuanheng.kernel.forms import add_errors, prepare_form
from yuanheng.kernel.once import carried_out


class TokenForm(forms.ModelForm):
    """What a new token is for, until when, and whether it may write."""

    class Meta:
        model = ApiToken
        fields = ["name", "expires_on", "is_read_only"]


@require_safe
def list_tokens(request: HttpRequest) -> HttpResponse:
    """One's own tokens, and those of the people one administers."""
    rows = ApiToken.objects.visible_to(request.user).select_related("user")
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    return render(request, "accounts/tokens.html", _context(page=page))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A form; after it the token itself, this once."""
    form = prepare_form(
        TokenForm(request.POST if request.method == "POST" else None), request.user
    )
    if request.method == "POST" and form.is_valid():
        try:
            token, text = create_token(acting_user=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            context = _context(title=_("Your new token"), token=token, text=text)
            shown = render(request, "accounts/token_made.html", context)
            return carried_out(shown, reverse("token-list"))
    context = _context(
        title=_("New API token"),
        form=form,
        lead=_("A token acts as you: it may do what you may do, and nothing more."),
        submit=_("Make the token"),
        back_url=reverse("token-list"),
    )
    return render(request, "kernel/form.html", context, status=422 if form.errors else 200)


@require_POST
def revoke(request: HttpRequest, key: int) -> HttpResponse:
    """From now on the token opens nothing."""
    token = get_object_or_404(ApiToken.objects.visible_to(request.user), pk=key)
    try:
        revoke_token(acting_user=request.user, token=token)
        messages.success(request, _("“%(name)s” has been revoked.") % {"name": token})
    except ValidationError as error:
        messages.error(request, "".join(error.messages))
    return redirect("token-list")


def _context(**further: Any) -> dict[str, Any]:
    return {"trail": [(_("API tokens"), reverse("token-list"))], **further}
