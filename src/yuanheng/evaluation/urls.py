"""Addresses of the evaluation beside its registers."""

from django.urls import path

from yuanheng.evaluation.views import (
    assessing,
    comparing,
    diagnosis,
    downloads,
    improving,
    lab,
    runs,
    schemes,
    subjects,
)

urlpatterns = [
    path("runs/new/", runs.create, name="run-create"),
    path("runs/<str:key>/", runs.show, name="run-detail"),
    path("runs/<str:key>/publish/", runs.publish, name="run-publish"),
    path("runs/<str:key>/left-out/", runs.excluded, name="run-excluded"),
    path("runs/<str:key>/results.xlsx", downloads.results, name="run-download"),
    path("runs/<str:key>/robustness/", assessing.show, name="run-robustness"),
    path("runs/<str:key>/robustness/start/", assessing.start, name="run-assess"),
    path("runs/<str:key>/robustness.xlsx", assessing.download, name="run-robustness-download"),
    path("runs/<str:key>/subjects/<str:subject>/", subjects.show, name="subject-detail"),
    path(
        "runs/<str:key>/subjects/<str:subject>/diagnosis/",
        diagnosis.show,
        name="subject-diagnosis",
    ),
    path("runs/<str:key>/subjects/<str:subject>/way-up/", improving.show, name="subject-way-up"),
    path("schemes/new/", schemes.upload, name="scheme-create"),
    path("schemes/lab/", lab.show, name="scheme-lab"),
    path("schemes/lab/check/", lab.check, name="scheme-lab-check"),
    path("schemes/lab/edit/", lab.edit, name="scheme-lab-edit"),
    path("schemes/against/", comparing.show, name="scheme-against"),
    path("schemes/library/", schemes.library, name="scheme-library"),
    path("schemes/library/<str:code>/", schemes.shipped, name="scheme-shipped"),
    path("schemes/library/<str:code>/adopt/", schemes.adopt, name="scheme-adopt"),
    path("schemes/<str:key>/", schemes.show, name="scheme-detail"),
    path("schemes/<str:key>/new/", schemes.upload, name="scheme-version-create"),
    path("schemes/<str:key>/compare/", schemes.differences, name="scheme-compare"),
    path("schemes/<str:key>/<int:number>/", schemes.show, name="scheme-version"),
    path("schemes/<str:key>/<int:number>/text/", schemes.text, name="scheme-text"),
]
