"""Every address of the product."""

from importlib.util import find_spec

from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.urls import include, path
from django.views.i18n import set_language

from yuanheng.web import views

_rooms = [
    path("", include(f"{app}.urls"))
    for app in settings.INSTALLED_APPS
    if app in {"yuanheng.ledger", "yuanheng.evaluation"} and find_spec(f"{app}.urls")
]

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("password/", views.ChangePassword.as_view(), name="change-password"),
    path("language/", views.open_to_all(set_language), name="set_language"),
    path("theme/", views.set_theme, name="set-theme"),
    path("style/", views.style_gallery, name="style"),
    path("health/", views.health, name="health"),
    *_rooms,
    path("", include("yuanheng.accounts.urls")),
    path("", include("yuanheng.kernel.urls")),
]

handler400 = "yuanheng.web.errors.bad_request"
handler403 = "yuanheng.web.errors.forbidden"
handler404 = "yuanheng.web.errors.not_found"
handler500 = "yuanheng.web.errors.server_error"
