"""Addresses of the desk beside its registers."""

from django.urls import path

from yuanheng.documents.views import desk

urlpatterns = [
    path("documents/drop/", desk.drop, name="document-drop"),
    path("documents/<str:key>/hand-on/", desk.hand_on, name="document-hand-on"),
    path("documents/<str:key>/file/", desk.download, name="document-file"),
    path("documents/<str:key>/read-again/", desk.read_again, name="document-read-again"),
    path("documents/<str:key>/<int:number>/", desk.mend, name="document-proposal"),
    path("documents/<str:key>/<int:number>/<str:do>/", desk.decide, name="document-decide"),
    path("documents/<str:key>/", desk.show, name="document-detail"),
]
