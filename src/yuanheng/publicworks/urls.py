"""Addresses of the room beside its registers."""

from django.urls import path

from yuanheng.publicworks.views import pages

urlpatterns = [
    path("public-projects/ordered/", pages.ordered, name="publicproject-ordered"),
    path("public-projects/ordered/print/", pages.on_paper, name="publicproject-ordered-print"),
    path("public-projects/<str:key>/report/", pages.report, name="publicproject-report"),
]
