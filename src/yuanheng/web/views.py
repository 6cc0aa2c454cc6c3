"""Pages that belong to no room: home, sign-in, password, health."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from yuanheng import __version__
from yuanheng.accounts.api import place_of
from yuanheng.accounts.models import User
from yuanheng.accounts.queries import place_in_words
from yuanheng.kernel.forms import prepare_form
from yuanheng.kernel.home import panels_for
from yuanheng.kernel.policies import ADMINISTER, can
from yuanheng.web.context import THEME_COOKIE, THEMES
from yuanheng.web.samples import samples

open_to_all = login_not_required


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The overview: what rooms have to show this person."""
    context: dict[str, Any] = {"has_place": bool(place_of(request.user))}
    if context["has_place"]:
        context["panels"] = panels_for(request.user)
        context["lead"] = place_in_words(request.user)
    return render(request, "web/home.html", context)


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": gettext_lazy(
            "User name or password is wrong. Check capitals and the input method, and try again."
        ),
        "inactive": gettext_lazy("This account is closed. Ask your administrator."),
    }


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    """Sign-in; a person who is signed in goes on."""

    template_name = "web/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if getattr(request, "htmx", None):  # the session ended while a page was open
            return HttpResponseClientRedirect(reverse("sign-in"))
        return super().dispatch(request, *args, **kwargs)

    def get_form(self, form_class: Any = None) -> Any:
        return prepare_form(super().get_form(form_class), self.request.user)


class ChangePassword(PasswordChangeView):
    """One's own password."""

    template_name = "web/change_password.html"
    success_url = reverse_lazy("home")

    def get_form(self, form_class: Any = None) -> Any:
        return prepare_form(super().get_form(form_class), self.request.user)

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("Your password has been changed."))
        return super().form_valid(form)


@login_not_required
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Light, dark or as the system has it, kept in this browser; an unknown word: the system's."""
    chosen = request.POST.get("theme", "")
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = reverse("home")
    response = redirect(back)
    response.set_cookie(
        THEME_COOKIE,
        chosen if chosen in THEMES else "system",
        max_age=365 * 24 * 3600,
        samesite="Lax",
        secure=request.is_secure(),
        httponly=True,
    )
    return response


@require_safe
def style_gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state, for those who build pages and those who judge them."""
    if not (settings.DEBUG or can(request.user, ADMINISTER, User)):
        raise Http404
    return render(request, "web/style.html", samples())


@login_not_required
@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """For a monitor: 200 while the database answers, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"ok": False, "version": __version__}, status=503)
    return JsonResponse({"ok": True, "version": __version__})
