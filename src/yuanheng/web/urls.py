"""Every address of the product."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.urls import path
from django.urls.resolvers import RoutePattern
from django.views.i18n import set_language

from yuanheng.web import views

_ROOMS = (*settings.ROOMS, "yuanheng.accounts", "yuanheng.kernel")


def _of_the_rooms() -> list[Any]:
    """A room's page before the generic one, and before both what has no key in it: the key of a
    row is any word, "export" too."""
    there = [one for one in _ROOMS if one in settings.INSTALLED_APPS and find_spec(f"{one}.urls")]
    pages = [page for one in there for page in import_module(f"{one}.urls").urlpatterns]
    return sorted(pages, key=_holds_any_word)


def _holds_any_word(page: Any) -> bool:
    return "<" in str(page.pattern) or not isinstance(page.pattern, RoutePattern)


urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("password/", views.ChangePassword.as_view(), name="change-password"),
    path("language/", views.open_to_all(set_language), name="set_language"),
    path("theme/", views.set_theme, name="set-theme"),
    path("style/", views.style_gallery, name="style"),
    path("health/", views.health, name="health"),
    *_of_the_rooms(),
]

handler400 = "yuanheng.web.errors.bad_request"
handler403 = "yuanheng.web.errors.forbidden"
handler404 = "yuanheng.web.errors.not_found"
handler500 = "yuanheng.web.errors.server_error"
