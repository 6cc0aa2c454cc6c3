"""Addresses of the appraisal beside its registers."""

from django.urls import path

from yuanheng.appraisal import views

urlpatterns = [
    path("appraisals/", views.listed, name="appraisals"),
    path("appraisals/reckon/", views.reckon, name="appraise"),
    path("appraisals/<str:key>/", views.ranking, name="appraisal"),
    path("appraisals/<str:key>/print/", views.ranking_on_paper, name="appraisal-print"),
    path("appraisals/<str:key>/<str:unit>/", views.unit, name="appraisal-unit"),
    path(
        "appraisals/<str:key>/<str:unit>/print/", views.unit_on_paper, name="appraisal-unit-print"
    ),
]
